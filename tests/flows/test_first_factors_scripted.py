"""USER_AUTH against the scripted target: every member of every request, as boto3 takes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness.flows.actions import Actions
from harness.flows.sign_in import SignIn, SignInContext
from harness.srp.engines import load_engine
from harness.targets.script import Like, Script
from harness.targets.stubbed import StubbedTarget
from harness.users.passkey import Passkey
from tests.flows.operations import CLIENT, PLAIN
from tests.flows.played import authentication_result
from tests.flows.played_choice import CREATION_OPTIONS

SESSION = "session-of-the-script-{}"
TOKENS = {"AuthenticationResult": authentication_result()}


@pytest.fixture
def script() -> Iterator[Script]:
    """A script, on a target of its own."""
    target = StubbedTarget(region="us-east-1")
    target.start()
    yield target.new_script()
    target.stop()


def sign_in(script: Script) -> SignIn:
    """Return a sign-in through the client of the script."""
    return SignIn(Actions(script.client, PLAIN), load_engine("native"), script.clock)


def started(script: Script, answer: dict[str, Any], **parameters: str) -> None:
    """Expect InitiateAuth(USER_AUTH) of ann."""
    script.answer(
        "InitiateAuth",
        {
            "ClientId": CLIENT,
            "AuthFlow": "USER_AUTH",
            "AuthParameters": {"USERNAME": "ann", **parameters},
        },
        answer,
    )


def answered(
    script: Script, number: int, challenge: str, answer: dict[str, Any], **responses: Any
) -> None:
    """Expect a response to a challenge, with the Session of that number."""
    script.answer(
        "RespondToAuthChallenge",
        {
            "ClientId": CLIENT,
            "ChallengeName": challenge,
            "ChallengeResponses": {"USERNAME": "ann", **responses},
            "Session": SESSION.format(number),
        },
        answer,
    )


def put(number: int, challenge: str, **parameters: str) -> dict[str, Any]:
    """Return a response that puts a challenge."""
    return {
        "ChallengeName": challenge,
        "ChallengeParameters": parameters,
        "Session": SESSION.format(number),
    }


def test_a_chosen_passkey_answers_in_three_calls(script: Script) -> None:
    """The choice has ANSWER alone, and the passkey's response is a JSON text (N025, N050)."""
    options = '{"challenge": "cGxheWVkIGNoYWxsZW5nZSE", "rpId": "auth.example.com"}'
    offer = {**put(1, "SELECT_CHALLENGE"), "AvailableChallenges": ["EMAIL_OTP", "WEB_AUTHN"]}
    started(script, offer)
    asked = put(2, "WEB_AUTHN", CREDENTIAL_REQUEST_OPTIONS=options)
    answered(script, 1, "SELECT_CHALLENGE", asked, ANSWER="WEB_AUTHN")
    credential = Like(r'\{"id": "[\w-]+", "rawId": .*"signature": "[\w-]+".*\}')
    answered(script, 2, "WEB_AUTHN", TOKENS, CREDENTIAL=credential)
    context = SignInContext("ann", passkey=Passkey.create(CREATION_OPTIONS))
    result = sign_in(script).run(context, "USER_AUTH")
    assert result.steps == ("SELECT_CHALLENGE", "WEB_AUTHN")
    script.expect_finished()


def test_a_preferred_text_message_answers_in_two_calls(script: Script) -> None:
    """PREFERRED_CHALLENGE goes into the start, and SMS_OTP_CODE into the response (N027)."""
    started(script, put(1, "SMS_OTP"), PREFERRED_CHALLENGE="SMS_OTP")
    answered(script, 1, "SMS_OTP", TOKENS, SMS_OTP_CODE="12345678")
    mailbox = script.mailbox("12345678")
    context = SignInContext("ann", mailbox=mailbox, preferred_challenge="SMS_OTP")
    assert sign_in(script).run(context, "USER_AUTH").steps == ("SMS_OTP",)
    script.expect_finished()


def test_a_wrong_code_can_be_corrected_with_the_same_session(script: Script) -> None:
    """A refusal leaves the Progress as it is, so that the code can be given again (N030)."""
    started(script, put(1, "EMAIL_OTP"), PREFERRED_CHALLENGE="EMAIL_OTP")
    responses = {"USERNAME": "ann", "EMAIL_OTP_CODE": "11111111"}
    script.refuse(
        "RespondToAuthChallenge",
        {
            "ClientId": CLIENT,
            "ChallengeName": "EMAIL_OTP",
            "ChallengeResponses": responses,
            "Session": SESSION.format(1),
        },
        "CodeMismatchException",
    )
    answered(script, 1, "EMAIL_OTP", TOKENS, EMAIL_OTP_CODE="12345678")
    walk, mailbox = sign_in(script), script.mailbox("12345678")
    context = SignInContext("ann", mailbox=mailbox, preferred_challenge="EMAIL_OTP")
    progress = walk.start(context, "USER_AUTH")
    with pytest.raises(script.client.exceptions.CodeMismatchException):
        walk.submit(progress, responses)
    assert walk.answer(progress).done
    script.expect_finished()
