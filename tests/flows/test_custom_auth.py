"""CUSTOM_AUTH on the client's side: with and without the password, and the user's answerer."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from harness.errors import ConfigurationError, UnexpectedChallenge
from harness.flows.sign_in import AuthFlow, SignInContext
from harness.redaction import Secret, listening_for_secrets
from tests.flows.played import USER_ID
from tests.flows.played_choice import ANSWER, PlayedChoice
from tests.flows.signing_in import alice, device, sign_in_to

CUSTOM_FLOWS: tuple[AuthFlow, ...] = ("CUSTOM_AUTH", "ADMIN_CUSTOM_AUTH")


def played() -> PlayedChoice:
    """Return a pool whose triggers ask twice, each time with another hint."""
    return PlayedChoice(
        ["CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE"],
        parameters={"CUSTOM_CHALLENGE": {"hint": "the usual"}},
    )


class TestRounds:
    """What is sent in each round."""

    @pytest.mark.parametrize("flow", CUSTOM_FLOWS)
    def test_the_answerer_is_asked_in_each_round(self, flow: AuthFlow) -> None:
        """It gets the ChallengeParameters of the round, and its answer is sent (A181)."""
        cognito, asked = played(), list[Mapping[str, str]]()

        def answerer(parameters: Mapping[str, str]) -> str:
            asked.append(parameters)
            return ANSWER

        context = SignInContext("alice", custom_answers=answerer, device=device)
        result = sign_in_to(cognito).run(context, flow)
        assert result.steps == ("CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE")
        assert asked == [{"USER_ID_FOR_SRP": USER_ID, "hint": "the usual"}] * 2
        assert cognito.sent(0) == {"USERNAME": "alice", "DEVICE_KEY": device.key}
        assert cognito.sent(1) == {
            "USERNAME": USER_ID,
            "ANSWER": ANSWER,
            "DEVICE_KEY": device.key,
        }
        operation, members = cognito.requests[0]
        assert members["AuthFlow"] == "CUSTOM_AUTH"
        assert operation.startswith("admin_") is flow.startswith("ADMIN_")

    def test_the_password_can_come_first(self) -> None:
        """CHALLENGE_NAME and SRP_A start with the password, proved by SRP (A180)."""
        cognito = played()
        context = alice(custom_answers=lambda _: ANSWER, custom_with_srp=True)
        result = sign_in_to(cognito).run(context, "CUSTOM_AUTH")
        assert result.steps == ("PASSWORD_VERIFIER", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE")
        sent = cognito.sent(0)
        assert set(sent) == {"USERNAME", "CHALLENGE_NAME", "SRP_A"}
        assert sent["CHALLENGE_NAME"] == "SRP_A"

    def test_the_password_stays_at_home_otherwise(self) -> None:
        """A context with a password does not send it unless it is wanted."""
        cognito = played()
        sign_in_to(cognito).run(alice(custom_answers=lambda _: Secret(ANSWER)), "CUSTOM_AUTH")
        assert cognito.sent(0) == {"USERNAME": "alice@example.com"}

    def test_the_password_must_be_there_if_it_is_to_come_first(self) -> None:
        """Without a password, nothing is sent."""
        cognito = played()
        with pytest.raises(ConfigurationError, match="password: no value given; CUSTOM_AUTH"):
            sign_in_to(cognito).run(SignInContext("alice", custom_with_srp=True), "CUSTOM_AUTH")
        assert cognito.requests == []

    def test_a_missing_answerer_is_named(self) -> None:
        """Without an answerer, the message has the name of the setting."""
        with pytest.raises(UnexpectedChallenge, match="has no custom_answers"):
            sign_in_to(played()).run(alice(), "CUSTOM_AUTH")

    def test_reports_learn_the_answer(self) -> None:
        """An answer that is given as plain text is made known as a secret."""
        known: list[str] = []
        with listening_for_secrets(known.append):
            sign_in_to(played()).run(alice(custom_answers=lambda _: ANSWER), "CUSTOM_AUTH")
        assert ANSWER in known
