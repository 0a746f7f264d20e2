"""PreSignUp and PostConfirmation in the operations that run them."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, as_dict, pairs, refused
from tests.emulator.support.trigger_handlers import Recorder, engine_with
from tests.emulator.support.walker import Walker, new_client, new_pool, new_walker, tokens_of

PHONE = "+15555550100"
METADATA = {"tenant": "blue"}


def sign_up(engine: Engine, pool_id: str, username: str = "alice", **attributes: str) -> Any:
    """Sign up and return the response."""
    params = {
        "ClientId": new_client(engine, pool_id)["ClientId"],
        "Username": username,
        "Password": PASSWORD,
        "UserAttributes": pairs(**attributes),
    }
    return engine.call("SignUp", params)


def shown(engine: Engine, pool_id: str, username: str = "alice") -> dict[str, Any]:
    """Call AdminGetUser."""
    params = {"UserPoolId": pool_id, "Username": username}
    return dict(engine.call("AdminGetUser", params))


class TestPreSignUp:
    """PreSignUp accepts, confirms, verifies or refuses a user."""

    def test_unchanged_event_leaves_the_user_unconfirmed(self) -> None:
        """The user is unconfirmed and gets a code."""
        engine = engine_with(pre_sign_up=Recorder())
        answer = sign_up(engine, new_pool(engine), email="alice@example.com")
        assert answer["UserConfirmed"] is False
        assert answer["CodeDeliveryDetails"]["AttributeName"] == "email"

    @pytest.mark.fact("M096")
    def test_auto_confirm_sends_no_code(self) -> None:
        """The user is confirmed, gets no code, may sign in, and PostConfirmation runs."""
        confirmed = Recorder()
        engine = engine_with(
            pre_sign_up=Recorder({"autoConfirmUser": True}), post_confirmation=confirmed
        )
        pool_id = new_pool(engine)
        answer = sign_up(engine, pool_id, email="alice@example.com")
        assert answer["UserConfirmed"] is True
        assert "CodeDeliveryDetails" not in answer
        assert engine.outbox.messages() == []
        user = shown(engine, pool_id)
        assert user["UserStatus"] == "CONFIRMED"
        assert as_dict(user["UserAttributes"])["email_verified"] == "false"
        assert confirmed.sources == ["PostConfirmation_ConfirmSignUp"]

    def test_auto_verify_verifies_contacts(self) -> None:
        """Address and phone number are verified at once, even if the user is not confirmed."""
        response = {"autoVerifyEmail": True, "autoVerifyPhone": True}
        engine = engine_with(pre_sign_up=Recorder(response))
        pool_id = new_pool(engine)
        answer = sign_up(engine, pool_id, email="alice@example.com", phone_number=PHONE)
        attributes = as_dict(shown(engine, pool_id)["UserAttributes"])
        assert answer["UserConfirmed"] is False
        assert attributes["email_verified"] == attributes["phone_number_verified"] == "true"

    @pytest.mark.parametrize("member", ["autoVerifyEmail", "autoVerifyPhone"])
    def test_auto_verify_without_a_contact_is_refused(self, member: str) -> None:
        """A contact that the user does not have cannot be verified."""
        engine = engine_with(pre_sign_up=Recorder({member: True}))
        pool_id = new_pool(engine)
        with refused("InvalidLambdaResponseException"):
            sign_up(engine, pool_id)
        assert member in engine.triggers.failures[0].reason

    def test_auto_verify_takes_over_an_alias(self) -> None:
        """The alias finds the new user and is unverified at its previous owner."""
        response = {"autoConfirmUser": True, "autoVerifyEmail": True}
        engine = engine_with(pre_sign_up=Recorder(response))
        pool_id = new_pool(engine, AliasAttributes=["email"])
        for name in ("alice", "bob"):
            sign_up(engine, pool_id, name, email="shared@example.com")
        verified = {
            name: as_dict(shown(engine, pool_id, name)["UserAttributes"])["email_verified"]
            for name in ("alice", "bob")
        }
        assert verified == {"alice": "false", "bob": "true"}
        assert shown(engine, pool_id, "shared@example.com")["Username"] == "bob"

    def test_auto_verify_does_not_take_over_a_username(self) -> None:
        """If the address is the username, the second user is refused."""
        response = {"autoConfirmUser": True, "autoVerifyEmail": True}
        engine = engine_with(pre_sign_up=Recorder(response))
        pool_id = new_pool(engine, UsernameAttributes=["email"])
        sign_up(engine, pool_id, "shared@example.com")
        with refused("UsernameExistsException"):
            sign_up(engine, pool_id, "shared@example.com")

    def test_trigger_runs_before_the_username_check(self) -> None:
        """The trigger runs even for a username that is taken."""
        recorder = Recorder()
        engine = engine_with(pre_sign_up=recorder)
        pool_id = new_pool(engine)
        sign_up(engine, pool_id)
        with refused("UsernameExistsException", "User already exists"):
            sign_up(engine, pool_id)
        assert len(recorder.events) == 2

    def test_flags_have_no_effect_for_administrators_users(self) -> None:
        """The flags have no effect for a user created by an administrator."""
        recorder = Recorder({"autoConfirmUser": True, "autoVerifyEmail": True})
        engine = engine_with(pre_sign_up=recorder)
        pool_id = new_pool(engine)
        params = {
            "UserPoolId": pool_id,
            "Username": "alice",
            "UserAttributes": pairs(email="x@example.com"),
            "ValidationData": pairs(reason="test"),
            "ClientMetadata": METADATA,
        }
        user = engine.call("AdminCreateUser", params)["User"]
        assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        assert "email_verified" not in as_dict(user["Attributes"])
        assert recorder.sources == ["PreSignUp_AdminCreateUser"]
        assert recorder.requests == [
            {
                "userAttributes": {"email": "x@example.com"},
                "validationData": {"reason": "test"},
                "clientMetadata": METADATA,
            }
        ]

    def test_auto_verify_of_administrators_users_needs_no_contact(self) -> None:
        """For a user created by an administrator, autoVerify without a contact is no error."""
        response = {"autoVerifyEmail": True, "autoVerifyPhone": True}
        engine = engine_with(pre_sign_up=Recorder(response))
        params = {"UserPoolId": new_pool(engine), "Username": "alice"}
        user = engine.call("AdminCreateUser", params)["User"]
        assert set(as_dict(user["Attributes"])) == {"sub"}

    def test_resent_invitation_does_not_run_it(self) -> None:
        """The user already exists, so PreSignUp does not run again."""
        recorder = Recorder()
        engine = engine_with(pre_sign_up=recorder)
        pool_id = new_pool(engine)
        params = {"UserPoolId": pool_id, "Username": "alice"}
        engine.call("AdminCreateUser", params)
        engine.call("AdminCreateUser", {**params, "MessageAction": "RESEND"})
        assert len(recorder.events) == 1


class TestPostConfirmation:
    """PostConfirmation runs for users who are confirmed or have recovered."""

    @pytest.fixture
    def recorder(self) -> Recorder:
        """The handler."""
        return Recorder()

    @pytest.fixture
    def walker(self, recorder: Recorder) -> Walker:
        """A user who is not confirmed yet."""
        return new_walker(engine_with(post_confirmation=recorder), confirmed=False)

    def test_confirm_sign_up_passes_its_metadata(self, recorder: Recorder, walker: Walker) -> None:
        """ConfirmSignUp passes its metadata on."""
        code = walker.engine.outbox.messages(username="alice")[0].code
        names = {"ClientId": walker.client_id, "Username": "alice"}
        with refused("CodeMismatchException"):
            walker.call("ConfirmSignUp", **names, ConfirmationCode="x")
        assert recorder.events == []
        walker.call("ConfirmSignUp", **names, ConfirmationCode=code, ClientMetadata=METADATA)
        assert recorder.sources == ["PostConfirmation_ConfirmSignUp"]
        assert recorder.requests[0]["clientMetadata"] == METADATA

    def test_administrator_confirmation_runs_it(self, recorder: Recorder, walker: Walker) -> None:
        """AdminConfirmSignUp runs PostConfirmation too."""
        walker.administer("AdminConfirmSignUp", ClientMetadata=METADATA)
        assert recorder.sources == ["PostConfirmation_ConfirmSignUp"]
        assert recorder.requests[0]["clientMetadata"] == METADATA

    def test_recovery_has_its_own_source(self, recorder: Recorder, walker: Walker) -> None:
        """ConfirmForgotPassword has its own trigger source."""
        walker.administer("AdminConfirmSignUp")
        walker.administer("AdminUpdateUserAttributes", UserAttributes=pairs(email_verified="true"))
        names = {"ClientId": walker.client_id, "Username": "alice"}
        walker.call("ForgotPassword", **names)
        code = walker.engine.outbox.messages(username="alice", kind="forgot_password")[0].code
        walker.call(
            "ConfirmForgotPassword", **names, ConfirmationCode=code, Password=OTHER_PASSWORD
        )
        assert recorder.sources[-1] == "PostConfirmation_ConfirmForgotPassword"

    def test_new_password_of_administrators_users_does_not_run_it(
        self, recorder: Recorder, walker: Walker
    ) -> None:
        """Replacing a temporary password is not a confirmation.

        https://github.com/amazon-archives/amazon-cognito-identity-js/issues/656
        """
        walker.call(
            "AdminCreateUser",
            UserPoolId=walker.user_pool_id,
            Username="bob",
            TemporaryPassword=PASSWORD,
        )
        bob = Walker(walker.engine, walker.user_pool_id, walker.client_id, "bob")
        challenge = bob.by_password()
        tokens_of(
            bob.respond("NEW_PASSWORD_REQUIRED", challenge["Session"], NEW_PASSWORD=OTHER_PASSWORD)
        )
        assert recorder.events == []
