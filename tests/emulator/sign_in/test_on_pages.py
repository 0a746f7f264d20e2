"""Sign-ins on the pages: the engine's rules and triggers, without flows, devices and tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from harness.emulator.sign_in import on_pages
from harness.emulator.sign_in.put import Result
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, pairs, refused
from tests.emulator.support.migration import CONFIRMED
from tests.emulator.support.trigger_handlers import Event, Recorder, engine_with, raising
from tests.emulator.support.walker import (
    ALWAYS_WITH_MFA,
    Walker,
    new_client,
    new_pool,
    new_walker,
    tokens_of,
)

WRONG = "Incorrect username or password."
INVALID = "Invalid session for the user."
NOT_AUTHORIZED = "NotAuthorizedException"
CODE = {"SMS_MFA": "SMS_MFA_CODE", "EMAIL_OTP": "EMAIL_OTP_CODE"}


@dataclass
class Pages:
    """A user at the pages of an app client."""

    walker: Walker

    @property
    def engine(self) -> Engine:
        """The engine."""
        return self.walker.engine

    def begin(self, password: str = PASSWORD, name: str = "alice") -> Result:
        """Send the form of the login page."""
        client = self.engine.clients[self.walker.client_id]
        return on_pages.begin(self.engine, Caller(), client, name, password)

    def respond(self, challenge: Result, **responses: str) -> Result:
        """Answer a challenge."""
        given = {"USERNAME": self.walker.username, **responses}
        name, session = challenge["ChallengeName"], challenge["Session"]
        client = self.engine.clients[self.walker.client_id]
        return on_pages.respond(self.engine, Caller(), client, name, given, session)

    def step(self, step: Callable[..., Any], challenge: Result) -> Any:
        """Take a step that answers no challenge."""
        client = self.engine.clients[self.walker.client_id]
        name, session = challenge["ChallengeName"], challenge["Session"]
        return step(self.engine, Caller(), client, name, self.walker.username, session)

    def sent_code(self, to: str = "alice") -> str:
        """Return the newest MFA code."""
        return self.engine.outbox.messages(username=to, kind="mfa")[0].code

    def prefer(self, factor: str) -> None:
        """Switch a factor on and prefer it, as an administrator."""
        settings = {f"{factor}MfaSettings": {"Enabled": True, "PreferredMfa": True}}
        self.walker.administer("AdminSetUserMFAPreference", **settings)


def pages(engine: Engine, **settings: Any) -> Pages:
    """Return a confirmed user at the pages of a new pool."""
    return Pages(new_walker(engine, **settings))


def by_sms(engine: Engine) -> Pages:
    """Return a user whose second factor is SMS."""
    phone = {"phone_number": "+15555550100"}
    found = pages(engine, mfa="OPTIONAL", factors=("Sms",), attributes=phone)
    found.prefer("SMS")
    return found


class TestPassword:
    """The first step."""

    @pytest.mark.fact("H056")
    def test_password_alone_signs_in_without_mfa(self, engine: Engine) -> None:
        """Without MFA the password is enough; the API's tokens are not issued for it."""
        alice = pages(engine)
        user = on_pages.signed_in(alice.begin())
        assert user is not None
        assert user.username == "alice"
        assert not engine.pools[alice.walker.user_pool_id].grants.of_user(user)

    def test_a_challenge_is_no_sign_in(self, engine: Engine) -> None:
        """Who still has to prove something is not signed in."""
        assert on_pages.signed_in(by_sms(engine).begin()) is None

    @pytest.mark.fact("H018")
    def test_flows_of_the_client_do_not_count(self, engine: Engine) -> None:
        """The pages sign in at a client without any flow for passwords, and the API does not."""
        flows = {"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"]}
        alice = pages(engine, client_settings=flows)
        with refused("InvalidParameterException"):
            alice.walker.by_password()
        assert on_pages.signed_in(alice.begin())

    def test_a_confidential_client_needs_no_hash_from_the_browser(self, engine: Engine) -> None:
        """The pages know the secret of the app client, at every step."""
        alice = pages(engine, mfa="ON", client_settings={"GenerateSecret": True})
        associated = engine.call("AssociateSoftwareToken", {"Session": alice.begin()["Session"]})
        code = alice.walker.code(associated["SecretCode"])
        request = {"Session": associated["Session"], "UserCode": code}
        verified = engine.call("VerifySoftwareToken", request)
        answer = alice.respond({"ChallengeName": "MFA_SETUP", "Session": verified["Session"]})
        assert on_pages.signed_in(answer)

    @pytest.mark.parametrize("hides", ["ENABLED", "LEGACY"])
    def test_wrong_password_and_unknown_name(self, engine: Engine, hides: str) -> None:
        """Both are refused as in the API: the app client decides what an unknown name gets."""
        alice = pages(engine, client_settings={"PreventUserExistenceErrors": hides})
        with refused(NOT_AUTHORIZED, WRONG):
            alice.begin(OTHER_PASSWORD)
        unknown = (NOT_AUTHORIZED, WRONG) if hides == "ENABLED" else ("UserNotFoundException",)
        with refused(*unknown):
            alice.begin(name="nobody")

    def test_lockout_is_that_of_the_api(self, engine: Engine) -> None:
        """Wrong passwords on the pages and in the API add up, and lock both."""
        alice = pages(engine)
        for _ in range(3):
            with refused(NOT_AUTHORIZED, WRONG):
                alice.begin(OTHER_PASSWORD)
        alice.walker.password = OTHER_PASSWORD
        for _ in range(2):
            with refused(NOT_AUTHORIZED, WRONG):
                alice.walker.by_password()
        with refused(NOT_AUTHORIZED, "Password attempts exceeded"):
            alice.begin()

    def test_states_are_refused_as_in_the_api(self, engine: Engine) -> None:
        """A user who is not confirmed, disabled or must choose a password gets the API's error."""
        waiting = Pages(new_walker(engine, confirmed=False))
        with refused("UserNotConfirmedException", "User is not confirmed."):
            waiting.begin()
        alice = pages(engine)
        alice.walker.administer("AdminResetUserPassword")
        with refused("PasswordResetRequiredException"):
            alice.begin()
        alice.walker.administer("AdminDisableUser")
        with refused(NOT_AUTHORIZED, "User is disabled."):
            alice.begin()


class TestTriggers:
    """The triggers of a sign-in run on the pages, with the app client in their events."""

    def test_both_triggers_run_once(self) -> None:
        """PreAuthentication and PostAuthentication see the app client and the user."""
        before, after = Recorder(), Recorder()
        engine = engine_with(pre_authentication=before, post_authentication=after)
        alice = pages(engine)
        assert on_pages.signed_in(alice.begin())
        assert before.sources == ["PreAuthentication_Authentication"]
        assert after.sources == ["PostAuthentication_Authentication"]
        for recorder in (before, after):
            (event,) = recorder.events
            assert event["callerContext"]["clientId"] == alice.walker.client_id
            assert event["userName"] == "alice"
        assert after.requests[0]["newDeviceUsed"] is False

    def test_pre_authentication_refuses_the_right_password(self) -> None:
        """Its error is the sentence of the page."""
        engine = engine_with(pre_authentication=raising(RuntimeError("closed today")))
        with refused(
            "UserLambdaValidationException", "PreAuthentication failed with error closed today."
        ):
            pages(engine).begin()

    def test_post_authentication_runs_after_the_last_challenge(self) -> None:
        """Not before the code; and its error ends the sign-in."""
        after = Recorder()
        engine = engine_with(post_authentication=after)
        alice = by_sms(engine)
        challenge = alice.begin()
        assert not after.events
        assert on_pages.signed_in(alice.respond(challenge, SMS_MFA_CODE=alice.sent_code()))
        assert len(after.events) == 1

    def test_post_authentication_can_stop_a_sign_in(self) -> None:
        """A user whom the handler has deleted is not signed in."""

        def delete(event: Event, context: Any) -> Event:
            names = {"UserPoolId": event["userPoolId"], "Username": event["userName"]}
            engine.call("AdminDeleteUser", names)
            return event

        engine = engine_with(post_authentication=delete)
        with refused("UserNotFoundException"):
            pages(engine).begin()

    @pytest.mark.fact("T004")
    def test_user_migration_brings_a_user(self) -> None:
        """A name that the pool does not know is asked from UserMigration, with the app client."""
        migration = Recorder(CONFIRMED)
        engine = engine_with(user_migration=migration)
        pool_id = new_pool(engine)
        client = new_client(engine, pool_id, PreventUserExistenceErrors="ENABLED")
        bob = Pages(Walker(engine, pool_id, client["ClientId"], "bob"))
        assert on_pages.signed_in(bob.begin(name="bob"))
        (event,) = migration.events
        assert event["triggerSource"] == "UserMigration_Authentication"
        assert event["callerContext"]["clientId"] == client["ClientId"]

    @pytest.mark.fact("H059")
    def test_custom_auth_triggers_never_run(self) -> None:
        """DefineAuthChallenge is not asked on the pages."""
        define = Recorder()
        engine = engine_with(define_auth_challenge=define)
        assert on_pages.signed_in(pages(engine).begin())
        assert not define.events


class TestSecondFactor:
    """The challenges after the password."""

    @pytest.mark.fact("H058")
    def test_a_remembered_device_does_not_replace_the_code(self, engine: Engine) -> None:
        """The pages ask for the code each time, and give out no device."""
        alice = pages(engine, mfa="OPTIONAL", devices=ALWAYS_WITH_MFA)
        walker = alice.walker
        tokens = tokens_of(walker.by_password())
        secret = walker.enrol(tokens)
        walker.confirm_device(tokens)
        user = engine.pools[walker.user_pool_id].users.by_username("alice")
        assert user is not None
        known = len(list(user.devices))
        for _ in range(2):
            challenge = alice.begin()
            assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
            code = walker.code(secret)
            assert on_pages.signed_in(alice.respond(challenge, SOFTWARE_TOKEN_MFA_CODE=code))
            engine.clock.advance(30)
        assert len(list(user.devices)) == known

    @pytest.mark.fact("H056")
    def test_no_preference_and_two_factors_ask_for_a_choice(self, engine: Engine) -> None:
        """With TOTP and SMS on and none preferred the challenge is SELECT_MFA_TYPE."""
        phone = {"phone_number": "+15555550100"}
        alice = pages(engine, mfa="OPTIONAL", factors=("SoftwareToken", "Sms"), attributes=phone)
        alice.walker.enrol(tokens_of(alice.walker.by_password()), prefer=False)
        alice.walker.administer("AdminSetUserMFAPreference", SMSMfaSettings={"Enabled": True})
        challenge = alice.begin()
        assert challenge["ChallengeName"] == "SELECT_MFA_TYPE"
        assert alice.respond(challenge, ANSWER="SMS_MFA")["ChallengeName"] == "SMS_MFA"

    @pytest.mark.fact("H055")
    def test_optional_mfa_offers_no_set_up(self, engine: Engine) -> None:
        """Where MFA is optional, a user without a factor is signed in at once."""
        assert on_pages.signed_in(pages(engine, mfa="OPTIONAL").begin())

    @pytest.mark.fact("H062")
    def test_a_temporary_password_comes_first(self, engine: Engine) -> None:
        """NEW_PASSWORD_REQUIRED comes before everything else, and MFA_SETUP follows."""
        pool_id = new_pool(engine, mfa="ON")
        client = new_client(engine, pool_id)
        names = {"UserPoolId": pool_id, "Username": "alice"}
        engine.call("AdminCreateUser", {**names, "TemporaryPassword": PASSWORD})
        alice = Pages(Walker(engine, pool_id, client["ClientId"]))
        challenge = alice.begin()
        assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        after = alice.respond(challenge, NEW_PASSWORD=OTHER_PASSWORD)
        assert after["ChallengeName"] == "MFA_SETUP"

    @pytest.mark.parametrize("change", ["delete", "disable", "sign out", "new password"])
    def test_what_ends_a_sign_in_of_the_api_ends_one_of_the_pages(
        self, engine: Engine, change: str
    ) -> None:
        """A user who is deleted, disabled, signed out or has another password cannot go on."""
        alice = by_sms(engine)
        challenge = alice.begin()
        code = alice.sent_code()
        assert alice.step(on_pages.is_open, challenge)
        new = {"Password": OTHER_PASSWORD, "Permanent": True}
        operation, members = {
            "delete": ("AdminDeleteUser", {}),
            "disable": ("AdminDisableUser", {}),
            "sign out": ("AdminUserGlobalSignOut", {}),
            "new password": ("AdminSetUserPassword", new),
        }[change]
        alice.walker.administer(operation, **members)
        assert not alice.step(on_pages.is_open, challenge)
        with refused(NOT_AUTHORIZED):
            alice.respond(challenge, SMS_MFA_CODE=code)

    def test_a_session_is_of_one_client(self, engine: Engine) -> None:
        """A challenge of one app client cannot be answered at another one."""
        alice = by_sms(engine)
        challenge = alice.begin()
        other = new_client(engine, alice.walker.user_pool_id)["ClientId"]
        elsewhere = Pages(Walker(engine, alice.walker.user_pool_id, other))
        with refused(NOT_AUTHORIZED, INVALID):
            elsewhere.respond(challenge, SMS_MFA_CODE=alice.sent_code())


class TestSentCodes:
    """Codes that are sent, and sent again."""

    @pytest.mark.fact("H039")
    def test_a_session_lives_as_long_as_the_pages_say(self, engine: Engine) -> None:
        """The code works after AuthSessionValidity, until the end that the pages have set."""
        alice = by_sms(engine)
        challenge, code = alice.begin(), alice.sent_code()
        on_pages.keep_open(engine, challenge["Session"], engine.clock.time() + 300)
        engine.clock.advance(299)
        assert on_pages.signed_in(alice.respond(challenge, SMS_MFA_CODE=code))
        challenge, code = alice.begin(), alice.sent_code()
        on_pages.keep_open(engine, challenge["Session"], engine.clock.time() + 300)
        engine.clock.advance(300)
        assert not alice.step(on_pages.is_open, challenge)
        with refused(NOT_AUTHORIZED, "Invalid session for the user, session is expired."):
            alice.respond(challenge, SMS_MFA_CODE=code)

    @pytest.mark.fact("H057")
    def test_a_new_code_ends_the_one_before(self, engine: Engine) -> None:
        """The new code works, and the old one works with neither session."""
        alice = by_sms(engine)
        first, old = alice.begin(), alice.sent_code()
        second = alice.step(on_pages.send_again, first)
        assert second["ChallengeName"] == "SMS_MFA"
        with refused(NOT_AUTHORIZED):
            alice.respond(first, SMS_MFA_CODE=old)
        with refused("CodeMismatchException"):
            alice.respond(second, SMS_MFA_CODE=old)
        assert on_pages.signed_in(alice.respond(second, SMS_MFA_CODE=alice.sent_code()))

    @pytest.mark.fact("H055", "H057")
    def test_a_phone_number_is_set_up(self, engine: Engine) -> None:
        """The code goes to the number, which then is the user's and proven."""
        alice = pages(engine, mfa="ON", factors=("Sms",))
        challenge = alice.respond(alice.begin(), PHONE_NUMBER="+15555550123")
        assert challenge["ChallengeName"] == "SMS_MFA"
        message = engine.outbox.messages(username="alice", kind="mfa")[0]
        assert message.destination == "+15555550123"
        with refused("CodeMismatchException"):
            alice.respond(challenge, SMS_MFA_CODE="000000")
        user = engine.pools[alice.walker.user_pool_id].users.by_username("alice")
        assert user is not None
        assert "phone_number" not in user.attributes
        assert on_pages.signed_in(alice.respond(challenge, SMS_MFA_CODE=message.code))
        assert user.attributes["phone_number"] == "+15555550123"
        assert user.attributes["phone_number_verified"] == "true"
        assert alice.begin()["ChallengeName"] == "SMS_MFA"

    def test_a_new_code_of_a_set_up_goes_to_the_same_number(self, engine: Engine) -> None:
        """Sending again in a set-up does not lose the number that is set up."""
        alice = pages(engine, mfa="ON", factors=("Sms",))
        challenge = alice.respond(alice.begin(), PHONE_NUMBER="+15555550123")
        again = alice.step(on_pages.send_again, challenge)
        messages = engine.outbox.messages(username="alice", kind="mfa")
        assert [message.destination for message in messages] == ["+15555550123"] * 2
        assert on_pages.signed_in(alice.respond(again, SMS_MFA_CODE=messages[0].code))

    @pytest.mark.fact("H057")
    def test_one_can_go_back_from_the_code_of_a_set_up(self, engine: Engine) -> None:
        """MFA_SETUP comes again, and the code that was sent counts no longer."""
        alice = pages(engine, mfa="ON", factors=("SoftwareToken", "Email"))
        user = engine.pools[alice.walker.user_pool_id].users.by_username("alice")
        assert user is not None
        del user.attributes["email"]
        challenge = alice.respond(alice.begin(), EMAIL="new@example.com")
        assert challenge["ChallengeName"] == "EMAIL_OTP"
        code = alice.sent_code("new@example.com")
        back = alice.step(on_pages.set_up_again, challenge)
        assert back["ChallengeName"] == "MFA_SETUP"
        with refused(NOT_AUTHORIZED):
            alice.respond(challenge, EMAIL_OTP_CODE=code)

    def test_only_the_code_of_a_set_up_leads_back(self, engine: Engine) -> None:
        """Who has a factor cannot go to the set-up with the session of its code."""
        alice = by_sms(engine)
        with refused(NOT_AUTHORIZED, INVALID):
            alice.step(on_pages.set_up_again, alice.begin())

    def test_the_set_up_is_over_once_the_user_has_a_factor(self, engine: Engine) -> None:
        """A second sign-in that waits in MFA_SETUP, or for its code, cannot add another factor."""
        alice = pages(engine, mfa="ON", factors=("Sms",))
        early, other = alice.begin(), alice.begin()
        waiting = alice.respond(other, PHONE_NUMBER="+15555550124")
        late = alice.sent_code()
        challenge = alice.respond(alice.begin(), PHONE_NUMBER="+15555550123")
        assert on_pages.signed_in(alice.respond(challenge, SMS_MFA_CODE=alice.sent_code()))
        assert not alice.step(on_pages.is_open, early)
        with refused(NOT_AUTHORIZED, INVALID):
            alice.respond(early, PHONE_NUMBER="+15555550125")
        with refused(NOT_AUTHORIZED, INVALID):
            alice.respond(waiting, SMS_MFA_CODE=late)

    @pytest.mark.parametrize("number", ["555", "+1 555 555", "nobody@example.com"])
    def test_a_number_must_be_one(self, engine: Engine, number: str) -> None:
        """What is no phone number is refused as by the API's schema, and can be typed again."""
        alice = pages(engine, mfa="ON", factors=("Sms",))
        challenge = alice.begin()
        with refused("InvalidParameterException"):
            alice.respond(challenge, PHONE_NUMBER=number)
        assert alice.step(on_pages.is_open, challenge)

    def test_the_api_sets_up_no_phone_number(self, engine: Engine) -> None:
        """PHONE_NUMBER is a response of the pages alone."""
        walker = new_walker(engine, mfa="ON", factors=("Sms",))
        challenge = walker.by_password()
        with refused("SoftwareTokenMFANotFoundException"):
            walker.respond("MFA_SETUP", challenge["Session"], PHONE_NUMBER="+15555550123")

    def test_a_number_is_refused_where_the_pool_sends_no_sms(self, engine: Engine) -> None:
        """No other factor of the pool opens the way to SMS."""
        alice = pages(engine, mfa="ON")
        with refused("InvalidParameterException"):
            alice.respond(alice.begin(), PHONE_NUMBER="+15555550123")

    def test_a_number_of_somebody_else_is_refused(self, engine: Engine) -> None:
        """With phone numbers as aliases nobody takes over the number of another user."""
        pool_id = new_pool(engine, mfa="ON", factors=("Sms",), AliasAttributes=["phone_number"])
        client = new_client(engine, pool_id)
        other = pairs(phone_number="+15555550123", phone_number_verified="true")
        request = {"UserPoolId": pool_id, "Username": "bob", "UserAttributes": other}
        engine.call("AdminCreateUser", {**request, "MessageAction": "SUPPRESS"})
        alice = Pages(new_walker(engine, pool_id=pool_id, client=client))
        challenge = alice.respond(alice.begin(), PHONE_NUMBER="+15555550123")
        with refused("AliasExistsException"):
            alice.respond(challenge, SMS_MFA_CODE=alice.sent_code())
