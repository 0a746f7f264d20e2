"""The demo in an existing pool: unsigned calls only, whatever the pool is like."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

from harness.emulator.server import EmulatorServer
from harness.pools.making.provision_spec import ProvisionedPool, provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.targets.served import ServedTarget
from tests.cli.conftest import CommandLine, Outcome
from tests.cli.demo.typist import App, Typed, Typist, mail

PASSWORD = "Correct-Horse-7"
OPT_IN = DeviceTracking(
    challenge_required_on_new_device=True, device_only_remembered_on_user_prompt=True
)
ALWAYS = DeviceTracking(
    challenge_required_on_new_device=True, device_only_remembered_on_user_prompt=False
)
WITH_MFA = DeviceTracking(
    challenge_required_on_new_device=False, device_only_remembered_on_user_prompt=False
)

#: The answers of a new user without mistakes, up to the password.
NEW_USER = ("y", "ada", "ada@example.com", PASSWORD)


class Demo(Protocol):
    """Runs the demo in a pool created from a specification, with these answers."""

    def __call__(
        self, spec: PoolSpec, answers: Iterable[Typed], *, user: Mapping[str, Any] | None = None
    ) -> Outcome:
        """Run the demo to its end; it must ask for every answer.

        Args:
            spec: the pool to create first.
            answers: what the person types.
            user: a user that an administrator creates first, in the form of AdminCreateUser.
        """
        ...


@pytest.fixture
def app(png: Path, served: EmulatorServer) -> App:
    """The person's authenticator app."""
    return App(png, served.emulator.clock)


@pytest.fixture
def demo(
    cli: CommandLine, served: EmulatorServer, png: Path, monkeypatch: pytest.MonkeyPatch
) -> Demo:
    """The demo in an existing pool at another address."""

    def run(
        spec: PoolSpec, answers: Iterable[Typed], *, user: Mapping[str, Any] | None = None
    ) -> Outcome:
        pool = make_pool(served, spec, user)
        if pool.app.client_secret is not None:
            monkeypatch.setenv("COGNITO_HARNESS_CLIENT_SECRET", pool.app.client_secret.reveal())
        typist = Typist(answers)
        monkeypatch.setattr(sys, "stdin", typist)
        ids = ("--user-pool-id", pool.user_pool_id, "--client-id", pool.app.client_id)
        where = ("--endpoint-url", served.url, "--png", str(png))
        outcome = cli("demo", *ids, *where)
        assert not typist.left, f"not asked for: {len(typist.left)} answers\n{outcome.out}"
        return outcome

    return run


def make_pool(
    server: EmulatorServer, spec: PoolSpec, user: Mapping[str, Any] | None = None
) -> ProvisionedPool:
    """Create a pool in a served emulator, as its administrator."""
    target = ServedTarget(region="us-east-1", endpoint_url=server.url)
    client = target.client()
    pool = provision(client, spec, name_prefix="", tags={})
    if user is not None:
        client.admin_create_user(UserPoolId=pool.user_pool_id, **user)
    target.stop()
    return pool


def usernames(server: EmulatorServer) -> list[str]:
    """Return the users of all pools of an emulator."""
    pools = server.emulator.engine.pools.values()
    return [user.username for pool in pools for user in pool.users]


class TestExistingPool:
    """The demo reports what it finds in any kind of pool."""

    def test_a_new_user_signs_in_with_the_device_and_is_deleted(
        self, demo: Demo, served: EmulatorServer, app: App
    ) -> None:
        """From sign-up to the device, with a client secret; at the end no user is left."""
        spec = PoolSpec(mfa="ON", device_tracking=OPT_IN, client_secret=True)
        code = mail(served, "ada")

        outcome = demo(spec, [*NEW_USER, code, PASSWORD, app.code(-1), "y", app.code(0), "y"])

        assert (outcome.code, outcome.err) == (0, "")
        assert "without any code." in outcome.out
        assert "DeleteUser" in outcome.out
        assert usernames(served) == []

    def test_where_mfa_is_optional_the_device_counts_after_one_more_code(
        self, demo: Demo, served: EmulatorServer, app: App
    ) -> None:
        """The app is set up with the access token, so the older device counts later (D098)."""
        spec = PoolSpec(mfa="OPTIONAL", device_tracking=OPT_IN)
        code = mail(served, "ada")
        codes = [app.code(step) for step in (-1, 0, 1)]

        outcome = demo(spec, [*NEW_USER, code, PASSWORD, codes[0], "y", *codes[1:], "n"])

        assert (outcome.code, outcome.err) == (0, "")
        assert "SetUserMFAPreference" in outcome.out
        assert "Once more, now that the device is remembered" in outcome.out
        assert "The user ada stays in the pool." in outcome.out
        assert usernames(served) == ["ada"]

    def test_without_mfa_the_device_proves_itself_too(
        self, demo: Demo, served: EmulatorServer
    ) -> None:
        """The demo says that the pool has no TOTP; remembered devices are challenged (D093)."""
        spec = PoolSpec(mfa="OFF", device_tracking=ALWAYS)

        outcome = demo(spec, [*NEW_USER, mail(served, "ada"), PASSWORD, "y"])

        assert (outcome.code, outcome.err) == (0, "")
        assert "does not offer TOTP" in outcome.out
        assert "Sign in from somewhere else" not in outcome.out
        assert "DEVICE_PASSWORD_VERIFIER > tokens" in " ".join(outcome.out.split())

    def test_a_pool_that_tracks_no_devices_is_a_finding(
        self, demo: Demo, served: EmulatorServer, app: App
    ) -> None:
        """Without device tracking there is nothing to show: exit code 1 and the reason."""
        answers: list[Typed] = [*NEW_USER, mail(served, "ada"), PASSWORD, app.code(0), "n"]

        outcome = demo(PoolSpec(mfa="ON"), answers)

        assert outcome.code == 1
        assert "does not track devices" in outcome.err
        assert outcome.err.count("\n") == 1

    def test_a_pool_whose_devices_do_not_replace_the_code_is_a_finding(
        self, demo: Demo, served: EmulatorServer, app: App
    ) -> None:
        """With ChallengeRequiredOnNewDevice false, Cognito asks for a code too: a finding."""
        spec = PoolSpec(mfa="ON", device_tracking=WITH_MFA)
        codes = [app.code(step) for step in (-1, 0, 1)]

        def later() -> str:
            served.emulator.clock.advance(60)
            return app.code(0)()

        outcome = demo(spec, [*NEW_USER, mail(served, "ada"), PASSWORD, *codes, later, "y"])

        assert outcome.code == 1
        assert "ChallengeRequiredOnNewDevice" in outcome.err
        assert usernames(served) == []

    def test_email_addresses_as_usernames(
        self, demo: Demo, served: EmulatorServer, app: App
    ) -> None:
        """If the username is an email address, the demo does not ask for the address."""
        spec = PoolSpec(mfa="ON", device_tracking=OPT_IN, sign_in_names="email")
        address = "ada@example.com"
        codes = [app.code(step) for step in (-1, 0)]

        outcome = demo(
            spec,
            ["y", address, PASSWORD, mail(served, address), PASSWORD, codes[0], "y", codes[1], "y"],
        )

        assert (outcome.code, outcome.err) == (0, "")

    def test_an_existing_user_signs_in(self, demo: Demo, served: EmulatorServer, app: App) -> None:
        """A user from an administrator replaces the temporary password and is not deleted."""
        spec = PoolSpec(mfa="ON", device_tracking=OPT_IN)
        user = {
            "Username": "ada",
            "TemporaryPassword": "Temporary-1",
            "UserAttributes": [
                {"Name": "email", "Value": "ada@example.com"},
                {"Name": "email_verified", "Value": "true"},
            ],
        }
        answers: list[Typed] = ["n", "ada", "Temporary-1", PASSWORD, app.code(-1), "y"]

        outcome = demo(spec, [*answers, app.code(0)], user=user)

        assert (outcome.code, outcome.err) == (0, "")
        assert "replaces the temporary password" in outcome.out
        assert "without any code." in outcome.out
        assert usernames(served) == ["ada"]

    def test_an_expired_session_starts_again(
        self, demo: Demo, served: EmulatorServer, app: App
    ) -> None:
        """A person who is slower than the session gets a new QR code; the demo goes on."""
        spec = PoolSpec(mfa="ON", device_tracking=OPT_IN, auth_session_validity=3)

        def too_late() -> str:
            served.emulator.clock.advance(181)
            return app.code(0)()

        answers: list[Typed] = [
            *NEW_USER,
            mail(served, "ada"),
            PASSWORD,
            too_late,
            app.code(-1),
            "y",
        ]

        outcome = demo(spec, [*answers, app.code(0), "y"])

        assert (outcome.code, outcome.err) == (0, "")
        assert "starts again" in outcome.out
        assert outcome.out.count("→ AssociateSoftwareToken") == 2

    def test_a_required_attribute_is_asked_for(
        self, demo: Demo, served: EmulatorServer, app: App
    ) -> None:
        """More attributes that the pool requires of a new user can be given by name."""
        spec = PoolSpec(mfa="ON", device_tracking=OPT_IN, required_attributes=("family_name",))
        more = ["Lovelace", "family_name=Lovelace"]
        codes = [app.code(step) for step in (-1, 0)]

        outcome = demo(
            spec,
            [*NEW_USER, *more, mail(served, "ada"), PASSWORD, codes[0], "y", codes[1], "y"],
        )

        assert (outcome.code, outcome.err) == (0, "")
        assert "NAME=VALUE" in outcome.out

    def test_a_flow_that_the_client_does_not_allow_is_misuse(
        self, demo: Demo, served: EmulatorServer
    ) -> None:
        """One line names the option for another flow, with Cognito's message."""
        spec = PoolSpec(auth_flows=("ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"))

        outcome = demo(spec, [*NEW_USER, mail(served, "ada"), PASSWORD])

        assert outcome.code == 2
        assert "--auth-flow" in outcome.err
        assert "USER_SRP_AUTH is not enabled for the client" in outcome.err
        assert "The user ada stays in the pool." in outcome.out

    def test_a_wrong_client_is_one_line(
        self, cli: CommandLine, served: EmulatorServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An error that no answer can fix ends the demo with Cognito's message."""
        pool = make_pool(served, PoolSpec())
        monkeypatch.setattr(sys, "stdin", Typist(NEW_USER))

        outcome = cli(
            *("demo", "--endpoint-url", served.url),
            *("--user-pool-id", pool.user_pool_id, "--client-id", "nobody"),
        )

        assert outcome.code == 1
        assert "SignUp was refused: ResourceNotFoundException" in outcome.err
        assert outcome.err.count("\n") == 1

    def test_an_unreachable_address_is_one_line(
        self, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An address without a server is exit code 2."""
        monkeypatch.setattr(sys, "stdin", Typist(NEW_USER))

        outcome = cli(
            *("demo", "--endpoint-url", "http://127.0.0.1:1"),
            *("--user-pool-id", "us-east-1_a", "--client-id", "a"),
        )

        assert outcome.code == 2
        assert "http://127.0.0.1:1" in outcome.err
        assert outcome.err.count("\n") == 1
