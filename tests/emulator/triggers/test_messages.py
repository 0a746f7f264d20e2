"""Message texts, CustomMessage, and the custom senders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.stores.outbox import Message
from tests.emulator.support.expect import PASSWORD, pairs
from tests.emulator.support.trigger_handlers import Recorder, engine_with, raising
from tests.emulator.support.walker import Walker, new_walker, tokens_of

PHONE = "+15555550100"
METADATA = {"tenant": "blue"}
POOL: dict[str, Any] = {"mfa": "OPTIONAL", "factors": ("SoftwareToken", "Sms", "Email")}


def resend(walker: Walker) -> None:
    """Request another sign-up code."""
    walker.call("AdminConfirmSignUp", UserPoolId=walker.user_pool_id, Username="alice")
    newcomer = {"ClientId": walker.client_id, "Username": "bob"}
    attributes = pairs(email="bob@example.com")
    walker.call("SignUp", **newcomer, Password=PASSWORD, UserAttributes=attributes)
    walker.call("ResendConfirmationCode", **newcomer, ClientMetadata=METADATA)


def forgot(walker: Walker) -> None:
    """Request a recovery code."""
    verify(walker)
    walker.call(
        "ForgotPassword", ClientId=walker.client_id, Username="alice", ClientMetadata=METADATA
    )


def reset(walker: Walker) -> None:
    """Reset the password as an administrator."""
    verify(walker)
    walker.administer("AdminResetUserPassword", ClientMetadata=METADATA)


def change(walker: Walker) -> None:
    """Change the email address."""
    verify(walker)
    walker.call(
        "UpdateUserAttributes",
        AccessToken=tokens_of(walker.by_password())["AccessToken"],
        UserAttributes=pairs(email="new@example.com"),
        ClientMetadata=METADATA,
    )


def change_as_administrator(walker: Walker) -> None:
    """Change the email address as an administrator."""
    verify(walker)
    changed = pairs(email="new@example.com")
    walker.administer("AdminUpdateUserAttributes", UserAttributes=changed, ClientMetadata=METADATA)


def ask(walker: Walker) -> None:
    """Request a code for the email address."""
    verify(walker)
    walker.call(
        "GetUserAttributeVerificationCode",
        AccessToken=tokens_of(walker.by_password())["AccessToken"],
        AttributeName="email",
        ClientMetadata=METADATA,
    )


def invite(walker: Walker) -> None:
    """Create a user as an administrator."""
    walker.call(
        "AdminCreateUser",
        UserPoolId=walker.user_pool_id,
        Username="bob",
        UserAttributes=pairs(email="bob@example.com"),
        DesiredDeliveryMediums=["EMAIL"],
        ClientMetadata=METADATA,
    )


def verify(walker: Walker) -> None:
    """Confirm the user and verify their contacts."""
    walker.administer("AdminConfirmSignUp")
    walker.administer("AdminUpdateUserAttributes", UserAttributes=pairs(email_verified="true"))


#: Each call that sends a message, with the cause in the event of the triggers.
CAUSES: dict[Callable[[Walker], None], str] = {
    resend: "ResendCode",
    forgot: "ForgotPassword",
    reset: "ForgotPassword",
    change: "UpdateUserAttribute",
    change_as_administrator: "UpdateUserAttribute",
    ask: "VerifyUserAttribute",
    invite: "AdminCreateUser",
}


def newest(engine: Engine) -> Message:
    """Return the message that was sent last."""
    return engine.outbox.messages()[0]


def by_sms(engine: Engine, *, confirmed: bool = False, **pool: Any) -> Walker:
    """Return a user whose verified contact is a phone number."""
    settings = {"AutoVerifiedAttributes": ["phone_number"], **pool}
    return new_walker(engine, confirmed=confirmed, attributes={"phone_number": PHONE}, **settings)


class TestTexts:
    """Message texts without a trigger."""

    def test_default_texts_hold_the_code(self) -> None:
        """An email has a subject and an SMS has none; both texts hold the code."""
        engine = engine_with()
        new_walker(engine, confirmed=False)
        email = newest(engine)
        by_sms(engine, confirmed=False)
        sms = newest(engine)
        assert email.subject == "Your verification code"
        assert email.body == f"Your confirmation code is {email.code}."
        assert sms.subject is None
        assert sms.body == f"Your confirmation code is {sms.code}."
        assert email.sender == sms.sender == "Cognito"

    def test_repr_hides_subject_and_body(self) -> None:
        """The repr of a message shows neither its code nor its text."""
        engine = engine_with()
        new_walker(engine, confirmed=False)
        assert newest(engine).code not in repr(newest(engine))

    @pytest.mark.parametrize(
        "settings",
        [
            {"EmailVerificationMessage": "Enter {####}!", "EmailVerificationSubject": "Hello"},
            {
                "VerificationMessageTemplate": {
                    "EmailMessage": "Enter {####}!",
                    "EmailSubject": "Hello",
                }
            },
        ],
    )
    def test_pool_texts_replace_the_defaults(self, settings: dict[str, Any]) -> None:
        """The pool's text replaces Cognito's, under either of its names."""
        engine = engine_with()
        new_walker(engine, confirmed=False, **settings)
        message = newest(engine)
        assert (message.subject, message.body) == ("Hello", f"Enter {message.code}!")

    def test_invitation_holds_username_and_password(self) -> None:
        """Username and temporary password are in the text."""
        engine = engine_with()
        template = {"EmailMessage": "{username}: {####}", "EmailSubject": "Welcome"}
        config = {"InviteMessageTemplate": template}
        invite(new_walker(engine, AdminCreateUserConfig=config))
        message = newest(engine)
        assert (message.subject, message.body) == ("Welcome", f"bob: {message.code}")

    @pytest.mark.parametrize("own", [True, False])
    def test_mfa_messages_have_their_own_texts(self, own: bool) -> None:
        """SMS and email MFA have their own texts."""
        engine = engine_with()
        walker = by_sms(engine, **POOL)
        walker.administer("AdminConfirmSignUp")
        if own:
            config = {"UserPoolId": walker.user_pool_id, "MfaConfiguration": "OPTIONAL"}
            config["SmsMfaConfiguration"] = {  # type: ignore[assignment]
                "SmsAuthenticationMessage": "SMS {####}",
                "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"},
            }
            config["EmailMfaConfiguration"] = {  # type: ignore[assignment]
                "Message": "E-mail {####}",
                "Subject": "Sign in",
            }
            walker.call("SetUserPoolMfaConfig", **config)
        found = {}
        for factor in ("SMSMfaSettings", "EmailMfaSettings"):
            preference = {factor: {"Enabled": True, "PreferredMfa": True}}
            walker.administer("AdminSetUserMFAPreference", **preference)
            walker.by_password()
            message = newest(engine)
            assert message.body is not None
            found[message.medium] = (message.subject, message.body.replace(message.code, "*"))
        default = "Your authentication code is *."
        assert found == {
            "SMS": (None, "SMS *" if own else default),
            "EMAIL": ("Sign in", "E-mail *") if own else ("Your authentication code", default),
        }


class TestCustomMessage:
    """CustomMessage sets the text of a message."""

    def test_email_gets_subject_and_body(self) -> None:
        """Subject and body are the trigger's, with the code in place of the placeholder."""
        recorder = Recorder(
            {"emailSubject": "Hi", "emailMessage": "It is {####}.", "smsMessage": "no"}
        )
        engine = engine_with(custom_message=recorder)
        new_walker(engine, confirmed=False)
        message = newest(engine)
        assert (message.subject, message.body) == ("Hi", f"It is {message.code}.")
        assert engine.triggers.failures == []

    def test_sms_gets_a_text_without_subject(self) -> None:
        """The text is the trigger's; there is no subject."""
        engine = engine_with(
            custom_message=Recorder({"smsMessage": "{####} it is", "emailSubject": "Hi"})
        )
        by_sms(engine, confirmed=False)
        message = newest(engine)
        assert (message.subject, message.body) == (None, f"{message.code} it is")

    def test_handler_gets_placeholders(self) -> None:
        """The event has placeholders and never the code."""
        recorder = Recorder()
        engine = engine_with(custom_message=recorder)
        new_walker(engine, confirmed=False)
        (event,) = recorder.events
        assert event["triggerSource"] == "CustomMessage_SignUp"
        assert event["request"].pop("userAttributes")["cognito:user_status"] == "UNCONFIRMED"
        assert event["request"] == {
            "codeParameter": "{####}",
            "linkParameter": "{##Click Here##}",
            "usernameParameter": None,
        }
        assert event["response"] == {
            "smsMessage": None,
            "emailMessage": None,
            "emailSubject": None,
        }

    @pytest.mark.parametrize("send", CAUSES, ids=lambda send: send.__name__)
    def test_each_message_has_its_source(self, send: Callable[[Walker], None]) -> None:
        """Each message has the source of its cause and the metadata of its request."""
        recorder = Recorder()
        walker = new_walker(engine_with(custom_message=recorder), confirmed=False)
        send(walker)
        assert recorder.sources[-1] == f"CustomMessage_{CAUSES[send]}"
        assert recorder.requests[-1]["clientMetadata"] == METADATA

    def test_mfa_codes_run_the_trigger(self) -> None:
        """MFA codes run the trigger; metadata of InitiateAuth does not reach it."""
        recorder = Recorder({"smsMessage": "Go on with {####}"})
        engine = engine_with(custom_message=recorder)
        walker = by_sms(engine, **POOL)
        walker.administer("AdminConfirmSignUp")
        preference = {"SMSMfaSettings": {"Enabled": True, "PreferredMfa": True}}
        walker.administer("AdminSetUserMFAPreference", **preference)
        walker.call(
            "InitiateAuth",
            ClientId=walker.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
            ClientMetadata=METADATA,
        )
        assert newest(engine).body == f"Go on with {newest(engine).code}"
        assert recorder.sources[-1] == "CustomMessage_Authentication"
        assert "clientMetadata" not in recorder.requests[-1]

    def test_invitation_fills_both_placeholders(self) -> None:
        """The handler gets both placeholders, and both are filled."""
        recorder = Recorder({"emailMessage": "{username} / {####}"})
        engine = engine_with(custom_message=recorder)
        invite(new_walker(engine))
        assert recorder.requests[-1]["usernameParameter"] == "{username}"
        assert newest(engine).body == f"bob / {newest(engine).code}"

    @pytest.mark.parametrize(
        ("send", "text"),
        [(resend, "no code at all"), (invite, "{####} only"), (invite, "{username} only")],
    )
    def test_text_without_placeholder_is_replaced_by_the_pools(
        self, send: Callable[[Walker], None], text: str
    ) -> None:
        """The pool's own text is sent instead, and a failure records why."""
        engine = engine_with(custom_message=Recorder({"emailMessage": text, "emailSubject": "x"}))
        send(new_walker(engine, confirmed=False))
        message = newest(engine)
        assert message.body is not None
        assert message.code in message.body
        assert message.subject != "x"
        assert "the message lacks" in engine.triggers.failures[-1].reason

    def test_members_left_null_come_from_the_pool(self) -> None:
        """If only the subject is set, the body is the pool's."""
        engine = engine_with(custom_message=Recorder({"emailSubject": "Hi"}))
        new_walker(engine, confirmed=False)
        message = newest(engine)
        assert message.subject == "Hi"
        assert message.body == f"Your confirmation code is {message.code}."


class TestCustomSenders:
    """CustomEmailSender and CustomSMSSender get the code and send it themselves."""

    def test_email_sender_gets_the_code(self) -> None:
        """The handler gets the code; the outbox keeps the message and its sender."""
        recorder, silent = Recorder(), Recorder()
        engine = engine_with(custom_email_sender=recorder, custom_message=silent)
        new_walker(engine, confirmed=False)
        message = newest(engine)
        (event,) = recorder.events
        assert "response" not in event
        assert event["triggerSource"] == "CustomEmailSender_SignUp"
        assert event["request"]["code"] == message.code
        assert event["request"]["type"] == "customEmailSenderRequestV1"
        assert event["request"]["clientMetadata"] is None
        assert event["request"]["userAttributes"]["email"] == "alice@example.com"
        assert (message.sender, message.subject, message.body) == ("CustomEmailSender", None, None)
        assert silent.events == []

    def test_sms_sender_gets_only_sms(self) -> None:
        """The SMS sender gets SMS messages and no emails."""
        sms, email = Recorder(), Recorder()
        engine = engine_with(custom_sms_sender=sms, custom_email_sender=email)
        by_sms(engine, confirmed=False)
        assert sms.requests[0]["code"] == newest(engine).code
        assert sms.requests[0]["type"] == "customSMSSenderRequestV1"
        assert sms.sources == ["CustomSMSSender_SignUp"]
        assert newest(engine).sender == "CustomSMSSender"
        assert email.events == []

    @pytest.mark.parametrize("send", CAUSES, ids=lambda send: send.__name__)
    def test_each_message_has_its_source(self, send: Callable[[Walker], None]) -> None:
        """Each message has the source of its cause and the metadata of its request."""
        recorder = Recorder()
        walker = new_walker(engine_with(custom_email_sender=recorder), confirmed=False)
        send(walker)
        assert recorder.sources[-1] == f"CustomEmailSender_{CAUSES[send]}"
        assert recorder.requests[-1]["clientMetadata"] == METADATA

    def test_sender_error_does_not_reach_the_caller(self) -> None:
        """The sign-up succeeds; the failure is recorded."""
        engine = engine_with(custom_email_sender=raising(ValueError("no network")))
        new_walker(engine)
        (failure,) = engine.triggers.failures
        assert (failure.source, failure.reason) == ("CustomEmailSender_SignUp", "no network")

    def test_return_value_is_ignored(self) -> None:
        """The return value of a sender is ignored."""
        engine = engine_with(custom_email_sender=lambda event, context: None)
        new_walker(engine)
        assert engine.triggers.failures == []

    def test_sender_runs_after_the_operation(self) -> None:
        """When the sender runs, the user exists and the code is valid."""
        confirmed = []

        def confirm(event: Any, context: Any) -> None:
            params = {
                "ClientId": event["callerContext"]["clientId"],
                "Username": event["userName"],
                "ConfirmationCode": event["request"]["code"],
            }
            confirmed.append(engine.call("ConfirmSignUp", params))

        engine = engine_with(custom_email_sender=confirm)
        walker = new_walker(engine, confirmed=False)
        assert confirmed == [{}]
        assert walker.administer("AdminGetUser")["UserStatus"] == "CONFIRMED"
        assert engine.triggers.failures == []

    def test_custom_sender_is_outside_the_daily_limit(self) -> None:
        """Emails of a custom sender do not count as Cognito's fifty a day."""
        recorder = Recorder()
        engine = engine_with(custom_email_sender=recorder)
        engine.quotas.enabled = True
        walker = new_walker(engine)
        for number in range(51):
            walker.engine.clock.advance(1)
            params = {
                "ClientId": walker.client_id,
                "Username": f"user-{number}",
                "Password": PASSWORD,
                "UserAttributes": pairs(email=f"user-{number}@example.com"),
            }
            walker.call("SignUp", **params)
        assert len(recorder.events) == 52
