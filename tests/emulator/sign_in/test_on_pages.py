"""Sign-ins on the pages: the engine's rules and triggers, without flows, devices and tokens."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.sign_in import on_pages
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, refused
from tests.emulator.support.migration import CONFIRMED
from tests.emulator.support.on_pages import Pages, by_sms, pages
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
