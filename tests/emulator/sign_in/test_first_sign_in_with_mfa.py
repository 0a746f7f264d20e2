"""Sign-ins in pools with MFA ON by users who have switched no factor on, as they were measured."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.operations.test_mfa_preferences import OFF, ON, PREFERRED, shown
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, as_dict, refused
from tests.emulator.support.walker import Walker, new_walker, tokens_of

PHONE = {"phone_number": "+15555551234"}
NEW = "new@example.org"
CODES = {"SMS_MFA": "SMS_MFA_CODE", "EMAIL_OTP": "EMAIL_OTP_CODE"}


def on_pool(engine: Engine, *factors: str, email: bool = True, **settings: Any) -> Walker:
    """Return a user in a pool with MFA ON and these factors; their contacts are unverified."""
    walker = new_walker(engine, mfa="ON", factors=factors, confirmed=False, **settings)
    walker.administer("AdminConfirmSignUp")
    if not email:
        walker.administer("AdminDeleteUserAttributes", UserAttributeNames=["email"])
    return walker


def answer_code(walker: Walker, challenge: dict[str, Any]) -> dict[str, Any]:
    """Answer a challenge with the code that was sent for it."""
    name = challenge["ChallengeName"]
    code = walker.engine.outbox.messages(username=walker.username, kind="mfa")[0].code
    return walker.respond(name, challenge["Session"], **{CODES[name]: code})


def to_set_up(challenge: dict[str, Any]) -> list[str]:
    """Return MFAS_CAN_SETUP of a challenge that must be MFA_SETUP."""
    assert challenge["ChallengeName"] == "MFA_SETUP"
    return list(json.loads(challenge["ChallengeParameters"]["MFAS_CAN_SETUP"]))


class TestAutomaticChallenge:
    """A factor that needs no set-up is asked for at once."""

    @pytest.mark.fact("M100", "M103", "M105")
    def test_unverified_email_is_asked_before_totp_is_set_up(self, engine: Engine) -> None:
        """An unverified address gets the code, and the user's factors stay unset."""
        walker = on_pool(engine, "SoftwareToken", "Email")
        challenge = walker.by_password()
        assert challenge["ChallengeName"] == "EMAIL_OTP"
        assert tokens_of(answer_code(walker, challenge))
        assert shown(walker) == (None, None)

    @pytest.mark.fact("M101")
    def test_only_contact_is_asked(self, engine: Engine) -> None:
        """With SMS and email, a user with only an address gets EMAIL_OTP."""
        walker = on_pool(engine, "Sms", "Email")
        assert walker.by_password()["ChallengeName"] == "EMAIL_OTP"

    @pytest.mark.fact("M101", "M103", "M104", "M105", "M111")
    def test_user_with_both_contacts_chooses(self, engine: Engine) -> None:
        """With both contacts the user chooses; that enables and prefers nothing by itself."""
        walker = on_pool(engine, "Sms", "Email", attributes=PHONE)
        challenge = walker.by_password()
        assert challenge["ChallengeName"] == "SELECT_MFA_TYPE"
        choice = json.loads(challenge["ChallengeParameters"]["MFAS_CAN_CHOOSE"])
        assert sorted(choice) == ["EMAIL_OTP", "SMS_MFA"]
        chosen = walker.respond("SELECT_MFA_TYPE", challenge["Session"], ANSWER="SMS_MFA")
        token = tokens_of(answer_code(walker, chosen))["AccessToken"]
        assert shown(walker) == (None, None)
        walker.call("SetUserMFAPreference", AccessToken=token, SMSMfaSettings=ON)
        assert shown(walker) == (["SMS_MFA"], None)

    @pytest.mark.fact("M102")
    def test_unverified_phone_is_asked_before_totp_is_set_up(self, engine: Engine) -> None:
        """With SMS and TOTP, an unverified number gets SMS_MFA; without one TOTP is set up."""
        walker = on_pool(engine, "SoftwareToken", "Sms", attributes=PHONE)
        assert walker.by_password()["ChallengeName"] == "SMS_MFA"
        walker.administer("AdminDeleteUserAttributes", UserAttributeNames=["phone_number"])
        assert to_set_up(walker.by_password()) == ["SOFTWARE_TOKEN_MFA"]

    @pytest.mark.fact("M122")
    def test_new_password_is_followed_by_sms(self, engine: Engine) -> None:
        """NEW_PASSWORD_REQUIRED leads to SMS_MFA."""
        walker = on_pool(engine, "Sms", attributes=PHONE)
        walker.administer("AdminSetUserPassword", Password=PASSWORD, Permanent=False)
        session = walker.by_password()["Session"]
        after = walker.respond("NEW_PASSWORD_REQUIRED", session, NEW_PASSWORD=OTHER_PASSWORD)
        assert after["ChallengeName"] == "SMS_MFA"
        assert tokens_of(answer_code(walker, after))

    @pytest.mark.fact("M124")
    def test_abandoned_challenge_does_not_disturb_the_next_sign_in(self, engine: Engine) -> None:
        """After a challenge without a response, the next sign-in works."""
        walker = on_pool(engine, "Sms", attributes=PHONE)
        walker.by_password()
        assert tokens_of(answer_code(walker, walker.by_password()))


class TestEmailSetUp:
    """MFA_SETUP with an email address."""

    @pytest.fixture(params=[False, True], ids=["public", "admin"])
    def walker(self, engine: Engine, request: pytest.FixtureRequest) -> Walker:
        """A user without an email address, in a pool with email and TOTP."""
        walker = on_pool(engine, "SoftwareToken", "Email", email=False)
        walker.admin = request.param
        return walker

    @pytest.mark.fact("M112")
    def test_email_can_be_set_up(self, walker: Walker) -> None:
        """MFAS_CAN_SETUP has both factors."""
        assert to_set_up(walker.by_password()) == ["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]

    @pytest.mark.fact("M112")
    def test_email_alone_can_be_set_up(self, engine: Engine) -> None:
        """In a pool with email alone, MFAS_CAN_SETUP has email alone."""
        walker = on_pool(engine, "Email", email=False)
        assert to_set_up(walker.by_password()) == ["EMAIL_OTP"]

    @pytest.mark.fact("M113")
    def test_code_to_the_given_address_signs_in(self, walker: Walker) -> None:
        """EMAIL sends a code to that address; with the code come tokens and the attribute."""
        challenge = walker.by_password()
        sent = walker.respond("MFA_SETUP", challenge["Session"], EMAIL=NEW)
        assert sent["ChallengeName"] == "EMAIL_OTP"
        assert sent["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "n***@e***"
        message = walker.engine.outbox.messages(username="alice", kind="mfa")[0]
        assert message.destination == NEW
        assert tokens_of(answer_code(walker, sent))
        attributes = as_dict(walker.administer("AdminGetUser")["UserAttributes"])
        assert (attributes["email"], attributes["email_verified"]) == (NEW, "true")
        assert walker.by_password()["ChallengeName"] == "EMAIL_OTP"

    @pytest.mark.fact("M113")
    def test_address_counts_only_with_its_code(self, walker: Walker) -> None:
        """A wrong code gives neither tokens nor the address, and the session stays usable."""
        sent = walker.respond("MFA_SETUP", walker.by_password()["Session"], EMAIL=NEW)
        with refused("CodeMismatchException", "Invalid code or auth state for the user."):
            walker.respond("EMAIL_OTP", sent["Session"], EMAIL_OTP_CODE="wrong")
        assert "email" not in as_dict(walker.administer("AdminGetUser")["UserAttributes"])
        assert tokens_of(answer_code(walker, sent))

    @pytest.mark.fact("M113")
    def test_malformed_address_is_refused(self, walker: Walker) -> None:
        """An address of the wrong form is refused, and another can be given."""
        session = walker.by_password()["Session"]
        with refused("InvalidParameterException"):
            walker.respond("MFA_SETUP", session, EMAIL="nowhere")
        assert walker.respond("MFA_SETUP", session, EMAIL=NEW)["ChallengeName"] == "EMAIL_OTP"

    @pytest.mark.parametrize("sent_before", [True, False])
    def test_email_cannot_replace_a_factor(self, engine: Engine, sent_before: bool) -> None:
        """A session from before the set-up of TOTP sets up no address, and gives no tokens."""
        walker = on_pool(engine, "SoftwareToken", "Email", email=False)
        session = walker.by_password()["Session"]
        if sent_before:
            challenge = walker.respond("MFA_SETUP", session, EMAIL=NEW)
        walker.set_up(walker.by_password())
        with refused("NotAuthorizedException", "Invalid session for the user."):
            if sent_before:
                answer_code(walker, challenge)
            else:
                walker.respond("MFA_SETUP", session, EMAIL=NEW)
        assert "email" not in as_dict(walker.administer("AdminGetUser")["UserAttributes"])

    def test_email_must_fit_the_schema(self, engine: Engine) -> None:
        """An address that the pool would not take at sign-up is refused here too."""
        walker = on_pool(engine, "Email", email=False)
        with refused("InvalidParameterException"):
            walker.respond("MFA_SETUP", walker.by_password()["Session"], EMAIL="a@" + "b" * 2_047)

    @pytest.mark.fact("M113")
    def test_pool_without_email_takes_no_address(self, engine: Engine) -> None:
        """Where email is not a factor of the pool, EMAIL sets nothing up."""
        walker = on_pool(engine, "SoftwareToken", email=False)
        with refused("SoftwareTokenMFANotFoundException"):
            walker.respond("MFA_SETUP", walker.by_password()["Session"], EMAIL=NEW)


class TestVerifiedToken:
    """VerifySoftwareToken in a pool with MFA ON changes no preference."""

    def verify(self, walker: Walker, token: str) -> str:
        """Verify a software token by access token and return its secret."""
        secret = str(walker.call("AssociateSoftwareToken", AccessToken=token)["SecretCode"])
        walker.call("VerifySoftwareToken", AccessToken=token, UserCode=walker.code(secret))
        walker.engine.clock.advance(30)
        return secret

    @pytest.mark.fact("M106", "A209")
    def test_token_is_neither_listed_nor_preferred(self, engine: Engine) -> None:
        """Nothing is listed after the set-up, but the next sign-in asks for the token."""
        walker = on_pool(engine, "SoftwareToken")
        secret, _ = walker.set_up(walker.by_password())
        assert shown(walker) == (None, None)
        challenge = walker.by_password()
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        assert tokens_of(walker.by_totp(challenge, secret))
        assert shown(walker) == (None, None)

    @pytest.mark.fact("M106")
    def test_other_factor_stays_as_it_was(self, engine: Engine) -> None:
        """Beside SMS, the list and the preference stay, and the next sign-in lets choose."""
        walker = on_pool(engine, "SoftwareToken", "Sms", attributes=PHONE)
        walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=ON)
        token = tokens_of(answer_code(walker, walker.by_password()))["AccessToken"]
        self.verify(walker, token)
        assert shown(walker) == (["SMS_MFA"], None)
        assert walker.by_password()["ChallengeName"] == "SELECT_MFA_TYPE"

    @pytest.mark.fact("M106")
    @pytest.mark.parametrize(
        ("settings", "asked"), [(ON, "SELECT_MFA_TYPE"), (PREFERRED, "SOFTWARE_TOKEN_MFA")]
    )
    def test_preference_decides(
        self, engine: Engine, settings: dict[str, bool], asked: str
    ) -> None:
        """Once the user sets a preference, it decides about the token."""
        walker = on_pool(engine, "SoftwareToken", "Sms", attributes=PHONE)
        walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=ON)
        token = tokens_of(answer_code(walker, walker.by_password()))["AccessToken"]
        self.verify(walker, token)
        walker.call("SetUserMFAPreference", AccessToken=token, SoftwareTokenMfaSettings=settings)
        assert walker.by_password()["ChallengeName"] == asked
        walker.call("SetUserMFAPreference", AccessToken=token, SoftwareTokenMfaSettings=OFF)
        assert walker.by_password()["ChallengeName"] == "SMS_MFA"
