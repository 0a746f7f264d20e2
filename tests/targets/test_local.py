"""The targets ``emulator`` and ``server``, and what they have in common."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.emulator.server import EmulatorServer
from harness.errors import ConfigurationError, HarnessError
from harness.pools.making.provision_spec import ProvisionedPool, deprovision, provision
from harness.pools.spec.pool_spec import PoolSpec
from harness.targets.base import Capability, Target
from harness.targets.control import ControlSurface
from harness.targets.emulated import EmulatedTarget
from harness.targets.faults import EmulatorFaults, Faults, ServedFaults
from harness.targets.served import ServedTarget

MONTH = 30 * 24 * 3600.0


def make_target(kind: str, server: EmulatorServer) -> Target:
    """Return a target on this machine, not yet started."""
    if kind == "emulator":
        return EmulatedTarget(region="eu-west-1", seed=1)
    if kind == "own server":
        return ServedTarget(region="eu-west-1", seed=1)
    return ServedTarget(region="eu-west-1", endpoint_url=server.url)


@pytest.fixture(scope="module", params=["emulator", "own server", "server"])
def target(request: pytest.FixtureRequest, server: EmulatorServer) -> Iterator[Target]:
    """Each of the three, started."""
    found = make_target(request.param, server)
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def pool(target: Target) -> Iterator[ProvisionedPool]:
    """A pool there."""
    found = provision(target.client(), PoolSpec(), name_prefix="test-", tags={})
    yield found
    deprovision(target.client(), found)


class TestBoth:
    """What holds for every target on this machine."""

    def test_local_target_does_everything_but_scripts(self, target: Target) -> None:
        """They can do everything but follow a script."""
        assert target.capabilities == frozenset(Capability) - {Capability.SCRIPTED}

    def test_client_is_made_once(self, target: Target) -> None:
        """The client is made once, for the region of the target."""
        assert target.client() is target.client()
        assert target.client().meta.region_name == "eu-west-1"

    def test_pool_is_in_the_region(self, pool: ProvisionedPool) -> None:
        """Pool ids begin with the region of the target."""
        assert pool.user_pool_id.startswith("eu-west-1_")

    def test_clock_is_moved_by_waiting(self, target: Target) -> None:
        """Waiting a month takes no time, and waiting for what is past does nothing."""
        clock = target.clock
        before = clock.time()
        clock.wait_until(before + MONTH)
        after = clock.time()
        assert before + MONTH <= after < before + MONTH + 60
        clock.wait_until(before)
        assert clock.time() >= after
        assert abs(clock.now().timestamp() - clock.time()) < 60

    def test_sent_code_is_in_the_mailbox(self, target: Target, pool: ProvisionedPool) -> None:
        """The code that was sent is in the mailbox, and Cognito takes it."""
        client, app = target.client(), pool.app
        client.sign_up(
            ClientId=app.client_id,
            Username="somebody",
            Password="Pass-word-1",
            UserAttributes=[{"Name": "email", "Value": "somebody@example.com"}],
        )
        code = target.mailbox(pool.user_pool_id).newest_code("somebody", kind="sign_up")
        client.confirm_sign_up(
            ClientId=app.client_id, Username="somebody", ConfirmationCode=code.value.reveal()
        )
        found = client.admin_get_user(UserPoolId=pool.user_pool_id, Username="somebody")
        assert found["UserStatus"] == "CONFIRMED"

    def test_planned_fault_strikes_as_often_as_planned(self, target: Target) -> None:
        """A planned failure strikes as often as it is planned to, and none is left once cleared."""
        client, faults = target.client(), target.faults()
        faults.plan("ListUserPools", code="TooManyRequestsException", message="no", status=400)
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.list_user_pools(MaxResults=1)
        client.list_user_pools(MaxResults=1)
        faults.plan("ListUserPools", times=None)
        faults.clear()
        client.list_user_pools(MaxResults=1)

    def test_a_profile_strikes_until_it_is_turned_off(self, target: Target) -> None:
        """A profile is set in every emulator, and ends with `clear` as planned failures do."""
        client, faults = target.client(), target.faults()
        faults.set_profile("throttle@ListUserPools:1")
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.list_user_pools(MaxResults=1)
        faults.set_profile(None)
        client.list_user_pools(MaxResults=1)
        faults.set_profile("throttle@ListUserPools:1")
        faults.clear()
        client.list_user_pools(MaxResults=1)

    def test_a_profile_that_cannot_be_used_is_refused(self, target: Target) -> None:
        """The message says what is allowed, wherever the emulator is."""
        with pytest.raises(HarnessError, match="did you mean 'throttle'"):
            target.faults().set_profile("thottle:1")
        target.faults().clear()

    def test_a_profile_comes_from_a_file_here(self, target: Target, tmp_path: Path) -> None:
        """A served emulator need not see the file; a file with an error is named."""
        path = tmp_path / "faults.toml"
        path.write_text('[[fault]]\nkind = "throttle"\nrate = 1\n', encoding="utf-8")
        client, faults = target.client(), target.faults()
        faults.set_profile(str(path))
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.list_user_pools(MaxResults=1)
        faults.clear()
        path.write_text('[[fault]]\nkind = "throttle"\nrate = 2020-01-01\n', encoding="utf-8")
        with pytest.raises(HarnessError, match=r"faults\.toml"):
            faults.set_profile(str(path))

    def test_clear_leaves_a_profile_that_was_there_before(self, server: EmulatorServer) -> None:
        """A test that plans a failure does not end the faults of a whole run."""
        target = ServedTarget(region="eu-west-1", endpoint_url=server.url)
        target.start()
        server.emulator.faults.set_profile("slow@SignUp:1:1")
        try:
            faults = target.faults()
            faults.plan("ListUserPools")
            faults.clear()
            assert server.emulator.faults.profile is not None
        finally:
            server.emulator.faults.set_profile(None)
            target.stop()

    @pytest.mark.parametrize("profile", ["slow@SignUp:1:1", None])
    def test_clear_sets_the_profile_again_that_was_there_before(
        self, server: EmulatorServer, profile: str | None
    ) -> None:
        """A test with a profile of its own, or with none, does not end that of a whole run."""
        served = ServedTarget(region="eu-west-1", endpoint_url=server.url)
        served.start()
        try:
            for faults in (served.faults(), EmulatorFaults(server.emulator)):
                server.emulator.faults.set_profile("drop@SignUp:0.5,seed:7")
                faults.set_profile(profile)
                faults.set_profile("throttle@SignUp:1")
                faults.clear()
                found = server.emulator.faults.profile
                assert found is not None
                assert (found.text(), found.seed) == ("drop@SignUp:0.5", 7)
        finally:
            server.emulator.faults.set_profile(None)
            served.stop()

    def test_a_file_is_found_in_the_home_folder(
        self, target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """``~`` and a blank at the end mean the same for every emulator."""
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        text = '[[fault]]\nkind = "throttle"\nrate = 1\n'
        (tmp_path / "faults.toml").write_text(text, encoding="utf-8")
        client, faults = target.client(), target.faults()
        faults.set_profile("~/faults.toml ")
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.list_user_pools(MaxResults=1)
        faults.clear()

    def test_starting_again_changes_nothing(self, target: Target) -> None:
        """A started target can be checked, and starting it again changes nothing."""
        client = target.client()
        target.check()
        target.start()
        assert target.client() is client

    def test_described_before_it_is_started(self, server: EmulatorServer) -> None:
        """The header can describe a target that is not started."""
        for kind in ("emulator", "own server", "server"):
            assert make_target(kind, server).describe()["clock"].startswith("virtual")


class TestNotStarted:
    """Targets that are used too early, or have ended."""

    @pytest.mark.parametrize("kind", ["emulator", "own server"])
    def test_target_that_is_not_started_is_refused(self, kind: str, server: EmulatorServer) -> None:
        """Using a target before it is started is misuse; stopping it twice is not."""
        target = make_target(kind, server)
        with pytest.raises(HarnessError, match="is not started"):
            target.client()
        target.stop()
        target.stop()

    def test_own_server_ends_with_the_target(self) -> None:
        """When the target stops, its server stops too."""
        target = ServedTarget(region="us-east-1")
        target.start()
        url = target.endpoint_url
        ControlSurface(url).version()
        target.stop()
        with pytest.raises(HarnessError, match="no emulator at"):
            ControlSurface(url).version()

    def test_given_server_keeps_running(self, server: EmulatorServer) -> None:
        """A server that was there before the target is there after it."""
        target = ServedTarget(region="us-east-1", endpoint_url=server.url)
        target.start()
        target.client()
        target.stop()
        ControlSurface(server.url).version()


class TestNoServer:
    """URLs without a server."""

    @pytest.fixture
    def gone(self) -> str:
        """The URL of a server that has stopped."""
        server = EmulatorServer().start()
        url = server.url
        server.stop()
        return url

    def test_missing_server_is_refused(self, gone: str) -> None:
        """A server that is not there is a setting that cannot be used."""
        target = ServedTarget(region="us-east-1", endpoint_url=gone)
        with pytest.raises(ConfigurationError, match=r"--cognito-endpoint-url.*no emulator at"):
            target.check()

    def test_clock_of_a_missing_server_is_refused(self, gone: str) -> None:
        """The clock of a server that has gone says so."""
        target = ServedTarget(region="us-east-1", endpoint_url=gone)
        with pytest.raises(HarnessError, match="no emulator at"):
            target.clock.time()

    def test_refusal_of_the_control_surface_is_shown(self, server: EmulatorServer) -> None:
        """What the control surface refuses is said; time never goes back."""
        target = ServedTarget(region="us-east-1", endpoint_url=server.url)
        with pytest.raises(HarnessError, match="refuses: advance_seconds is -1"):
            ControlSurface(server.url).advance_clock(-1)
        with pytest.raises(ValueError, match="only move forward"):
            target.clock.advance(-1)


def test_plan_has_one_signature() -> None:
    """The signature of ``plan`` is written once, for every kind of emulator."""
    assert EmulatorFaults.plan is Faults.plan is ServedFaults.plan


@pytest.mark.parametrize("kind", [EmulatedTarget, ServedTarget])
def test_target_starts_with_its_faults(
    kind: type[EmulatedTarget | ServedTarget], tmp_path: Path
) -> None:
    """A profile of the settings, or its file, is in force from the first call on."""
    path = tmp_path / "faults.toml"
    path.write_text('[[fault]]\nkind = "throttle"\nrate = 1\n', encoding="utf-8")
    target = kind(region="us-east-1", faults=str(path))
    target.check()
    target.start()
    try:
        client = target.client()
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.list_user_pools(MaxResults=1)
    finally:
        target.stop()


@pytest.mark.parametrize("kind", [EmulatedTarget, ServedTarget])
def test_faults_that_cannot_be_used_are_refused(
    kind: type[EmulatedTarget | ServedTarget],
) -> None:
    """The message names the option, before anything is started."""
    with pytest.raises(ConfigurationError, match=r"^--cognito-faults: cannot use 'throtle:1'"):
        kind(region="us-east-1", faults="throtle:1").check()
