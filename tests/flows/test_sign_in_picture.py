"""The picture of the sign-ins in a list of calls."""

from __future__ import annotations

from typing import Any

from harness.flows.call import Call
from harness.flows.rendering import sign_in_summaries
from harness.flows.sign_in_picture import picture_of
from harness.redaction import MASK


def started(flow: str, challenge: str | None = None) -> Call:
    """Return an InitiateAuth that leads to a challenge, or to tokens."""
    return call("InitiateAuth", {"AuthFlow": flow}, challenge)


def answered(challenge: str, leads_to: str | None = None, error: str = "") -> Call:
    """Return a response to a challenge that leads to another one, to tokens, or to an error."""
    return call("RespondToAuthChallenge", {"ChallengeName": challenge}, leads_to, error)


def call(
    operation: str, parameters: dict[str, Any], challenge: str | None, error: str = ""
) -> Call:
    """Return a call whose response has a challenge, tokens, or an error."""
    answer = {} if error else {"ChallengeName": challenge} if challenge else {"A": 1}
    return Call(operation, 0.0, 0.01, "id", error or "ok", "", parameters, answer)


def test_a_sign_in_shows_where_it_ended() -> None:
    """It ends with tokens, with an error, or with a challenge that got no response."""
    calls = [
        started("USER_SRP_AUTH", "PASSWORD_VERIFIER"),
        answered("PASSWORD_VERIFIER"),
        started("USER_PASSWORD_AUTH", "SOFTWARE_TOKEN_MFA"),
        answered("SOFTWARE_TOKEN_MFA", error="CodeMismatchException"),
        answered("SOFTWARE_TOKEN_MFA", error="CodeMismatchException"),
        started("USER_PASSWORD_AUTH", "MFA_SETUP"),
    ]
    assert picture_of(calls) == [
        "1. USER_SRP_AUTH > PASSWORD_VERIFIER > tokens",
        "2. USER_PASSWORD_AUTH > SOFTWARE_TOKEN_MFA [refused: CodeMismatchException x 2]",
        "3. USER_PASSWORD_AUTH > MFA_SETUP > (no response sent)",
    ]


def test_an_error_on_the_way_stays_in_the_picture() -> None:
    """A code that was refused and then corrected leaves its mark."""
    calls = [
        started("USER_PASSWORD_AUTH", "SOFTWARE_TOKEN_MFA"),
        answered("SOFTWARE_TOKEN_MFA", error="CodeMismatchException"),
        answered("SOFTWARE_TOKEN_MFA"),
    ]
    assert picture_of(calls) == [
        "1. USER_PASSWORD_AUTH > SOFTWARE_TOKEN_MFA [refused: CodeMismatchException] > tokens"
    ]


def test_a_challenge_answered_twice_belongs_to_its_sign_in() -> None:
    """A response to a challenge that is over is an error of that sign-in, and not a new one."""
    calls = [
        started("USER_PASSWORD_AUTH", "SOFTWARE_TOKEN_MFA"),
        answered("SOFTWARE_TOKEN_MFA"),
        answered("SOFTWARE_TOKEN_MFA", error="NotAuthorizedException"),
    ]
    assert picture_of(calls) == [
        "1. USER_PASSWORD_AUTH > SOFTWARE_TOKEN_MFA > tokens, then SOFTWARE_TOKEN_MFA again "
        "[refused: NotAuthorizedException]"
    ]


def test_many_sign_ins_are_counted() -> None:
    """Only the newest ones are drawn."""
    calls = [started("USER_PASSWORD_AUTH") for _ in range(9)]
    lines = picture_of(calls, most=2)
    assert lines == [
        "7 sign-ins before these",
        "8. USER_PASSWORD_AUTH > tokens",
        "9. USER_PASSWORD_AUTH > tokens",
    ]


def test_no_sign_in_has_no_picture() -> None:
    """Calls without a sign-in, such as SignUp, have no ladder."""
    assert picture_of([call("SignUp", {}, None)]) == []


def chosen(challenge: str, answer: str, leads_to: str | None = None, error: str = "") -> Call:
    """Return a response to a challenge with an ANSWER."""
    parameters = {"ChallengeName": challenge, "ChallengeResponses": {"ANSWER": answer}}
    return call("RespondToAuthChallenge", parameters, leads_to, error)


def test_choices_are_in_the_picture() -> None:
    """The preferred challenge stands with the flow, a chosen factor with its challenge."""
    preferred = {"AuthFlow": "USER_AUTH", "AuthParameters": {"PREFERRED_CHALLENGE": "WEB_AUTHN"}}
    calls = [
        call("InitiateAuth", preferred, "SELECT_CHALLENGE"),
        chosen("SELECT_CHALLENGE", "SMS_OTP", error="InvalidParameterException"),
        chosen("SELECT_CHALLENGE", "EMAIL_OTP", "EMAIL_OTP"),
        answered("EMAIL_OTP"),
        started("CUSTOM_AUTH", "CUSTOM_CHALLENGE"),
        chosen("CUSTOM_CHALLENGE", MASK),
    ]
    refused = "[refused: SMS_OTP: InvalidParameterException]"
    assert picture_of(calls) == [
        f"1. USER_AUTH (WEB_AUTHN) > SELECT_CHALLENGE (EMAIL_OTP) {refused} > EMAIL_OTP > tokens",
        "2. CUSTOM_AUTH > CUSTOM_CHALLENGE > tokens",
    ]
    assert sign_in_summaries(calls) == [
        "USER_AUTH (WEB_AUTHN) > SELECT_CHALLENGE (error: SMS_OTP: InvalidParameterException) "
        "(EMAIL_OTP) > EMAIL_OTP > tokens",
        "CUSTOM_AUTH > CUSTOM_CHALLENGE > tokens",
    ]
