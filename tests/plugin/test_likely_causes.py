"""Each rule about likely causes speaks for its own calls, and for no others."""

from __future__ import annotations

from typing import Any

import pytest

from harness.flows.call import Call
from harness.plugin.report.clues import Clues
from harness.plugin.report.first_factor_causes import FIRST_FACTOR_RULES
from harness.plugin.report.likely_causes import RULES, likely_cause
from harness.plugin.report.passkey_causes import PASSKEY_RULES
from harness.verdicts.verdict import Verdict

INCORRECT = "Incorrect username or password."
#: 2026-11-29 12:00:00 UTC, a Sunday.
NOON = 1795953600.0
TIMESTAMP = "Sun Nov 29 12:00:00 UTC 2026"


def made(
    operation: str,
    outcome: str = "ok",
    message: str = "",
    *,
    sent: dict[str, Any] | None = None,
    answer: dict[str, Any] | None = None,
    at: float = NOON,
) -> Call:
    """Return one call."""
    return Call(operation, at, 0.01, "id", outcome, message, sent or {}, answer or {})


def refused(message: str, code: str = "NotAuthorizedException", operation: str = "X") -> Call:
    """Return a call that was refused with a message."""
    return made(operation, code, message)


def proof(message: str = INCORRECT, challenge: str = "PASSWORD_VERIFIER", **changed: str) -> Call:
    """Return a refused SRP proof."""
    responses = {
        "USERNAME": "ada",
        "TIMESTAMP": TIMESTAMP,
        "PASSWORD_CLAIM_SECRET_BLOCK": "AgV4block",
        **changed,
    }
    sent = {"ChallengeName": challenge, "ChallengeResponses": responses}
    return made("RespondToAuthChallenge", "NotAuthorizedException", message, sent=sent)


def asked(challenge: str = "PASSWORD_VERIFIER", *, at: float = NOON, **parameters: str) -> Call:
    """Return an InitiateAuth that led to an SRP challenge."""
    shown = {"USER_ID_FOR_SRP": "ada", "SECRET_BLOCK": "AgV4block", "SALT": "1234", **parameters}
    answer = {"ChallengeName": challenge, "ChallengeParameters": shown}
    return made("InitiateAuth", sent={"AuthFlow": "USER_SRP_AUTH"}, answer=answer, at=at)


def with_device(operation: str = "RespondToAuthChallenge") -> Call:
    """Return a sign-in that brought a device with the key K."""
    device = {"NewDeviceMetadata": {"DeviceKey": "K", "DeviceGroupKey": "G"}}
    return made(operation, answer={"AuthenticationResult": device})


def on_device(message: str, code: str = "ResourceNotFoundException") -> Call:
    """Return a refused sign-in on the device K."""
    sent = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"DEVICE_KEY": "K"}}
    return made("InitiateAuth", code, message, sent=sent)


UNKNOWN_DEVICE = "Device does not exist."
PROVEN = made(
    "RespondToAuthChallenge",
    sent={"ChallengeResponses": {"PASSWORD_CLAIM_SECRET_BLOCK": "AgV4block"}},
)
CONFIRMED = made("ConfirmDevice", sent={"DeviceKey": "K"})
WITHOUT_KEY = made(
    "RespondToAuthChallenge",
    sent={"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": {}},
)
WITH_KEY = made(
    "RespondToAuthChallenge",
    sent={"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": {"DEVICE_KEY": "K"}},
)
SENT_A_CODE = made("SignUp", answer={"CodeDeliveryDetails": {"DeliveryMedium": "EMAIL"}})

#: Each rule with calls it speaks for, the failure's sentence or verdict, and words that it says.
CASES: dict[str, tuple[list[Call], str, str]] = {
    "throttling": ([refused("Rate exceeded", "TooManyRequestsException")], "", "throttles"),
    "the service lacks the operation": (
        [refused("", "UnknownOperationException", "ForgetDevice")],
        "",
        "does not offer ForgetDevice",
    ),
    "the service cannot be reached": (
        [refused("Could not connect", "EndpointConnectionError")],
        "",
        "endpoint URL",
    ),
    "AWS credentials": ([refused("", "UnrecognizedClientException")], "", "credentials"),
    "the check is missing": ([made("GetUser")], Verdict.NOT_REFUSED, "in GetUser"),
    "the words": ([refused("Other words")], Verdict.OTHER_WORDS, "--cognito-texts=codes"),
    "another check": ([refused("Odd", "OddException")], Verdict.OTHER_CODE, "another order"),
    "the code never came": ([SENT_A_CODE], "there was no code for ada", "SignUp said that it sent"),
    "the clock is off": (
        [asked(), proof(TIMESTAMP="Sun Nov 29 11:00:00 UTC 2026")],
        "",
        "60 min behind the clock of the run",
    ),
    "the form of TIMESTAMP": ([asked(), proof(TIMESTAMP="2026-11-29T12:00Z")], "", "of the form"),
    "an alias in place of USER_ID_FOR_SRP": (
        [asked(), proof(USERNAME="a***@e***")],
        "",
        "'ada'",
    ),
    "another SECRET_BLOCK": (
        [asked(), proof(PASSWORD_CLAIM_SECRET_BLOCK="AgV4other")],
        "",
        "not the SECRET_BLOCK",
    ),
    "a proof that was used": ([asked(), PROVEN, proof()], "", "counts once"),
    "the challenge is too old": ([asked(at=NOON - 600), proof()], "", "10 min old"),
    "the device is not confirmed": (
        [with_device(), on_device(UNKNOWN_DEVICE)],
        "",
        "never confirmed",
    ),
    "the device is forgotten or unknown": (
        [
            with_device(),
            CONFIRMED,
            made("ForgetDevice", sent={"DeviceKey": "K"}),
            on_device(UNKNOWN_DEVICE),
        ],
        "",
        "was forgotten (ForgetDevice)",
    ),
    "the device is of another name": (
        [refused("Invalid device key given.", "InvalidParameterException", "ConfirmDevice")],
        "",
        "alias as USERNAME",
    ),
    "the refresh lacks DEVICE_KEY": (
        [with_device(), refused("Invalid Refresh Token", operation="InitiateAuth")],
        "",
        "needs its DEVICE_KEY",
    ),
    "DEVICE_KEY is missing": (
        [CONFIRMED, WITHOUT_KEY],
        "the sign-in asked SOFTWARE_TOKEN_MFA",
        "not in the response to PASSWORD_VERIFIER",
    ),
    "the device does not replace the code": (
        [CONFIRMED, WITH_KEY],
        "unexpected challenge 'SOFTWARE_TOKEN_MFA': there is no authenticator",
        "ChallengeRequiredOnNewDevice",
    ),
    "the proof of the device": (
        [asked("DEVICE_PASSWORD_VERIFIER"), proof(challenge="DEVICE_PASSWORD_VERIFIER")],
        "",
        "the verifier that ConfirmDevice got",
    ),
    "the password or the padding of its proof": (
        [asked(SALT="9abc"), proof()],
        "",
        "begins with 9: it is hashed with 00",
    ),
    "the password or the name": (
        [refused(INCORRECT, operation="InitiateAuth")],
        "",
        "PreventUserExistenceErrors",
    ),
    "the flow is not allowed": (
        [
            made(
                "InitiateAuth",
                "InvalidParameterException",
                "USER_PASSWORD_AUTH flow not enabled for this client",
                sent={"AuthFlow": "USER_PASSWORD_AUTH"},
            )
        ],
        "",
        "ALLOW_USER_PASSWORD_AUTH",
    ),
    "SECRET_HASH": ([refused("Unable to verify secret hash for client x")], "", "beside it"),
    "a TOTP code used twice": (
        [refused("Your software token has already been used once.", "ExpiredCodeException")],
        "",
        "30-second step",
    ),
    "the TOTP code": (
        [refused("Invalid code received for user", "CodeMismatchException")],
        "",
        "more than one away",
    ),
    "the code is too old": (
        [refused("Invalid code provided", "ExpiredCodeException")],
        "",
        "too old",
    ),
    "the code is another one": (
        [
            made("ResendConfirmationCode"),
            refused("Invalid verification code provided", "CodeMismatchException"),
        ],
        "",
        "ResendConfirmationCode sent a newer one",
    ),
    "the Session": ([refused("session can only be used once.")], "", "of an earlier step"),
    "the access token": (
        [made("GlobalSignOut"), refused("Access Token has been revoked")],
        "",
        "GlobalSignOut came before",
    ),
    "the client knows no service": (
        [],
        "a call was not sent: You must specify a region.",
        "the fixture cognito_environment",
    ),
    "the user is not confirmed": (
        [refused("User is not confirmed.", "UserNotConfirmedException")],
        "",
        "ConfirmSignUp",
    ),
    "too many attempts": ([refused("Password attempts exceeded")], "", "limit ends"),
}


def test_every_rule_has_a_case() -> None:
    """A rule without a case below would be a rule without a test."""
    elsewhere = {*FIRST_FACTOR_RULES, *PASSKEY_RULES}  # in test_passwordless_causes.py
    assert set(CASES) == set(RULES) - elsewhere


@pytest.mark.parametrize("name", list(CASES))
def test_the_rule_speaks_for_its_calls(name: str) -> None:
    """Of all rules, the right one is first, and says what to look at."""
    calls, said, words = CASES[name]
    verdict = str(said) if isinstance(said, Verdict) else ""
    found = likely_cause(Clues(calls, str(said), verdict))
    assert found is not None
    assert found.name == name
    assert words in found.text


@pytest.mark.parametrize("words", ["Attempt limit exceeded, please try after some time.", "Other."])
def test_an_hourly_limit_is_no_throttle(words: str) -> None:
    """What Cognito counts over an hour or a day does not end with fewer workers."""
    found = likely_cause(Clues([refused(words, "LimitExceededException", "ForgotPassword")]))
    assert found is not None
    assert found.name == "too many attempts"


def test_a_refresh_that_is_not_allowed_names_its_flow() -> None:
    """GetTokensFromRefreshToken sends no flow, and needs the one of refreshes all the same."""
    words = "Refresh token auth is not enabled for this client"
    call = refused(words, "NotAuthorizedException", "GetTokensFromRefreshToken")
    found = likely_cause(Clues([call]))
    assert found is not None
    assert "needs ALLOW_REFRESH_TOKEN_AUTH" in found.text


def test_a_text_about_connections_is_no_lost_one() -> None:
    """A service that has answered can be reached, whatever words its error has."""
    words = "Connection to the Lambda function: Timeout"
    assert likely_cause(Clues([refused(words, "UnexpectedLambdaException")])) is None


@pytest.mark.parametrize("calls", [[], [made("GetUser")], [refused("Something else", "Odd")]])
def test_no_rule_speaks_without_a_reason(calls: list[Call]) -> None:
    """Calls that went well, or that were refused in an unknown way, have no likely cause."""
    assert likely_cause(Clues(calls, "a claim is missing")) is None


@pytest.mark.parametrize(
    ("timestamp", "words"),
    [
        ("Sun Nov 09 12:00:00 UTC 2026", "leading zero"),
        ("Mon Nov 29 12:00:00 UTC 2026", "wrong weekday"),
    ],
)
def test_a_timestamp_that_parses_can_still_be_wrong(timestamp: str, words: str) -> None:
    """Cognito signs its own form of the moment, so another form of it is a wrong proof."""
    answered = proof(TIMESTAMP=timestamp)
    if "Nov 09" in timestamp:
        moment = NOON - 20 * 86400
        answered = Call(**{**vars(answered), "started_at": moment})
        calls = [asked(at=moment), answered]
    else:
        calls = [asked(), answered]
    found = likely_cause(Clues(calls))
    assert found is not None
    assert words in found.text


def test_an_odd_salt_is_named() -> None:
    """Clients that do not pad SALT fail with one user in sixteen, so it is worth a word."""
    found = likely_cause(Clues([asked(SALT="123"), proof()]))
    assert found is not None
    assert "odd number of hex digits" in found.text
