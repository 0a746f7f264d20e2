"""Triggers in USER_AUTH: which run, when, and what their handlers may change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.refusals import Refusal
from tests.emulator.support.choosing import (
    ask,
    choose,
    chooser,
    passkeys_in,
    prove,
    register,
    sent_code,
)
from tests.emulator.support.expect import PASSWORD, pairs, refused
from tests.emulator.support.trigger_handlers import Event, Recorder, engine_with, raising
from tests.emulator.support.walker import Walker, tokens_of

DENIED = "UserLambdaValidationException"
NOT_AUTHORIZED = "NotAuthorizedException"
HIDING = {"PreventUserExistenceErrors": "ENABLED"}
#: Every field of `Triggers` that could run at a sign-in.
SIGN_IN = (
    "pre_authentication",
    "post_authentication",
    "pre_token_generation",
    "custom_message",
    "define_auth_challenge",
    "create_auth_challenge",
    "verify_auth_challenge_response",
)


def by_code(walker: Walker, factor: str = "EMAIL_OTP") -> dict[str, Any]:
    """Sign in with a code."""
    challenge = ask(walker, factor)
    code = {f"{factor}_CODE": sent_code(walker)}
    return walker.respond(factor, challenge["Session"], **code)


@pytest.mark.fact("N023")
def test_code_runs_the_triggers_of_any_sign_in() -> None:
    """A sign-in by a code runs those of any other in that order, and none that takes a password."""
    recorder = Recorder()
    walker = chooser(engine_with(**dict.fromkeys(SIGN_IN, recorder)))
    recorder.events.clear()
    tokens_of(by_code(walker))
    assert recorder.sources == [
        "PreAuthentication_Authentication",
        "CustomMessage_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_Authentication",
    ]


@pytest.mark.fact("N022", "N023")
def test_unknown_user_runs_pre_authentication_alone() -> None:
    """For an unknown user no message is made, and nobody asks another directory for the user."""
    recorder = Recorder()
    walker = chooser(engine_with(**dict.fromkeys(SIGN_IN, recorder)), client_settings=HIDING)
    recorder.events.clear()
    ask(walker, "EMAIL_OTP", USERNAME="nobody")
    assert recorder.sources == ["PreAuthentication_Authentication"]


@pytest.mark.parametrize("preferred", ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", None])
def test_pre_authentication_runs_once(preferred: str | None) -> None:
    """PreAuthentication runs once at the start, whether the preference is possible or not."""
    recorder = Recorder()
    walker = chooser(engine_with(pre_authentication=recorder))
    parameters = {"PASSWORD": PASSWORD, "SRP_A": walker.exchange.public_hex}
    answer = choose(walker, PREFERRED_CHALLENGE=preferred, **parameters)
    if answer.get("ChallengeName") == "SELECT_CHALLENGE":
        walker.respond("SELECT_CHALLENGE", answer["Session"], ANSWER="EMAIL_OTP")
    assert len(recorder.events) == 1


def test_pre_authentication_stops_the_code() -> None:
    """A start that PreAuthentication refuses sends nothing."""
    walker = chooser(engine_with(pre_authentication=raising(ValueError("no"))))
    with refused(DENIED, "PreAuthentication failed with error no."):
        choose(walker, PREFERRED_CHALLENGE="EMAIL_OTP")
    assert not walker.engine.outbox.messages(kind="mfa")


def test_passkey_runs_no_message() -> None:
    """A sign-in by a passkey runs the triggers of any other, without a message."""
    recorder = Recorder()
    walker = chooser(engine_with(**dict.fromkeys(SIGN_IN, recorder)))
    passkeys_in(walker)
    passkey = register(walker, tokens_of(walker.by_password()))
    recorder.events.clear()
    tokens_of(prove(walker, ask(walker, "WEB_AUTHN"), passkey))
    assert recorder.sources == [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_Authentication",
    ]


@pytest.mark.parametrize(
    ("factor", "sender", "source"),
    [
        ("EMAIL_OTP", "custom_email_sender", "CustomEmailSender_Authentication"),
        ("SMS_OTP", "custom_sms_sender", "CustomSMSSender_Authentication"),
    ],
)
def test_custom_sender_gets_the_code(factor: str, sender: str, source: str) -> None:
    """A custom sender gets the code of a first factor, and it signs in."""
    recorder = Recorder()
    walker = chooser(engine_with(**{sender: recorder}), verified=("email", "phone_number"))
    recorder.events.clear()
    challenge = ask(walker, factor)
    assert recorder.sources == [source]
    code = {f"{factor}_CODE": recorder.requests[0]["code"]}
    tokens_of(walker.respond(factor, challenge["Session"], **code))


@pytest.mark.fact("N017")
def test_custom_message_writes_the_code() -> None:
    """CustomMessage writes the message of a code; one that fails stops the sign-in."""
    answer = {"emailMessage": "Code {####}", "emailSubject": "Hello"}
    walker = chooser(engine_with(custom_message=Recorder(answer)))
    ask(walker, "EMAIL_OTP")
    (message,) = walker.engine.outbox.messages(kind="mfa")
    assert (message.subject, message.body) == ("Hello", f"Code {message.code}")


def _changing(operation: str, **members: Any) -> tuple[Callable[[Event, Any], Event], list[Walker]]:
    """Return a handler that changes the user of the walker in the list, once there is one."""
    walkers: list[Walker] = []

    def handler(event: Event, context: Any) -> Event:
        for walker in walkers:
            walker.administer(operation, **members)
        return event

    return handler, walkers


@pytest.mark.parametrize("trigger", ["custom_message", "post_authentication"])
@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("AdminDisableUser", {}),
        ("AdminUserGlobalSignOut", {}),
        ("AdminDeleteUser", {}),
        ("AdminDeleteUserAttributes", {"UserAttributeNames": ["email"]}),
    ],
)
def test_change_by_a_handler_counts(trigger: str, operation: str, members: dict[str, Any]) -> None:
    """A user whom a handler changes gets no tokens for a code that was right before."""
    handler, walkers = _changing(operation, **members)
    walker = chooser(engine_with(**{trigger: handler}))
    walkers.append(walker)
    challenge = ask(walker, "EMAIL_OTP")
    code = walker.engine.outbox.messages(kind="mfa")[0].code
    with pytest.raises(Refusal) as caught:
        walker.respond("EMAIL_OTP", challenge["Session"], EMAIL_OTP_CODE=code)
    assert caught.value.code in (NOT_AUTHORIZED, "UserNotFoundException")


def test_address_that_a_handler_changes_gets_no_code() -> None:
    """The code goes to the address of the start, and is of no use once that is another one."""
    changed = pairs(email="new@example.com", email_verified="true")
    handler, walkers = _changing("AdminUpdateUserAttributes", UserAttributes=changed)
    walker = chooser(engine_with(custom_message=handler))
    walkers.append(walker)
    challenge = ask(walker, "EMAIL_OTP")
    (message,) = walker.engine.outbox.messages(kind="mfa")
    assert message.destination == "alice@example.com"
    with refused(NOT_AUTHORIZED, "Invalid session for the user."):
        walker.respond("EMAIL_OTP", challenge["Session"], EMAIL_OTP_CODE=message.code)
