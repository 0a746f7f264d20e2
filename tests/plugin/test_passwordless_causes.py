"""Each rule about the causes of passkeys and of USER_AUTH speaks for its own calls, and first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.flows.call import Call
from harness.plugin.report.clues import Clues
from harness.plugin.report.first_factor_causes import FIRST_FACTOR_RULES
from harness.plugin.report.likely_causes import likely_cause
from harness.plugin.report.passkey_causes import PASSKEY_RULES
from tests.plugin.test_likely_causes import NOON, made, refused

PARTY = "shop.example.com"
START = "StartWebAuthnRegistration"
COMPLETE = "CompleteWebAuthnRegistration"
STARTED = made(START, answer={"CredentialCreationOptions": {"rp": {"id": PARTY}}}, at=NOON - 600)
OFFERED = ["PASSWORD", "EMAIL_OTP"]


def choice(preferred: str | None = None) -> Call:
    """Return an InitiateAuth that led to SELECT_CHALLENGE."""
    wish = {"PREFERRED_CHALLENGE": preferred} if preferred else {}
    return made(
        "InitiateAuth",
        sent={"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": "ada", **wish}},
        answer={"ChallengeName": "SELECT_CHALLENGE", "AvailableChallenges": OFFERED},
    )


def put(**changed: Any) -> Call:
    """Return an InitiateAuth that led to WEB_AUTHN."""
    options = {"rpId": PARTY, "userVerification": "preferred", **changed}
    parameters = {"CREDENTIAL_REQUEST_OPTIONS": json.dumps(options)}
    return made(
        "InitiateAuth", answer={"ChallengeName": "WEB_AUTHN", "ChallengeParameters": parameters}
    )


def response(
    challenge: str, message: str, code: str = "NotAuthorizedException", **sent: str
) -> Call:
    """Return a refused response to a challenge."""
    parameters = {"ChallengeName": challenge, "ChallengeResponses": {"USERNAME": "ada", **sent}}
    return made("RespondToAuthChallenge", code, message, sent=parameters)


UNVERIFIED = response("WEB_AUTHN", "Passkey could not be verified.")

#: Each rule with calls it speaks for, and words that it says.
CASES: dict[str, tuple[list[Call], str]] = {
    "the plan of the pool": ([refused("", "FeatureUnavailableInTierException")], "ESSENTIALS"),
    "a temporary password comes first": (
        [
            choice(),
            response(
                "SELECT_CHALLENGE",
                "Password Challenge is Required to SignIn",
                "InvalidParameterException",
                ANSWER="EMAIL_OTP",
            ),
        ],
        "FORCE_CHANGE_PASSWORD",
    ),
    "the preferred factor is not available": (
        [choice("WEB_AUTHN")],
        "PREFERRED_CHALLENGE WEB_AUTHN is none of AvailableChallenges (PASSWORD, EMAIL_OTP)",
    ),
    "the chosen factor is not available": (
        [choice(), response("SELECT_CHALLENGE", "?", ANSWER="WEB_AUTHN")],
        "ANSWER WEB_AUTHN is none of AvailableChallenges (PASSWORD, EMAIL_OTP)",
    ),
    "the first factor does not satisfy MFA": (
        [put(), response("WEB_AUTHN", "This authentication factor does not satisfy MFA.")],
        "MULTI_FACTOR_WITH_USER_VERIFICATION",
    ),
    "passkeys are not allowed": (
        [refused("", "WebAuthnNotEnabledException", START)],
        "AllowedFirstAuthFactors",
    ),
    "the pool has no relying party": (
        [refused("", "WebAuthnConfigurationMissingException", START)],
        "neither a domain nor a RelyingPartyId",
    ),
    "the origin of the passkey": (
        [STARTED, refused("", "WebAuthnOriginNotAllowedException", COMPLETE)],
        f"https://{PARTY} or a subdomain",
    ),
    "the relying party of the passkey": (
        [STARTED, refused("", "WebAuthnRelyingPartyMismatchException", COMPLETE)],
        f"than '{PARTY}' of the options",
    ),
    "the registration is not open": (
        [STARTED, refused("", "WebAuthnChallengeNotFoundException", COMPLETE)],
        "was 10 min before",
    ),
    "the registration is of another app client": (
        [STARTED, refused("", "WebAuthnClientMismatchException", COMPLETE)],
        "another app client",
    ),
    "the key of the passkey": (
        [STARTED, refused("", "WebAuthnCredentialNotSupportedException", COMPLETE)],
        "ES256 (-7)",
    ),
    "the form of Credential": (
        [STARTED, refused("Credential data is not valid", "InvalidParameterException", COMPLETE)],
        "response.transports",
    ),
    "too many passkeys": ([refused("?", "LimitExceededException", START)], "20 passkeys"),
    "a passkey alone as MFA": (
        [refused("WebAuthn MFA requires enabling an additional MFA setting.")],
        "the user has it on already",
    ),
    "no passkey that can be MFA": (
        [refused("User does not have applicable WebAuthn credentials to enable WebAuthn MFA.")],
        "has verified them",
    ),
    "the proof of the passkey": ([put(), UNVERIFIED], f"https://{PARTY} or a subdomain"),
}


def test_every_rule_has_a_case() -> None:
    """A rule without a case above would be a rule without a test."""
    assert list(CASES) == [*FIRST_FACTOR_RULES, *PASSKEY_RULES]


@pytest.mark.parametrize("name", list(CASES))
def test_the_rule_speaks_for_its_calls(name: str) -> None:
    """Of all rules, the right one is first, and says what to look at."""
    calls, words = CASES[name]
    found = likely_cause(Clues(calls))
    assert found is not None
    assert found.name == name
    assert words in found.text


@pytest.mark.parametrize(
    ("verification", "said"), [("required", True), ("preferred", False), (None, False)]
)
def test_user_verification_is_named_where_it_is_required(
    verification: str | None, said: bool
) -> None:
    """A passkey without user verification is refused only if the pool requires it."""
    found = likely_cause(Clues([put(userVerification=verification), UNVERIFIED]))
    assert found is not None
    assert ("must verify the user" in found.text) is said


@pytest.mark.parametrize("options", ["", "[]", "{", '{"rpId": 7}'])
def test_options_that_nobody_can_read_hide_no_cause(options: str) -> None:
    """Whatever the service put, the rule still says what to compare."""
    asked = {"ChallengeName": "WEB_AUTHN", "ChallengeParameters": {}}
    asked["ChallengeParameters"] = {"CREDENTIAL_REQUEST_OPTIONS": options}
    found = likely_cause(Clues([made("InitiateAuth", answer=asked), UNVERIFIED]))
    assert found is not None
    assert "https:// with the RelyingPartyId" in found.text


def test_a_registration_that_nobody_started_is_named() -> None:
    """The options of StartWebAuthnRegistration have the challenge, so it must come first."""
    found = likely_cause(Clues([refused("", "WebAuthnChallengeNotFoundException", COMPLETE)]))
    assert found is not None
    assert f"No {START} came before" in found.text


@pytest.mark.parametrize(
    ("calls", "name"),
    [
        ([put(), response("WEB_AUTHN", "Invalid session for the user.")], "the Session"),
        (
            [choice(), response("SELECT_CHALLENGE", "Invalid session", ANSWER="EMAIL_OTP")],
            None,
        ),
        ([choice()], None),
    ],
)
def test_other_causes_keep_their_names(calls: list[Call], name: str | None) -> None:
    """A Session that is wrong says nothing about the factor, and a choice is no failure."""
    found = likely_cause(Clues(calls))
    assert (found and found.name) == name


def test_a_code_without_a_password_can_miss_mfa() -> None:
    """The text of this refusal is not known, so the factor that was chosen decides."""
    found = likely_cause(Clues([choice(), response("SELECT_CHALLENGE", "?", ANSWER="EMAIL_OTP")]))
    assert found is not None
    assert found.name == "the first factor does not satisfy MFA"
