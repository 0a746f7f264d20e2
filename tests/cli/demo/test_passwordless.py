"""``cognito-harness demo --passwordless``: a code by email, then a passkey."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.cli.demo.narration import describe_call, describe_response
from harness.flows.call import Call
from harness.flows.handlers import standard_handlers
from tests.cli.conftest import CommandLine, Outcome
from tests.cli.demo.test_at_terminal import Terminal, another


@pytest.fixture
def outcome(cli: CommandLine) -> Outcome:
    """A demo that answered its own questions."""
    return cli("demo", "--auto", "--passwordless")


class TestAuto:
    """The output and the exit code."""

    def test_it_ends_with_a_passkey_sign_in(self, outcome: Outcome) -> None:
        """The first sign-in is by a code, the last one by the passkey alone; the exit code is 0."""
        assert (outcome.code, outcome.err) == (0, "")
        summary = outcome.out.rpartition("The challenges of each sign-in")[2]
        ladders = re.findall(r"[A-Z_]+(?: > [A-Z_]+)* > tokens", " ".join(summary.split()))
        assert ladders == ["SELECT_CHALLENGE > EMAIL_OTP > tokens", "WEB_AUTHN > tokens"]
        assert "without a password and without any code." in outcome.out

    def test_every_call_is_explained(self, outcome: Outcome) -> None:
        """The output names each call and explains it in a few words."""
        calls = re.findall(r"→ (\w+)  (.+)", outcome.out)
        assert [operation for operation, _ in calls] == [
            "SignUp",
            "ConfirmSignUp",
            "InitiateAuth",
            "RespondToAuthChallenge",
            "RespondToAuthChallenge",
            "StartWebAuthnRegistration",
            "CompleteWebAuthnRegistration",
            "InitiateAuth",
            "RespondToAuthChallenge",
        ]
        assert all(len(explanation.split()) > 3 for _, explanation in calls)
        assert "create a new user without a password" in " ".join(outcome.out.split())

    def test_nothing_secret_is_printed(self, outcome: Outcome) -> None:
        """The output contains no code, token, signature or password, nor a question for one."""
        assert not re.search(r"\b(\d{6}|\d{8})\b", outcome.out)
        assert "eyJ" not in outcome.out
        assert "Password" not in outcome.out

    def test_it_leaves_no_picture(self, outcome: Outcome) -> None:
        """Without an authenticator app there is no QR code to save."""
        assert outcome.code == 0
        assert not Path("cognito-demo-totp.png").exists()
        assert "QR" not in outcome.out


def test_it_needs_no_place_for_a_picture(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that the demo does not write cannot be in its way."""
    monkeypatch.chdir(tmp_path)
    Path("cognito-demo-totp.png").mkdir()
    assert cli("demo", "--auto", "--passwordless").code == 0


@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        ("--client-id", "abc", "COGNITO_HARNESS_CLIENT_ID"),
    ],
)
def test_options_of_a_pool_are_refused_by_themselves(
    cli: CommandLine, option: str, value: str, why: str
) -> None:
    """The message does not ask for --user-pool-id, which would be refused next."""
    outcome = cli("demo", "--passwordless", option, value)
    assert outcome.code == 2
    assert outcome.err.startswith(f"cognito-harness: {option}: cannot use")
    assert why in outcome.err


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A demo without a password that has just started."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    opened = Terminal(None, "--passwordless")
    yield opened
    opened.child.close(force=True)


def test_a_person_makes_mistakes_until_the_passkey_signs_in(terminal: Terminal) -> None:
    """A wrong code and a wish for another one are answered; the demo ends with the passkey."""
    terminal.answer("Username:", "ada")
    terminal.answer("Email address:", "no address", "ada@example.com")
    terminal.answer("Code from the email", "")
    code = terminal.find(r"verification code is (\d{6})")
    terminal.answer("Code from the email", code)
    terminal.see("Sign in with a code from the email")
    terminal.answer("Code from the email", "r")
    terminal.see("only for another sign-in")
    terminal.answer("Code from the email", "")
    code = terminal.find(r"sign-in code is (\d{8})")
    terminal.answer("Code from the email", another(code))
    terminal.see("CodeMismatchException")
    terminal.answer("Code from the email", code)
    terminal.see("without a password and without any code.")
    assert terminal.end() == 0
    assert "Password" not in terminal.shown.getvalue()


class TestNarration:
    """The words about challenges."""

    @pytest.mark.parametrize("challenge", standard_handlers())
    def test_every_challenge_has_words(self, challenge: str) -> None:
        """Each challenge that can be answered is explained, when it is put and when answered."""
        put = call("InitiateAuth", {}, {"ChallengeName": challenge})
        assert "a challenge" not in describe_response(put).replace("this challenge", "")
        answered = call("RespondToAuthChallenge", {"ChallengeName": challenge}, {})
        assert "responds to the challenge" not in describe_call(answered)

    def test_a_choice_is_named(self) -> None:
        """The chosen factor is told, and what could be chosen, and where a code goes."""
        chosen = {"ChallengeName": "SELECT_CHALLENGE", "ChallengeResponses": {"ANSWER": "SMS_OTP"}}
        delivery = {
            "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
            "CODE_DELIVERY_DESTINATION": "+***99",
        }
        response = {"ChallengeName": "SMS_OTP", "ChallengeParameters": delivery}
        made = call("RespondToAuthChallenge", chosen, response)
        assert describe_call(made).endswith("chooses how to sign in, SMS_OTP")
        assert describe_response(made).endswith("a code is on its way by SMS to +***99")


def call(operation: str, parameters: Mapping[str, Any], answer: Mapping[str, Any]) -> Call:
    """Return a call that succeeded."""
    return Call(operation, 0.0, 0.01, "id", "ok", "", dict(parameters), dict(answer))
