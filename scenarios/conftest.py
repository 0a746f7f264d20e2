"""Fixtures of the scenarios: the variant, and users who are ready to sign in.

The plugin's fixtures provide everything else. Three of them are overridden here so that the variant
decides them: ``cognito_pool_spec``, ``cognito_auth_flow``, ``cognito_srp_engine``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from harness import (
    Actions,
    AppClient,
    AuthFlow,
    Clock,
    DeviceTracking,
    Mailbox,
    Person,
    PersonFactory,
    PoolPeople,
    PoolSpec,
    ProvisionedPool,
    SignedUp,
    SignIn,
    SignInContext,
    SrpEngine,
    Target,
    TrackedSignIn,
    Triggers,
    audit_rules,
    compares_with_file,
    create_by_admin,
    enrol,
    given_pool_or_none,
    load_engine,
    sign_up,
    srp_engine_names,
)
from scenarios.support.choices import why_not_asked
from scenarios.support.custom_auth import TRIGGERS
from scenarios.support.expectations import allowance
from scenarios.support.first_factors import ChoiceSignIn
from scenarios.support.given_pools import CHOOSES, flows_for, unmet, variant_of, why_not
from scenarios.support.members import (
    ByPassword,
    Member,
    MemberSignIn,
    TrackedMember,
    new_app_client,
)
from scenarios.support.pool_under_test import by_choice_alone, flows_of
from scenarios.support.sent_codes import prefer, sent_factor_of
from scenarios.support.variants import Mfa, Variant, Variation, wants_everything
from scenarios.support.watching import TimePasses, Unchanged, nothing_changed

#: The relying party of pools with passkeys, on a domain that RFC 2606 reserves.
RELYING_PARTY = "shop.example.com"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make the parameters of a varied scenario: pairs of values, or the full product."""
    if "rule" in metafunc.fixturenames:
        metafunc.parametrize("rule", audit_rules(metafunc.config))
    if "part" in metafunc.fixturenames:
        metafunc.parametrize("part", ["pool", "mfa", "client"])
    marker = metafunc.definition.get_closest_marker("varied")
    if marker is None:
        return
    variation: Variation = marker.args[0]
    engines = srp_engine_names(metafunc.config)
    everything = wants_everything(metafunc.config.getoption("markexpr"))
    given = given_pool_or_none(metafunc.config)
    if given is not None:
        pool = variant_of(given, engines[0])
        flows = flows_for(given, pool, metafunc.fixturenames)
        reason = why_not(given, variation, pool, flows)
        if reason is not None:
            _not_run(metafunc, variation, pool, reason)
            return
        variation = variation.on(pool, flows)
    cases = variation.product(engines) if everything else variation.pairs(engines)
    marks = [pytest.mark.exhaustive] if everything else []
    metafunc.parametrize(
        ["variant", *variation.arguments],
        [
            pytest.param(case.variant, *case.arguments.values(), id=case.label, marks=marks)
            for case in cases
        ],
    )


def pytest_pycollect_makeitem(collector: pytest.Module, name: str) -> list[pytest.Item] | None:
    """Leave out scenarios about the configuration if there is nothing to compare it with."""
    wanted = {
        "test_pool_is_configured_as_its_file_says": compares_with_file(collector.config),
        "test_pool_keeps_the_rule": bool(audit_rules(collector.config)),
    }
    return None if wanted.get(name, True) else []


def _not_run(metafunc: pytest.Metafunc, variation: Variation, pool: Variant, reason: str) -> None:
    """List a scenario that applies to no variant of the given pool as skipped."""
    values = [those[0] for those in variation.arguments.values()]
    skipped = pytest.param(pool, *values, id="not_run", marks=pytest.mark.skip(reason=reason))
    metafunc.parametrize(["variant", *variation.arguments], [skipped])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the scenarios that require what the given pool does not have."""
    given = given_pool_or_none(config)
    for item in items if given is not None else ():
        reason = None if given is None else unmet(given, item)
        if reason is not None:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def _open_questions(request: pytest.FixtureRequest) -> None:
    """Skip a choice of the emulator on a service that it says nothing about."""
    if request.node.get_closest_marker("choice") is None:
        return
    target: Target = request.getfixturevalue("cognito_target")
    reason = why_not_asked(request.node, target, request.config.getoption("markexpr"))
    if reason is not None:
        pytest.skip(reason)


@pytest.fixture
def variant(request: pytest.FixtureRequest) -> Variant:
    """The ordinary variant, or that of the given pool, for scenarios that vary nothing."""
    engine = srp_engine_names(request.config)[0]
    given = given_pool_or_none(request.config)
    return Variant(engine=engine) if given is None else variant_of(given, engine)


@pytest.fixture(scope="session")
def cognito_triggers() -> Triggers | None:
    """The triggers of the scenarios, in the emulator that the run starts."""
    return TRIGGERS


@pytest.fixture
def with_triggers(cognito_target: Target) -> None:
    """Skip a scenario about these triggers where they do not run."""
    if getattr(cognito_target, "triggers", None) is not TRIGGERS:
        pytest.skip(f"target {cognito_target.name} runs no triggers of the scenarios")


@pytest.fixture
def cognito_pool_spec(request: pytest.FixtureRequest, variant: Variant) -> PoolSpec:
    """The pool of the variant, with what the scenario's own markers add."""
    tracking = variant.devices.value
    spec: dict[str, Any] = {
        "mfa": variant.mfa.value,
        "device_tracking": DeviceTracking(*tracking) if tracking else None,
        "sign_in_names": variant.sign_in_name.value,
        "client_secret": variant.client.value,
        "second_factors": variant.second_factors.value,
        "first_factors": variant.first_factors.value,
    }
    by_choice = CHOOSES in request.fixturenames
    if by_choice:
        spec["auth_flows"] = (*PoolSpec.auth_flows, "ALLOW_USER_AUTH")
    if "WEB_AUTHN" in variant.first_factors.value:
        spec["relying_party_id"] = RELYING_PARTY
    for marker in reversed(list(request.node.iter_markers("cognito_pool"))):
        spec.update(marker.kwargs)
    given = given_pool_or_none(request.config)
    if given is not None:
        # A scenario needs only the flow it signs in with; it requires any other flow explicitly.
        spec["auth_flows"] = (allowance(variant.flow),) if flows_of(given.spec) else ()
        if by_choice or by_choice_alone(given.spec):
            spec["auth_flows"] = ("ALLOW_USER_AUTH",)
        if variant.mfa is variant_of(given, variant.engine).mfa:
            spec["mfa"] = given.spec.mfa
        # Where MFA is OFF, a pool has no factors, and others may be in another order.
        spec["second_factors"] = given.spec.second_factors
        spec["first_factors"] = given.spec.first_factors
        spec["relying_party_id"] = given.spec.relying_party_id
        spec["managed_login"] = given.spec.managed_login
        spec["resource_servers"] = given.spec.resource_servers
        spec["passkeys_verify_user"] = given.spec.passkeys_verify_user
        spec["passkeys_count_as_mfa"] = given.spec.passkeys_count_as_mfa
    return PoolSpec(**spec)


@pytest.fixture
def people(cognito_pool: ProvisionedPool) -> PoolPeople:
    """What the people of the pool are like: what their app may write, and where codes go."""
    return PoolPeople(cognito_pool.spec)


@pytest.fixture
def cognito_auth_flow(variant: Variant, cognito_pool_spec: PoolSpec) -> AuthFlow:
    """The flow of the variant; USER_AUTH if the app client allows nothing else."""
    if by_choice_alone(cognito_pool_spec):
        return "ADMIN_USER_AUTH" if variant.flow.by_admin else "USER_AUTH"
    return variant.flow.auth_flow


@pytest.fixture
def cognito_srp_engine(variant: Variant) -> SrpEngine:
    """The SRP engine of the variant."""
    return load_engine(variant.engine)


@pytest.fixture
def sign_in(
    cognito_sign_in: SignIn,
    cognito_auth_flow: AuthFlow,
    cognito_pool_spec: PoolSpec,
    variant: Variant,
) -> MemberSignIn:
    """Signs members in with the flow of the variant, or in its way through USER_AUTH."""
    preferred: ByPassword | None = None
    if by_choice_alone(cognito_pool_spec):
        preferred = "PASSWORD_SRP" if variant.flow.by_srp else "PASSWORD"
    return MemberSignIn(cognito_sign_in, cognito_auth_flow, variant, preferred)


@pytest.fixture
def by_choice(cognito_sign_in: SignIn, variant: Variant) -> ChoiceSignIn:
    """Signs members in with USER_AUTH, whose first factor they choose."""
    return ChoiceSignIn(cognito_sign_in, variant)


@pytest.fixture
def member(cognito_person: Person, cognito_sign_in_context: SignInContext) -> Member:
    """A confirmed user, with an authenticator if the pool has MFA."""
    return Member(cognito_person, cognito_sign_in_context.authenticator)


@pytest.fixture
def tracked_member(cognito_tracked_device: TrackedSignIn) -> TrackedMember:
    """A member whose device is confirmed, and remembered even where the user has to opt in."""
    tracked = cognito_tracked_device
    return TrackedMember(Member(tracked.person, tracked.authenticator), tracked.device)


@pytest.fixture
def newcomer(
    cognito_actions: Actions,
    cognito_confirm: Callable[[Person, SignedUp], None],
    cognito_people: PersonFactory,
    cognito_pool: ProvisionedPool,
) -> Callable[[], Member]:
    """Creates confirmed users who have not signed in yet."""
    closed = cognito_pool.spec.allow_admin_create_user_only

    def make() -> Member:
        person = cognito_people.make()
        join = create_by_admin if closed else sign_up
        cognito_confirm(person, join(cognito_actions, person))
        return Member(person)

    return make


@pytest.fixture
def reachable(
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    cognito_actions: Actions,
    cognito_confirm: Callable[[Person, SignedUp], None],
    cognito_pool: ProvisionedPool,
) -> Callable[[], Member]:
    """Creates confirmed users with an email address, a phone number, and a mailbox for both."""
    closed = cognito_pool.spec.allow_admin_create_user_only

    def make() -> Member:
        person = cognito_people.make(phone_number=True)
        join = create_by_admin if closed else sign_up
        cognito_confirm(person, join(cognito_actions, person))
        return Member(person, mailbox=cognito_mailbox)

    return make


@pytest.fixture
def sent_to(
    reachable: Callable[[], Member],
    sign_in: MemberSignIn,
    variant: Variant,
) -> Callable[[], Member]:
    """Creates users of whom every sign-in asks for a code that the service sends them.

    Where MFA is ON their contact is a factor at once; where it is OPTIONAL they turn it on.
    """

    def make() -> Member:
        member = reachable()
        if variant.mfa is Mfa.OPTIONAL:
            access = sign_in(member).tokens.access
            factor = sent_factor_of(variant)
            prefer(sign_in.walker.actions, access, factor.challenge, preferred=factor.challenge)
        return member

    return make


@pytest.fixture
def another_member(
    newcomer: Callable[[], Member], sign_in: MemberSignIn, variant: Variant, cognito_clock: Clock
) -> Member:
    """Another user in the same pool, ready to sign in like ``member``."""
    another = newcomer()
    if variant.mfa is Mfa.OFF:
        return another
    result = sign_in(another)
    authenticator = result.authenticator
    if authenticator is None:
        actions = sign_in.walker.actions
        authenticator = enrol(actions, result.tokens.access, cognito_clock)
    return Member(another.person, authenticator)


@pytest.fixture(scope="session")
def _other_clients() -> dict[str, AppClient]:
    """The second app clients of this run, by their pools."""
    return {}


@pytest.fixture
def through_another_client(
    cognito_actions: Actions, cognito_pool: ProvisionedPool, _other_clients: dict[str, AppClient]
) -> Actions:
    """The operations through a second app client of the pool, whose settings are the same.

    It is deleted with the pool, so that the run needs no permission to delete it.
    """
    actions, pool_id = cognito_actions, cognito_pool.user_pool_id
    if pool_id not in _other_clients:
        _other_clients[pool_id] = new_app_client(actions, cognito_pool.spec, pool_id)
    return Actions(actions.client, _other_clients[pool_id], actions.admin)


@pytest.fixture
def unchanged(cognito_actions: Actions) -> Unchanged:
    """Expects that the calls inside change nothing about the users named."""
    return partial(nothing_changed, cognito_actions)


@pytest.fixture
def time_passes(cognito_clock: Clock) -> TimePasses:
    """Moves the clock; only for scenarios that need the capability ``clock``."""
    return lambda seconds: cognito_clock.wait_until(cognito_clock.time() + seconds)
