"""Signing in: the challenges on the way to tokens, and who is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness import Actions, Person, PersonFactory, PoolPeople, SignIn, check
from scenarios.support import expectations, refusals
from scenarios.support.answers import Claims, expect_challenge, expect_equal, username_of
from scenarios.support.expectations import Situation
from scenarios.support.members import (
    Member,
    MemberSignIn,
    client_with_another_secret,
    client_without_secret,
)
from scenarios.support.pool_under_test import (
    NO_ALIASES,
    ORDINARY_LIFETIMES,
    SECOND_FACTOR,
    flow_forbidden,
    flows_allowed,
    requires,
)
from scenarios.support.refusals import refused
from scenarios.support.steps import expect_new_device, expect_steps
from scenarios.support.variants import (
    BY_SRP,
    NO_DEVICE_PROVED,
    Client,
    Devices,
    Flow,
    Mfa,
    SignInName,
    Variant,
    varied,
)
from scenarios.support.watching import TimePasses, Unchanged

pytestmark = pytest.mark.cognito_needs("admin")


@varied(mfa=Mfa, devices=Devices, sign_in_name=SignInName, client=Client, flow=Flow)
def test_first_sign_in_asks_what_the_pool_demands(
    newcomer: Callable[[], Member], sign_in: MemberSignIn, variant: Variant
) -> None:
    """A first sign-in gets the documented challenges, and a device if the pool tracks them."""
    result = sign_in(newcomer())
    situation = Situation()
    expect_steps(result.steps, variant, situation)
    expect_new_device(result, variant, situation)


@varied(
    mfa=Mfa,
    devices=Devices,
    sign_in_name=SignInName,
    client=Client,
    flow=Flow,
    engines=True,
    without=[NO_DEVICE_PROVED],
)
def test_later_sign_in_asks_what_the_pool_demands(
    member: Member, sign_in: MemberSignIn, variant: Variant
) -> None:
    """An enrolled user is asked for the second factor wherever the pool has MFA."""
    result = sign_in(member)
    situation = Situation(enrolled=variant.mfa is not Mfa.OFF)
    expect_steps(result.steps, variant, situation)
    expect_new_device(result, variant, situation)


@requires(ORDINARY_LIFETIMES)
@varied(devices=(Devices.NOT_TRACKED, Devices.ALWAYS_INSTEAD_OF_MFA), sign_in_name=SignInName)
def test_tokens_say_who_signed_in_and_on_what(
    cognito_actions: Actions,
    member: Member,
    people: PoolPeople,
    sign_in: MemberSignIn,
    variant: Variant,
) -> None:
    """Both tokens name user, pool and client; the access token also names the device, if any."""
    result = sign_in(member)
    app = cognito_actions.app
    access, identity = Claims.of_access(result.tokens), Claims.of_id(result.tokens)
    username = username_of(cognito_actions, member.person.username)
    access.expect("username", username, facts="A245")
    identity.expect("cognito:username", username)
    identity.expect("sub", access.get("sub"))
    access.expect("token_use", "access", facts="A245")
    identity.expect("token_use", "id")
    access.expect("client_id", app.client_id, facts="A245")
    identity.expect("aud", app.client_id)
    issuer = access.get("iss")
    identity.expect("iss", issuer)
    check(
        issuer.endswith(f"/{app.user_pool_id}"), f"iss {issuer!r} does not end with the pool's id"
    )
    access.expect("scope", expectations.API_SCOPE, facts="A246")
    for name, value in member.person.attributes.items():
        identity.expect(name, value if people.may_read(name) else None, facts="A247")
    access.expect_lifetime(expectations.ACCESS_TOKEN_LIFETIME)
    lifetime = result.tokens.expires_in
    expect_equal("ExpiresIn", lifetime, expectations.ACCESS_TOKEN_LIFETIME, facts="A256")
    device = result.new_device
    access.expect("device_key", device.key if device else None, facts="A245")


@varied(flow=Flow, engines=True, without=[NO_DEVICE_PROVED])
def test_wrong_password_is_refused(
    cognito_people: PersonFactory, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A wrong password is refused, and the right one still signs in."""
    mistaken = member.with_password(cognito_people.password())
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        sign_in(mistaken)
    sign_in.works_for(member)


@pytest.mark.cognito_pool(prevent_user_existence_errors=False)
@varied(flow=Flow)
def test_unknown_user_is_named_as_such_where_that_is_wanted(
    cognito_person: Person, sign_in: MemberSignIn
) -> None:
    """With PreventUserExistenceErrors LEGACY, the first request of an unknown user says so."""
    with refused(refusals.UNKNOWN_USER):
        sign_in.start(Member(cognito_person))


@pytest.mark.cognito_pool(prevent_user_existence_errors=True)
@varied(flow=Flow)
def test_unknown_user_looks_like_a_wrong_password(
    cognito_person: Person, sign_in: MemberSignIn
) -> None:
    """With PreventUserExistenceErrors ENABLED, an unknown user gets the wrong-password error."""
    with refused(refusals.WRONG_PASSWORD):
        sign_in(Member(cognito_person))


@varied(flow=BY_SRP)
@pytest.mark.cognito_pool(prevent_user_existence_errors=True)
def test_unknown_user_gets_the_same_made_up_salt(
    cognito_person: Person, sign_in: MemberSignIn
) -> None:
    """With PreventUserExistenceErrors ENABLED, the made-up SRP parameters of a name are stable."""
    first, second = (sign_in.start(Member(cognito_person)) for _ in range(2))
    for started in (first, second):
        expect_challenge(started, "PASSWORD_VERIFIER")
    for name in ("SALT", "USER_ID_FOR_SRP"):
        same = first.parameter(name) == second.parameter(name)
        check(same, f"{name} of an unknown user changed, which gives them away", facts="A101")
    other = first.parameter("SRP_B") != second.parameter("SRP_B")
    check(other, "SRP_B of an unknown user stayed the same, which gives them away", facts="A101")


@requires(NO_ALIASES)
@varied(flow=Flow)
def test_unconfirmed_user_is_refused_before_the_password_is_looked_at(
    cognito_people: PersonFactory,
    cognito_signed_up: Person,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """An unconfirmed user gets the same error whether the password is right or wrong."""
    person = cognito_signed_up
    for password in (person.password, cognito_people.password()):
        with unchanged(person), refused(refusals.NOT_CONFIRMED):
            sign_in(Member(person.with_password(password)))


@varied(flow=Flow)
def test_disabled_user_is_refused_until_enabled_again(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """After AdminDisableUser no sign-in is possible, and after AdminEnableUser it is again."""
    cognito_actions.admin_disable_user(member.person.username)
    with unchanged(member.person), refused(refusals.DISABLED):
        sign_in(member)
    cognito_actions.admin_enable_user(member.person.username)
    sign_in.works_for(member)


def _without(flow: Flow) -> Any:
    """Return a flow as a parameter, with a pool whose app client allows only the other flows."""
    others = {expectations.allowance(each) for each in Flow} - {expectations.allowance(flow)}
    allowed = (*sorted(others), "ALLOW_REFRESH_TOKEN_AUTH")
    allowance = expectations.allowance(flow)
    marks = [pytest.mark.cognito_pool(auth_flows=allowed), requires(flow_forbidden(allowance))]
    return pytest.param(flow, id=flow.label, marks=marks)


@pytest.mark.parametrize("forbidden", [_without(flow) for flow in Flow])
def test_flow_that_the_client_does_not_allow_is_refused(
    cognito_sign_in: SignIn, cognito_confirmed: Person, forbidden: Flow, unchanged: Unchanged
) -> None:
    """A flow that is not among the client's ExplicitAuthFlows is refused immediately."""
    entrance = MemberSignIn(cognito_sign_in, forbidden.auth_flow)
    with unchanged(cognito_confirmed), refused(expectations.flow_off(forbidden)):
        entrance.start(Member(cognito_confirmed))


def test_initiate_auth_refuses_the_administrators_flow(
    cognito_actions: Actions, cognito_confirmed: Person, unchanged: Unchanged
) -> None:
    """InitiateAuth with ADMIN_USER_PASSWORD_AUTH is refused, whatever the client allows."""
    person = cognito_confirmed
    parameters = {"USERNAME": person.username, "PASSWORD": person.password.reveal()}
    with unchanged(person), refused(refusals.FLOW_NOT_OF_THIS_OPERATION):
        cognito_actions.initiate_auth("ADMIN_USER_PASSWORD_AUTH", parameters)


@requires(flows_allowed("ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"))
@pytest.mark.parametrize(
    ("flow", "missing"),
    [
        ("USER_PASSWORD_AUTH", "USERNAME"),
        ("USER_PASSWORD_AUTH", "PASSWORD"),
        ("USER_SRP_AUTH", "USERNAME"),
        ("USER_SRP_AUTH", "SRP_A"),
    ],
)
def test_missing_parameter_is_named(
    cognito_actions: Actions, cognito_confirmed: Person, flow: Any, missing: str
) -> None:
    """InitiateAuth without a parameter that the flow needs names it."""
    person = cognito_confirmed
    proof = {
        "USER_PASSWORD_AUTH": {"PASSWORD": person.password.reveal()},
        "USER_SRP_AUTH": {"SRP_A": "2"},
    }[flow]
    parameters = {"USERNAME": person.username, **proof}
    del parameters[missing]
    with refused(refusals.MISSING_PARAMETER.about(name=missing)):
        cognito_actions.initiate_auth(flow, parameters)


@varied(client=[Client.WITH_SECRET], flow=Flow)
def test_request_without_secret_hash_is_refused(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A client with a secret is refused without SECRET_HASH."""
    client_id = cognito_actions.app.client_id
    hashless = sign_in.through(client_without_secret(cognito_actions))
    with (
        unchanged(member.person),
        refused(refusals.SECRET_HASH_MISSING.about(client_id=client_id)),
    ):
        hashless.start(member)


@varied(client=[Client.WITH_SECRET], flow=Flow)
def test_request_with_a_wrong_secret_hash_is_refused(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A client with a secret is refused when SECRET_HASH is made with another secret."""
    client_id = cognito_actions.app.client_id
    forged = sign_in.through(client_with_another_secret(cognito_actions))
    with unchanged(member.person), refused(refusals.SECRET_HASH_WRONG.about(client_id=client_id)):
        forged.start(member)


@requires(SECOND_FACTOR)
@varied(client=[Client.WITH_SECRET], flow=Flow)
def test_challenge_answered_without_secret_hash_is_refused(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A client with a secret needs SECRET_HASH for the second factor too."""
    client_id = cognito_actions.app.client_id
    asked = sign_in.until("SOFTWARE_TOKEN_MFA", member)
    hashless = sign_in.through(client_without_secret(cognito_actions))
    with (
        unchanged(member.person),
        refused(refusals.SECRET_HASH_MISSING.about(client_id=client_id)),
    ):
        hashless.answer(asked)


@pytest.mark.cognito_needs("clock")
@varied(mfa=[Mfa.OFF], flow=Flow)
def test_too_many_wrong_passwords_lock_out_for_a_while(
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
    time_passes: TimePasses,
    unchanged: Unchanged,
) -> None:
    """From the fifth wrong password on, even the right one is refused, each time twice as long."""
    mistaken = member.with_password(cognito_people.password())
    lock = 0
    for failures in range(1, 10):
        time_passes(lock)
        with refused(refusals.WRONG_PASSWORD):
            sign_in(mistaken)
        lock = expectations.lock_after(failures)
    for _ in range(2):
        with unchanged(member.person), refused(refusals.LOCKED_OUT):
            sign_in(member)
        time_passes(lock / 2)
    sign_in.works_for(member)


@varied(flow=BY_SRP, multiple=(0, 1, 2))
def test_srp_a_that_would_give_the_key_away_is_refused(
    cognito_actions: Actions, member: Member, multiple: int, unchanged: Unchanged, variant: Variant
) -> None:
    """SRP_A that is 0 modulo N is refused: with it anyone could sign in without a password."""
    parameters = {
        "USERNAME": member.person.sign_in_as,
        "SRP_A": f"{multiple * expectations.SRP_N:x}",
    }
    actions = cognito_actions
    initiate = actions.admin_initiate_auth if variant.flow.by_admin else actions.initiate_auth
    with unchanged(member.person), refused(refusals.SRP_A_UNUSABLE):
        initiate("USER_SRP_AUTH", parameters)
