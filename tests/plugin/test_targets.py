"""The same tests on every target, in pools of the run's own and in one that was there before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from harness.pools.making.provision_spec import ProvisionedPool, provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.targets.clients import offline_client
from tests.plugin.conftest import Inner, the_one_line

MAIN_JOB = """
import pytest
from harness import DeviceTracking, SignInContext

pytestmark = pytest.mark.cognito_pool(mfa="ON", device_tracking=DeviceTracking())

def test_device_instead_of_a_code(
    cognito_tracked_device, cognito_sign_in, cognito_auth_flow, cognito_clock
):
    tracked = cognito_tracked_device
    context = SignInContext.for_person(tracked.person, device=tracked.device)
    result = cognito_sign_in.run(context, cognito_auth_flow)
    assert result.steps == ("PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")

@pytest.mark.cognito_needs("clock")
def test_code_expires(cognito_signed_up, cognito_actions, cognito_mailbox, cognito_clock):
    code = cognito_mailbox.newest_code(cognito_signed_up.username)
    cognito_clock.wait_until(cognito_clock.time() + 25 * 3600)
    with pytest.raises(cognito_actions.client.exceptions.ExpiredCodeException):
        cognito_actions.confirm_sign_up(cognito_signed_up.username, code.value)
"""

#: What a run with no more than two ids can do.
USER_SIDE = """
import pytest

def test_signs_in(cognito_signed_in, cognito_trace, cognito_pool):
    assert "PASSWORD_VERIFIER" in cognito_signed_in.steps
    assert not any(call.operation.startswith("Admin") for call in cognito_trace.calls)

def test_device(cognito_tracked_device):
    assert cognito_tracked_device.authenticator is not None

@pytest.mark.cognito_pool(mfa="OPTIONAL")
def test_needs_another_pool(cognito_pool): pass

@pytest.mark.cognito_needs("admin")
def test_needs_an_administrator(cognito_pool): pass
"""


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """An emulator that was there before the run; each test has one, since runs move its clock."""
    with EmulatorServer(emulator=Emulator(mock=False)) as found:
        yield found


@pytest.fixture
def existing(server: EmulatorServer) -> ProvisionedPool:
    """A pool that was there before the runs."""
    spec = PoolSpec(mfa="ON", client_secret=True, device_tracking=DeviceTracking())
    client = offline_client("us-east-1", server.url)
    return provision(client, spec, name_prefix="existing-", tags={})


@pytest.fixture
def in_the_pool(server: EmulatorServer, existing: ProvisionedPool) -> list[str]:
    """The options for a run in the existing pool."""
    return [
        "--cognito-target=endpoint",
        f"--cognito-endpoint-url={server.url}",
        f"--cognito-user-pool-id={existing.user_pool_id}",
        f"--cognito-client-id={existing.app.client_id}",
        "--cognito-mailbox=outbox",
        "-rs",
    ]


class TestOwnPools:
    """Runs that make their pools."""

    def test_server_target_serves_an_emulator(self, inner: Inner) -> None:
        """The target ``server`` serves an emulator for the run."""
        inner("--cognito-target=server", source=MAIN_JOB).assert_outcomes(passed=2)

    def test_server_target_takes_a_given_url(self, inner: Inner, server: EmulatorServer) -> None:
        """With a URL it takes the one that is served there, and leaves no pool behind."""
        client = offline_client("us-east-1", server.url)
        before = client.list_user_pools(MaxResults=60)["UserPools"]
        inner(
            "--cognito-target=server", f"--cognito-endpoint-url={server.url}", source=MAIN_JOB
        ).assert_outcomes(passed=2)
        assert client.list_user_pools(MaxResults=60)["UserPools"] == before

    def test_endpoint_skips_tests_that_move_the_clock(
        self, inner: Inner, server: EmulatorServer
    ) -> None:
        """Any service at a URL has the system's time; what moves the clock is skipped."""
        result = inner(
            "--cognito-target=endpoint",
            "--cognito-mailbox=outbox",
            "-rs",
            source=MAIN_JOB,
            AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=server.url,
            AWS_ACCESS_KEY_ID="mine",
            AWS_SECRET_ACCESS_KEY="mine",
        )
        result.assert_outcomes(passed=1, skipped=1)
        result.stdout.fnmatch_lines(["*: target 'endpoint' has no capability 'clock'"])


class TestExistingPool:
    """Runs in a pool that was there before."""

    def test_administrator_skips_tests_of_other_pools(
        self, inner: Inner, in_the_pool: list[str]
    ) -> None:
        """The pool is described by the service, and tests that need another one are skipped."""
        result = inner(
            *in_the_pool,
            source=MAIN_JOB.replace("cognito_pool(", "cognito_pool(client_secret=True, ")
            + "\n@pytest.mark.cognito_pool(mfa='OPTIONAL')\ndef test_other(cognito_pool): pass",
            AWS_ACCESS_KEY_ID="mine",
            AWS_SECRET_ACCESS_KEY="mine",
        )
        result.assert_outcomes(passed=1, skipped=2)
        result.stdout.fnmatch_lines(["*is not as this test needs it: mfa is ON but must be OPT*"])

    def test_users_side_runs_without_credentials(
        self, inner: Inner, in_the_pool: list[str], existing: ProvisionedPool
    ) -> None:
        """Without any credentials the user's side runs: signing up, in, and on a device."""
        secret = existing.app.client_secret
        assert secret is not None
        result = inner(
            *in_the_pool, source=USER_SIDE, COGNITO_HARNESS_CLIENT_SECRET=secret.reveal()
        )
        result.assert_outcomes(passed=2, skipped=2)
        result.stdout.fnmatch_lines(
            ["*'endpoint' has no capability 'admin': DescribeUserPool is refused with *"]
        )
        result.stdout.fnmatch_lines(["*describe it with the fixture cognito_existing_pool*"])

    def test_pool_of_phone_numbers_is_one_line(self, inner: Inner, server: EmulatorServer) -> None:
        """A phone number does not show whose a user is, so the run does not begin."""
        spec = PoolSpec(sign_in_names="phone_number", auto_verified=("phone_number",))
        pool = provision(
            offline_client("us-east-1", server.url), spec, name_prefix="existing-", tags={}
        )
        result = inner(
            "--cognito-target=server",
            f"--cognito-endpoint-url={server.url}",
            f"--cognito-user-pool-id={pool.user_pool_id}",
            f"--cognito-client-id={pool.app.client_id}",
            source=USER_SIDE,
        )
        assert "its users sign up with phone numbers" in the_one_line(result)

    def test_unknown_app_client_is_one_line(self, inner: Inner, in_the_pool: list[str]) -> None:
        """An app client that the service does not know is one line and exit code 2."""
        result = inner(
            *in_the_pool,
            "--cognito-client-id=missing1",
            source=USER_SIDE,
            AWS_ACCESS_KEY_ID="mine",
            AWS_SECRET_ACCESS_KEY="mine",
        )
        assert result.ret == 2
        assert "--cognito-client-id: cannot use 'missing1'" in the_one_line(result)
