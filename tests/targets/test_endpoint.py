"""The target ``endpoint``: what it finds out about a service, and the existing pool there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from harness.clock import SystemClock
from harness.emulator.server import EmulatorServer
from harness.errors import ConfigurationError, DeadlineExceeded, HarnessError, MissingCapability
from harness.plugin.run.existing_pool import ExistingPool, UndescribedPool
from harness.pools.making.provision_spec import ProvisionedPool, deprovision, provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.settings.run_settings import Settings, gather
from harness.targets.base import Capability
from harness.targets.choice import choose_target
from harness.targets.clients import offline_client
from harness.targets.endpoint import EndpointTarget

SPEC = PoolSpec(mfa="ON", client_secret=True, device_tracking=DeviceTracking())


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of an administrator, as boto3 finds them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")


@pytest.fixture(scope="module")
def pool(server: EmulatorServer) -> Iterator[ProvisionedPool]:
    """A pool that was there before the run."""
    client = offline_client("us-east-1", server.url)
    found = provision(client, SPEC, name_prefix="existing-", tags={})
    yield found
    deprovision(client, found)


def settings_for(server: EmulatorServer, **more: str) -> Settings:
    """Return the settings of a run against the server."""
    given = {"target": "endpoint", "endpoint_url": server.url, **more}
    return Settings.resolve(gather(given, {}, {}, "pytest.ini"), {}, 1)


def existing(server: EmulatorServer, pool: ProvisionedPool, **more: str) -> ExistingPool:
    """Return the existing pool as a run with its ids sees it."""
    ids = {"user_pool_id": pool.user_pool_id, "client_id": pool.app.client_id}
    settings = settings_for(server, **{**ids, **more})
    return ExistingPool.of_settings(choose_target(settings), settings)


@contextmanager
def serving(status: int, body: bytes) -> Iterator[str]:
    """Answer every request in the same way, at the URL that is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the base class looks for this name
            """Answer."""
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class TestCapabilities:
    """What the target can do is found out from the service."""

    def test_administrator_can_make_pools(self, server: EmulatorServer, credentials: None) -> None:
        """An administrator can make pools; the time is the machine's, and codes are nowhere."""
        target = choose_target(settings_for(server))
        target.start()
        assert target.capabilities == {
            Capability.ADMIN,
            Capability.PROVISIONING,
            Capability.SENDERS,
        }
        assert isinstance(target.clock, SystemClock)
        with pytest.raises(MissingCapability, match="--cognito-mailbox=outbox"):
            target.mailbox("us-east-1_Pool1")
        with pytest.raises(MissingCapability, match="faults"):
            target.faults()
        target.stop()

    def test_client_without_credentials_has_the_users_side(self, server: EmulatorServer) -> None:
        """If signed operations are refused, only the user's side is left."""
        target = choose_target(settings_for(server))
        target.start()
        assert target.capabilities == frozenset()

    def test_missing_capability_has_a_reason(self, server: EmulatorServer) -> None:
        """Why something is missing is told by what the service answered."""
        target = EndpointTarget(server.url, region="us-east-1")
        reason = target.reason_without(Capability.ADMIN)
        assert reason == "ListUserPools is refused with MissingAuthenticationTokenException"
        assert target.reason_without(Capability.CLOCK) is None

    @pytest.mark.parametrize(
        "code", ["AccessDeniedException", "ExpiredToken", "UnrecognizedClientException"]
    )
    def test_forbidden_client_has_the_users_side(self, code: str) -> None:
        """Without permissions, or with invalid credentials, only the user's side is left."""
        body = json.dumps({"__type": code, "message": "no"}).encode()
        with serving(400, body) as url:
            target = EndpointTarget(url, region="us-east-1")
            target.check()
            assert target.capabilities == frozenset()
            assert code in str(target.reason_without(Capability.PROVISIONING))

    def test_served_emulator_has_an_outbox(
        self, server: EmulatorServer, pool: ProvisionedPool
    ) -> None:
        """A served emulator has an outbox, even if it is used like any other service."""
        target = choose_target(settings_for(server, mailbox="outbox"))
        assert Capability.OUTBOX in target.capabilities
        with pytest.raises(DeadlineExceeded):
            target.mailbox(pool.user_pool_id).newest_code("nobody", deadline_seconds=0)

    def test_no_pool_is_made_beside_an_existing_one(
        self, server: EmulatorServer, pool: ProvisionedPool, credentials: None
    ) -> None:
        """Beside an existing pool none is made."""
        settings = settings_for(
            server, user_pool_id=pool.user_pool_id, client_id=pool.app.client_id
        )
        assert choose_target(settings).capabilities == {Capability.ADMIN}


class TestUnusable:
    """Services and settings that do not serve."""

    def test_closed_port_is_refused(self) -> None:
        """A service that is not there is a setting that cannot be used."""
        with EmulatorServer() as server:
            url = server.url
        with pytest.raises(ConfigurationError, match=r"--cognito-endpoint-url.*Could not connect"):
            EndpointTarget(url, region="us-east-1").check()

    @pytest.mark.parametrize(
        ("status", "body", "said"),
        [
            (200, b"<html>Welcome</html>", "status 200 is not one of Cognito's"),
            (200, b"{}", "status 200 is not one of Cognito's"),
            (404, b"<html>Not here</html>", "status 404 and code 404"),
            (501, b"", "status 501 and code 501"),
            (500, b'{"__type": "InternalFailure"}', "status 500 and code InternalFailure"),
            (400, b'{"__type": "UnknownOperationException"}', "code UnknownOperationException"),
        ],
    )
    def test_other_service_is_refused(self, status: int, body: bytes, said: str) -> None:
        """A service that does not answer as Cognito does is no Cognito without permission."""
        with serving(status, body) as url:
            target = EndpointTarget(url, region="us-east-1")
            with pytest.raises(ConfigurationError) as caught:
                target.check()
        text = str(caught.value)
        assert text.startswith(f"--cognito-endpoint-url: cannot use '{url}'")
        assert said in text
        assert "\n" not in text

    @pytest.mark.parametrize("what", ["missing", "a folder"])
    def test_unreadable_ca_bundle_is_refused(
        self, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A CA bundle that cannot be read is said, where one is needed."""
        path = tmp_path if what == "a folder" else tmp_path / "missing.pem"
        monkeypatch.setenv("AWS_CA_BUNDLE", str(path))
        with pytest.raises(ConfigurationError, match=r"AWS_CA_BUNDLE.*cannot be read"):
            EndpointTarget("https://127.0.0.1:9", region="us-east-1").check()

    @pytest.mark.parametrize(
        ("variable", "value"),
        [("AWS_PROFILE", "missing"), ("AWS_MAX_ATTEMPTS", "many"), ("AWS_RETRY_MODE", "often")],
    )
    def test_bad_boto3_setting_is_one_line(
        self, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A setting that boto3 cannot use is said in one sentence."""
        monkeypatch.setenv(variable, value)
        with pytest.raises(HarnessError, match="the settings of boto3 cannot be used"):
            EndpointTarget("http://127.0.0.1:9", region="us-east-1").check()


class TestExistingPool:
    """The pool that was there before."""

    def test_administrator_reads_the_pool(
        self, server: EmulatorServer, pool: ProvisionedPool, credentials: None
    ) -> None:
        """An administrator is told what the pool is like, its client secret included."""
        found = existing(server, pool).get(SPEC)
        assert found.app == pool.app
        assert found.spec.mfa == "ON"
        assert found.spec.device_tracking == DeviceTracking()
        assert found.spec.password_policy == SPEC.password_policy

    def test_differences_of_the_pool_are_named(
        self, server: EmulatorServer, pool: ProvisionedPool, credentials: None
    ) -> None:
        """A test that needs another pool is told each difference."""
        with pytest.raises(MissingCapability) as caught:
            existing(server, pool).get(PoolSpec(mfa="OPTIONAL", client_secret=True))
        text = str(caught.value)
        assert pool.user_pool_id in text
        assert "mfa is ON but must be OPTIONAL" in text
        assert "device_tracking is DeviceTracking(" in text
        assert "client_secret" not in text

    def test_unreadable_pool_runs_tests_without_demands(
        self, server: EmulatorServer, pool: ProvisionedPool
    ) -> None:
        """Without credentials tests that demand nothing run, and the others are told what to do."""
        found = existing(server, pool)
        assert isinstance(found.get(PoolSpec()), UndescribedPool)
        with pytest.raises(MissingCapability, match="cognito_existing_pool_spec"):
            found.get(SPEC)

    def test_stated_settings_of_the_pool_count(
        self, server: EmulatorServer, pool: ProvisionedPool
    ) -> None:
        """What the user says about the pool counts."""
        settings = settings_for(
            server, user_pool_id=pool.user_pool_id, client_id=pool.app.client_id
        )
        target = choose_target(settings)
        found = ExistingPool.of_settings(target, settings, stated=SPEC).get(SPEC)
        assert found.spec == SPEC
        assert not isinstance(found, UndescribedPool)

    @pytest.mark.parametrize(
        ("setting", "value"),
        [("user_pool_id", "us-east-1_Missing1"), ("client_id", "missing1")],
    )
    def test_unknown_id_is_refused(
        self,
        setting: str,
        value: str,
        server: EmulatorServer,
        pool: ProvisionedPool,
        credentials: None,
    ) -> None:
        """An id that the service does not know is a setting that cannot be used."""
        option = "--cognito-" + setting.replace("_", "-")
        with pytest.raises(ConfigurationError, match=f"{option}: cannot use '{value}'"):
            existing(server, pool, **{setting: value})

    def test_existing_pool_is_left_alone(
        self, server: EmulatorServer, pool: ProvisionedPool, credentials: None
    ) -> None:
        """At the end of the run the pool is still there."""
        found = existing(server, pool)
        found.get(SPEC)
        found.close()
        client = offline_client("us-east-1", server.url)
        assert client.describe_user_pool(UserPoolId=pool.user_pool_id)["UserPool"]["Id"]
