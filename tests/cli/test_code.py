"""``cognito-harness code``: prints the newest code that was sent to a user."""

from __future__ import annotations

import pytest

from harness.clock import SteadyClock
from harness.emulator.domain import codes
from harness.emulator.server import EmulatorServer
from harness.emulator.stores.outbox import Message
from harness.users.mailboxes.base import KINDS
from tests.cli.conftest import CommandLine


def send(server: EmulatorServer, code: str, *, kind: str = "sign_up", pool: str = "p_1") -> None:
    """Put a message to Ada into the outbox of a served emulator."""
    message = Message(
        kind=kind,
        user_pool_id=pool,
        username="ada",
        destination="ada@example.com",
        medium="EMAIL",
        attribute="email",
        code=code,
        sent_at=server.emulator.clock.time(),
    )
    server.emulator.outbox.put(message, ["ada", "ada@example.com"])


class TestCode:
    """The output and the exit code."""

    def test_the_newest_code_and_nothing_else_is_printed(
        self, cli: CommandLine, served: EmulatorServer
    ) -> None:
        """Of several codes, only the last one is printed, on its own line."""
        send(served, "111111")
        send(served, "222222")

        outcome = cli("code", "--endpoint-url", served.url, "--username", "ada")

        assert (outcome.code, outcome.out, outcome.err) == (0, "222222\n", "")

    def test_the_user_is_found_by_address(self, cli: CommandLine, served: EmulatorServer) -> None:
        """An email address works like the username."""
        send(served, "111111")

        outcome = cli("code", "--endpoint-url", served.url, "--username", "ada@example.com")

        assert outcome.out == "111111\n"

    def test_kind_and_pool_narrow_it_down(self, cli: CommandLine, served: EmulatorServer) -> None:
        """Only codes of the given kind and pool count."""
        send(served, "111111", kind="sign_up", pool="p_1")
        send(served, "222222", kind="forgot_password", pool="p_1")
        send(served, "333333", kind="sign_up", pool="p_2")
        whose = ("code", "--endpoint-url", served.url, "--username", "ada")

        assert cli(*whose, "--kind", "forgot_password").out == "222222\n"
        assert cli(*whose, "--kind", "sign_up", "--user-pool-id", "p_1").out == "111111\n"
        assert cli(*whose, "--kind", "mfa").code == 1

    def test_a_kind_that_does_not_exist_is_misuse(
        self, cli: CommandLine, served: EmulatorServer
    ) -> None:
        """One line lists the kinds; it does not look for a code."""
        whose = ("code", "--endpoint-url", served.url, "--username", "ada")

        outcome = cli(*whose, "--kind", "signup")

        assert (outcome.code, outcome.out) == (2, "")
        assert ", ".join(KINDS) in outcome.err
        assert outcome.err.count("\n") == 1

    def test_the_kinds_are_those_of_the_emulator(self) -> None:
        """Every reason for which the emulator sends a message is a valid kind."""
        names = ("SIGN_UP", "RESEND", "FORGOT_PASSWORD", "ADMIN_RESET")
        more = ("ATTRIBUTE_VERIFICATION", "INVITATION", "MFA")
        assert set(KINDS) == {getattr(codes, name) for name in (*names, *more)}

    def test_the_endpoint_can_come_from_the_environment(
        self, cli: CommandLine, served: EmulatorServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The variable that points boto3 at the emulator works for the command too."""
        monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", served.url)
        send(served, "111111")

        assert cli("code", "--username", "ada").out == "111111\n"

    def test_no_code_is_a_finding(self, cli: CommandLine, served: EmulatorServer) -> None:
        """If no code was sent, one line says so, and the exit code is 1."""
        outcome = cli("code", "--endpoint-url", served.url, "--username", "ada", "--wait", "0.1")

        assert (outcome.code, outcome.out) == (1, "")
        assert outcome.err.startswith("cognito-harness: there was no code for 'ada' within 0.1 s")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ((), "; there is no user 'bob'"),
            (("--user-pool-id", "us-east-1_nope"), "; there is no user pool 'us-east-1_nope'"),
        ],
    )
    def test_what_does_not_exist_is_named(
        self, cli: CommandLine, served: EmulatorServer, arguments: tuple[str, ...], said: str
    ) -> None:
        """A pool or user that does not exist is named; without ``--wait`` no time is."""
        outcome = cli("code", "--endpoint-url", served.url, "--username", "bob", *arguments)

        assert outcome.code == 1
        assert outcome.err == f"cognito-harness: there was no code for 'bob'{said}\n"

    def test_a_user_without_a_code_is_not_missing(
        self, cli: CommandLine, served: EmulatorServer
    ) -> None:
        """A user who got no code of this kind exists all the same."""
        send(served, "111111")

        outcome = cli("code", "--endpoint-url", served.url, "--username", "ada", "--kind", "mfa")

        assert outcome.err == "cognito-harness: there was no code for 'ada' of kind 'mfa'\n"

    def test_a_code_is_waited_for(
        self, cli: CommandLine, served: EmulatorServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A code that arrives in time is printed."""
        monkeypatch.setattr(SteadyClock, "wait_until", lambda *_: send(served, "111111"))

        outcome = cli("code", "--endpoint-url", served.url, "--username", "ada", "--wait", "30s")

        assert (outcome.code, outcome.out) == (0, "111111\n")

    def test_without_wait_it_looks_once(
        self, cli: CommandLine, served: EmulatorServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without ``--wait`` it does not wait."""
        monkeypatch.setattr(SteadyClock, "wait_until", lambda *_: pytest.fail("it waited"))

        assert cli("code", "--endpoint-url", served.url, "--username", "ada").code == 1

    def test_an_unreachable_address_is_misuse(self, cli: CommandLine) -> None:
        """An address without a server is one line and exit code 2."""
        outcome = cli("code", "--endpoint-url", "http://127.0.0.1:1", "--username", "ada")

        assert (outcome.code, outcome.out) == (2, "")
        said = "no emulator at http://127.0.0.1:1; start one with `cognito-harness serve`"
        assert outcome.err == f"cognito-harness: {said}\n"

    def test_a_proxy_does_not_matter(
        self, cli: CommandLine, served: EmulatorServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The emulator is on this machine, so a proxy in the environment is not used."""
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        send(served, "111111")

        assert cli("code", "--endpoint-url", served.url, "--username", "ada").code == 0
