"""Fixtures of what a test works with: operations, people, mailbox, SRP engine, sign-in."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from harness.errors import ConfigurationError
from harness.pytest_support.quiet_logs import redacted_logs
from harness.pytest_support.reporting import hide, show_on_failure
from harness.pytest_support.run import digest, mailbox_settings_of
from harness.pytest_support.skipping import or_skip, skip_without
from harness.pytest_support.surroundings import or_leave
from harness.pytest_support.terminal import Terminal
from harness.targets.base import Capability

if TYPE_CHECKING:
    from harness.clock import Clock
    from harness.flows.actions import Actions, AppClient
    from harness.flows.signin import AuthFlow, SignIn
    from harness.flows.trace import Trace
    from harness.pools.provision import ProvisionedPool
    from harness.settings import Settings
    from harness.srp.engines import SrpEngine
    from harness.targets.base import Target
    from harness.targets.faults import Faults
    from harness.targets.mailboxes import MailboxChooser
    from harness.users.addresses import PlusAddresses
    from harness.users.mailboxes.base import Mailbox
    from harness.users.person import PersonFactory

#: The flows in the order in which they are taken where a test names none, and what allows each.
_FLOWS: tuple[tuple[AuthFlow, str], ...] = (
    ("USER_SRP_AUTH", "ALLOW_USER_SRP_AUTH"),
    ("USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH"),
    ("ADMIN_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"),
)


@pytest.fixture
def cognito_trace(
    request: pytest.FixtureRequest, cognito_pool: ProvisionedPool, cognito_target: Target
) -> Iterator[Trace]:
    """Every call of the test once its pool is there; shown, redacted, when the test fails."""
    from harness.flows.trace import Trace

    trace = Trace(cognito_target.clock)
    show_on_failure(request.node, trace)
    with trace.observing(cognito_target.client()), redacted_logs(trace.scrub):
        yield trace


@pytest.fixture
def cognito_actions(
    cognito_trace: Trace,
    cognito_app: AppClient,
    cognito_target: Target,
) -> Actions:
    """The operations on the test's pool; the signed ones only where the target allows them."""
    from harness.flows.actions import Actions

    client = cognito_target.client()
    admin = client if Capability.ADMIN in cognito_target.capabilities else None
    return Actions(client, cognito_app, admin=admin)


@pytest.fixture
def cognito_mailbox(
    request: pytest.FixtureRequest,
    cognito_pool: ProvisionedPool,
    cognito_target: Target,
    cognito_settings: Settings,
    _cognito_mailboxes: MailboxChooser,
) -> Mailbox:
    """Where the codes for the people of the test's pool arrive."""
    skip_without(Capability.OUTBOX, cognito_target, cognito_settings)
    hide(request.node, mailbox_settings_of(request.config).imap_password.value)
    return or_skip(lambda: _cognito_mailboxes.mailbox(cognito_pool.user_pool_id))


@pytest.fixture(scope="session")
def _cognito_mailboxes(
    pytestconfig: pytest.Config, cognito_target: Target, cognito_settings: Settings
) -> MailboxChooser:
    """Makes the mailbox that the settings name."""
    from harness.targets.mailboxes import MailboxChooser

    details = or_leave(lambda: mailbox_settings_of(pytestconfig))
    return MailboxChooser(cognito_target, cognito_settings, details, Terminal(pytestconfig).ask)


@pytest.fixture
def cognito_faults(cognito_target: Target, cognito_settings: Settings) -> Iterator[Faults]:
    """Lets operations fail on purpose; nothing that was planned outlives the test."""
    skip_without(Capability.FAULTS, cognito_target, cognito_settings)
    faults = cognito_target.faults()
    yield faults
    faults.clear()


@pytest.fixture(scope="session")
def _cognito_tests_run() -> Counter[str]:
    """How often each test was run in this worker: plugins may repeat one."""
    return Counter()


@pytest.fixture(scope="session")
def _cognito_addresses(pytestconfig: pytest.Config) -> PlusAddresses | None:
    """The addresses that lead to the mailbox of the settings, if they name its address."""
    from harness.users.addresses import PlusAddresses

    address = or_leave(lambda: mailbox_settings_of(pytestconfig)).mailbox_address.value
    return None if address is None else PlusAddresses(address)


@pytest.fixture
def cognito_people(
    request: pytest.FixtureRequest,
    cognito_pool: ProvisionedPool,
    cognito_settings: Settings,
    cognito_namespace: str,
    _cognito_tests_run: Counter[str],
    _cognito_addresses: PlusAddresses | None,
) -> PersonFactory:
    """Makes people who fit the pool: the same ones whenever this test runs with the same seed."""
    from harness.users.person import PersonFactory

    test = request.node.nodeid
    _cognito_tests_run[test] += 1
    which = digest(f"{test}/{_cognito_tests_run[test]}")
    seed = hashlib.sha256(f"{cognito_settings.seed.value}/{which}".encode()).digest()
    return PersonFactory(
        int.from_bytes(seed[:8], "big"),
        namespace=f"{cognito_namespace}{which}-",
        rules=cognito_pool.spec.password_policy,
        sign_in_name=cognito_pool.spec.sign_in_names,
        addresses=_cognito_addresses,
        required=cognito_pool.spec.required_attributes,
        # The seed is printed, and elsewhere people outlive the run.
        password_source=random.SystemRandom() if cognito_settings.is_shared else None,
    )


@pytest.fixture
def cognito_srp_engine(request: pytest.FixtureRequest, cognito_settings: Settings) -> SrpEngine:
    """The SRP engine, by indirect parametrization with its name, or as the options say."""
    from harness.srp.engines import load_engine

    name: str = getattr(request, "param", None) or cognito_settings.srp.value or "native"
    return load_engine(name)


@pytest.fixture
def cognito_auth_flow(request: pytest.FixtureRequest, cognito_pool: ProvisionedPool) -> AuthFlow:
    """The way to sign in, by the marker ``cognito_flow`` or as the app client allows."""
    marker = request.node.get_closest_marker("cognito_flow")
    if marker is not None:
        named: AuthFlow = marker.args[0]
        return named
    allowed = cognito_pool.spec.auth_flows
    for flow, permission in _FLOWS:
        if permission in allowed:
            return flow
    raise ConfigurationError(
        "auth_flows", given=", ".join(allowed), hint="none of them signs in with a password"
    )


@pytest.fixture
def cognito_sign_in(
    cognito_actions: Actions, cognito_srp_engine: SrpEngine, cognito_clock: Clock
) -> SignIn:
    """Signs people in through the app client of the test's pool."""
    from harness.flows.signin import SignIn

    return SignIn(cognito_actions, cognito_srp_engine, cognito_clock)
