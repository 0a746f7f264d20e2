"""The ladder of fixtures: one person, from nobody to somebody on a tracked device.

Each rung rests on the one above it and hands on what the next one needs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from harness.errors import HarnessError
from harness.pytest_support.reporting import hide
from harness.pytest_support.skipping import skip_without
from harness.pytest_support.states import Enrolled, TrackedSignIn
from harness.targets.base import Capability

if TYPE_CHECKING:
    from harness.clock import Clock
    from harness.flows.actions import Actions
    from harness.flows.signin import AuthFlow, SignIn, SignInContext, SignInResult
    from harness.flows.signup import SignedUp
    from harness.pools.provision import ProvisionedPool
    from harness.settings import Settings
    from harness.targets.base import Target
    from harness.users.mailboxes.base import Mailbox
    from harness.users.person import Person, PersonFactory


@pytest.fixture
def cognito_person(
    request: pytest.FixtureRequest, cognito_people: PersonFactory, cognito_pool: ProvisionedPool
) -> Person:
    """Somebody of whom the pool has not heard yet."""
    spec = cognito_pool.spec
    by_phone = "phone_number" in (*spec.required_attributes, *spec.auto_verified)
    person = cognito_people.make(phone_number=by_phone)
    hide(request.node, person.password)
    return person


@pytest.fixture
def _cognito_sign_up(
    cognito_actions: Actions, cognito_person: Person, cognito_pool: ProvisionedPool
) -> SignedUp:
    """What SignUp answered for the person; where only an administrator may, what that gave."""
    from harness.flows.signup import create_by_admin, sign_up

    closed = cognito_pool.spec.allow_admin_create_user_only
    join = create_by_admin if closed else sign_up
    return join(cognito_actions, cognito_person)


@pytest.fixture
def cognito_signed_up(_cognito_sign_up: SignedUp, cognito_person: Person) -> Person:
    """The person, signed up and not confirmed, unless a trigger of the pool has done that."""
    return cognito_person


@pytest.fixture
def cognito_confirm(
    request: pytest.FixtureRequest,
    cognito_pool: ProvisionedPool,
    cognito_actions: Actions,
    cognito_target: Target,
    cognito_settings: Settings,
) -> Callable[[Person, SignedUp], None]:
    """Confirms somebody who signed up, by the code that was sent; by the admin without one."""
    from harness.flows.signup import confirm_by_admin, confirm_by_code

    def confirm(person: Person, signed_up: SignedUp) -> None:
        if signed_up.confirmed:
            return
        by_code = signed_up.delivery is not None and cognito_settings.mailbox.value != "admin"
        if by_code and (mailbox := _mailbox(request)):
            confirm_by_code(cognito_actions, person, mailbox)
            return
        skip_without(Capability.ADMIN, cognito_target, cognito_settings)
        confirm_by_admin(cognito_actions, person, cognito_pool.spec.auto_verified)

    return confirm


@pytest.fixture
def cognito_confirmed(
    _cognito_sign_up: SignedUp,
    cognito_signed_up: Person,
    cognito_confirm: Callable[[Person, SignedUp], None],
) -> Person:
    """The person, confirmed by the code that was sent; by the admin where none can be read."""
    cognito_confirm(cognito_signed_up, _cognito_sign_up)
    return cognito_signed_up


@pytest.fixture
def cognito_enrolled(
    cognito_pool: ProvisionedPool,
    cognito_confirmed: Person,
    cognito_actions: Actions,
    cognito_sign_in: SignIn,
    cognito_auth_flow: AuthFlow,
    cognito_clock: Clock,
) -> Enrolled:
    """The person with an authenticator, which the next sign-in asks for a code of.

    It is enrolled as an app does it: where the pool asks for it (MFA_SETUP), in that sign-in;
    else by the access token, with the software token set as preferred.
    """
    from harness.flows.mfa import enrol
    from harness.flows.signin import SignInContext

    if cognito_pool.spec.mfa == "OFF" and _is_described(cognito_pool):
        raise HarnessError(
            "cognito_enrolled: the pool's MFA is OFF; ask for cognito_confirmed, or for another "
            "pool by @pytest.mark.cognito_pool(mfa='OPTIONAL')"
        )
    context = SignInContext.for_person(cognito_confirmed)
    signed_in = cognito_sign_in.run(context, cognito_auth_flow)
    authenticator = signed_in.authenticator or enrol(
        cognito_actions, signed_in.tokens.access, cognito_clock
    )
    return Enrolled(cognito_confirmed, authenticator)


@pytest.fixture
def cognito_sign_in_context(
    request: pytest.FixtureRequest, cognito_pool: ProvisionedPool
) -> SignInContext:
    """What the person signs in with: the password, and an authenticator unless MFA is OFF."""
    from harness.flows.signin import SignInContext

    if cognito_pool.spec.mfa == "OFF":
        person: Person = request.getfixturevalue("cognito_confirmed")
        return SignInContext.for_person(person)
    enrolled: Enrolled = request.getfixturevalue("cognito_enrolled")
    return SignInContext.for_person(enrolled.person, authenticator=enrolled.authenticator)


@pytest.fixture
def cognito_signed_in(
    cognito_sign_in: SignIn,
    cognito_auth_flow: AuthFlow,
    cognito_sign_in_context: SignInContext,
) -> SignInResult:
    """What a sign-in of the person brought."""
    return cognito_sign_in.run(cognito_sign_in_context, cognito_auth_flow)


@pytest.fixture
def cognito_tracked_device(
    request: pytest.FixtureRequest,
    cognito_pool: ProvisionedPool,
    cognito_actions: Actions,
    cognito_person: Person,
    cognito_sign_in_context: SignInContext,
    cognito_signed_in: SignInResult,
) -> TrackedSignIn:
    """The person signed in on a device that is confirmed, and remembered as well."""
    from harness.flows.devices import track_device

    if cognito_pool.spec.device_tracking is None and _is_described(cognito_pool):
        raise HarnessError(
            "cognito_tracked_device: the pool tracks no devices; ask for another pool by "
            "@pytest.mark.cognito_pool(device_tracking=DeviceTracking())"
        )
    signed_in = cognito_signed_in
    device = track_device(cognito_actions, signed_in.tokens.access, signed_in.new_device)
    hide(request.node, device.password)
    authenticator = cognito_sign_in_context.authenticator or signed_in.authenticator
    return TrackedSignIn(cognito_person, authenticator, device, signed_in.tokens)


def _mailbox(request: pytest.FixtureRequest) -> Mailbox | None:
    """Return the mailbox, also one that somebody has put in place of ours, if there is any."""
    try:
        mailbox: Mailbox = request.getfixturevalue("cognito_mailbox")
    except pytest.skip.Exception:
        return None
    return mailbox


def _is_described(pool: ProvisionedPool) -> bool:
    from harness.pytest_support.existing_pool import UndescribedPool

    return not isinstance(pool, UndescribedPool)
