"""Responses to SOFTWARE_TOKEN_MFA, SMS_MFA, EMAIL_OTP and SELECT_MFA_TYPE."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import Walker, new_walker, tokens_of

INVALID = "InvalidParameterException"
NOT_AUTHORIZED = "NotAuthorizedException"
PHONE = "+15555551234"


def wrong(code: str) -> str:
    """Return a code of the same length that differs from the given one."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


class TestSoftwareToken:
    """SOFTWARE_TOKEN_MFA."""

    @pytest.fixture(params=[False, True], ids=["public", "admin"])
    def walker(self, engine: Engine, request: pytest.FixtureRequest) -> Walker:
        """A user of a pool with optional MFA."""
        return new_walker(engine, mfa="OPTIONAL", admin=request.param)

    @pytest.fixture
    def secret(self, walker: Walker) -> str:
        """The secret of the user, who switched TOTP on."""
        return walker.enrol(tokens_of(walker.by_password()))

    def answer(self, walker: Walker, session: str, code: str, **extra: str) -> dict[str, Any]:
        """Answer the challenge."""
        return walker.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code, **extra)

    @pytest.mark.fact("A172b", "M114")
    def test_parameters_name_the_internal_user(self, walker: Walker, secret: str) -> None:
        """The challenge has the internal username, and no device name unless one was given."""
        challenge = walker.by_password()
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        assert challenge["ChallengeParameters"] == {"USER_ID_FOR_SRP": "alice"}

    @pytest.mark.fact("A171", "A172")
    def test_friendly_device_name_is_in_the_challenge(self, walker: Walker) -> None:
        """FriendlyDeviceName is in the challenge."""
        token = tokens_of(walker.by_password())["AccessToken"]
        secret = walker.call("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
        code = walker.code(secret)
        walker.call(
            "VerifySoftwareToken",
            AccessToken=token,
            UserCode=code,
            FriendlyDeviceName="My phone",
        )
        settings = {"Enabled": True}
        walker.call("SetUserMFAPreference", AccessToken=token, SoftwareTokenMfaSettings=settings)
        given = walker.by_password()["ChallengeParameters"]
        assert given["FRIENDLY_DEVICE_NAME"] == "My phone"

    @pytest.mark.fact("A176")
    def test_right_code_signs_in(self, walker: Walker, secret: str) -> None:
        """The code gives tokens, after either first factor."""
        assert tokens_of(walker.by_totp(walker.by_password(), secret))
        assert tokens_of(walker.by_totp(walker.by_srp(), secret))

    @pytest.mark.fact("A138", "A224", "A229", "A317", "N030b")
    def test_wrong_code_keeps_the_session(self, walker: Walker, secret: str) -> None:
        """Wrong codes are refused any number of times, and the right one then signs in."""
        session, code = walker.by_password()["Session"], walker.code(secret)
        for _ in range(6):
            with refused("CodeMismatchException", "Invalid code received for user"):
                self.answer(walker, session, wrong(code))
        assert tokens_of(self.answer(walker, session, code))

    @pytest.mark.parametrize("code", ["12345", "abcdef", "1234567"])
    def test_invalid_text_is_a_wrong_code(self, walker: Walker, secret: str, code: str) -> None:
        """Text that is not a code is refused as a wrong code."""
        session = walker.by_password()["Session"]
        with refused("CodeMismatchException", "Invalid code received for user"):
            self.answer(walker, session, code)

    @pytest.mark.fact("A226", "A228")
    def test_code_works_once(self, walker: Walker, secret: str) -> None:
        """A used code is refused, and the session accepts another code."""
        code = walker.code(secret)
        assert tokens_of(self.answer(walker, walker.by_password()["Session"], code))
        session = walker.by_password()["Session"]
        with refused("ExpiredCodeException", "Your software token has already been used once."):
            self.answer(walker, session, code)
        walker.engine.clock.advance(30)
        assert tokens_of(self.answer(walker, session, walker.code(secret)))

    @pytest.mark.fact("A215", "A230", "A215b", "M118")
    @pytest.mark.parametrize(("seconds", "accepted"), [(-60, 0), (-30, 1), (30, 1), (60, 0)])
    def test_code_is_accepted_one_step_off(
        self, walker: Walker, secret: str, seconds: int, accepted: int
    ) -> None:
        """A code one step off is accepted; a stale one is wrong."""
        walker.engine.clock.advance(120)
        session, code = walker.by_password()["Session"], walker.code(secret, seconds)
        if accepted:
            assert tokens_of(self.answer(walker, session, code))
        else:
            with refused("CodeMismatchException", "Invalid code received for user"):
                self.answer(walker, session, code)

    @pytest.mark.fact("A231")
    def test_extra_sms_code_is_ignored(self, walker: Walker, secret: str) -> None:
        """SMS_MFA_CODE beside the right member is ignored."""
        session, code = walker.by_password()["Session"], walker.code(secret)
        assert tokens_of(self.answer(walker, session, code, SMS_MFA_CODE=code))

    @pytest.mark.fact("A117", "A178")
    @pytest.mark.parametrize("missing", ["USERNAME", "SOFTWARE_TOKEN_MFA_CODE"])
    def test_missing_response_is_named(self, walker: Walker, secret: str, missing: str) -> None:
        """A missing response is refused by name."""
        session = walker.by_password()["Session"]
        responses = {"SOFTWARE_TOKEN_MFA_CODE": walker.code(secret), missing: None}
        with refused(INVALID, f"Missing required parameter {missing}"):
            walker.respond("SOFTWARE_TOKEN_MFA", session, **responses)

    @pytest.mark.fact("A146")
    def test_missing_session_is_refused(self, walker: Walker, secret: str) -> None:
        """A code without a Session is refused."""
        with refused(INVALID, "Missing required parameter Session"):
            walker.respond("SOFTWARE_TOKEN_MFA", SOFTWARE_TOKEN_MFA_CODE=walker.code(secret))

    @pytest.mark.fact("A203")
    def test_user_is_asked_after_the_pool_turned_totp_off(
        self, walker: Walker, secret: str
    ) -> None:
        """Users with a token are asked even after the pool turned TOTP off."""
        factor = {"SoftwareTokenMfaConfiguration": {"Enabled": False}}
        config = {"MfaConfiguration": "OPTIONAL", **factor}
        walker.call("SetUserPoolMfaConfig", UserPoolId=walker.user_pool_id, **config)
        assert tokens_of(walker.by_totp(walker.by_password(), secret))

    def test_deleted_token_is_refused(self, walker: Walker, secret: str) -> None:
        """After an administrator deleted the token, its codes are refused."""
        session, code = walker.by_password()["Session"], walker.code(secret)
        walker.administer("AdminDeleteSoftwareToken")
        text = "Software Token MFA does not exist for the user."
        with refused("SoftwareTokenMFANotFoundException", text):
            self.answer(walker, session, code)

    def test_mfa_off_asks_no_user(self, walker: Walker, secret: str) -> None:
        """With MFA OFF no user is asked for a code."""
        config = {"UserPoolId": walker.user_pool_id, "MfaConfiguration": "OFF"}
        walker.call("SetUserPoolMfaConfig", **config)
        assert tokens_of(walker.by_password())


class TestOneTimeCodes:
    """SMS_MFA and EMAIL_OTP as second factors."""

    @pytest.fixture(params=["SMS_MFA", "EMAIL_OTP"])
    def factor(self, request: pytest.FixtureRequest) -> str:
        """The factor: SMS_MFA or EMAIL_OTP."""
        return str(request.param)

    @pytest.fixture
    def walker(self, engine: Engine, factor: str) -> Walker:
        """A user who switched that factor on."""
        attributes = {"phone_number": PHONE}
        walker = new_walker(engine, mfa="OPTIONAL", factors=("Sms", "Email"), attributes=attributes)
        member = "SMSMfaSettings" if factor == "SMS_MFA" else "EmailMfaSettings"
        walker.administer("AdminSetUserMFAPreference", **{member: {"Enabled": True}})
        return walker

    def sent(self, walker: Walker) -> str:
        """Return the newest code."""
        return walker.engine.outbox.messages(username="alice", kind="mfa")[0].code

    def answer(self, walker: Walker, factor: str, session: str, code: str) -> dict[str, Any]:
        """Answer the challenge."""
        return walker.respond(factor, session, **{f"{factor}_CODE": code})

    @pytest.mark.fact("A173", "A174")
    def test_parameters_mask_the_destination(self, walker: Walker, factor: str) -> None:
        """The challenge has the masked destination of the code."""
        challenge = walker.by_password()
        sms = {"medium": "SMS", "destination": "+*******1234"}
        email = {"medium": "EMAIL", "destination": "a***@e***"}
        expected = sms if factor == "SMS_MFA" else email
        assert challenge["ChallengeName"] == factor
        assert challenge["ChallengeParameters"] == {
            "CODE_DELIVERY_DELIVERY_MEDIUM": expected["medium"],
            "CODE_DELIVERY_DESTINATION": expected["destination"],
            "USER_ID_FOR_SRP": "alice",
        }

    def test_right_code_signs_in(self, walker: Walker, factor: str) -> None:
        """The code that was sent gives tokens."""
        session = walker.by_srp()["Session"]
        assert tokens_of(self.answer(walker, factor, session, self.sent(walker)))

    @pytest.mark.fact("A187")
    def test_sms_code_has_six_digits_and_email_code_eight(
        self, walker: Walker, factor: str
    ) -> None:
        """SMS codes have six digits, email codes eight."""
        walker.by_password()
        assert len(self.sent(walker)) == (6 if factor == "SMS_MFA" else 8)

    @pytest.mark.fact("A144", "A188", "A225", "A317", "M119")
    def test_wrong_code_keeps_the_session(self, walker: Walker, factor: str) -> None:
        """Six wrong codes in a row do not use up the session."""
        session, code = walker.by_password()["Session"], self.sent(walker)
        for _ in range(6):
            with refused("CodeMismatchException", "Invalid code or auth state for the user."):
                self.answer(walker, factor, session, wrong(code))
        assert tokens_of(self.answer(walker, factor, session, code))

    def test_code_belongs_to_its_sign_in(self, walker: Walker, factor: str) -> None:
        """Each sign-in has its own code."""
        first = walker.by_password()["Session"]
        code = self.sent(walker)
        second = walker.by_password()["Session"]
        with refused("CodeMismatchException", "Invalid code or auth state for the user."):
            self.answer(walker, factor, second, code)
        assert tokens_of(self.answer(walker, factor, first, code))

    @pytest.mark.fact("A232")
    def test_code_lives_as_long_as_its_session(self, walker: Walker, factor: str) -> None:
        """The code lives as long as its session."""
        session, code = walker.by_password()["Session"], self.sent(walker)
        walker.engine.clock.advance(180)
        with refused(NOT_AUTHORIZED, "Invalid session for the user, session is expired."):
            self.answer(walker, factor, session, code)

    @pytest.mark.fact("A117")
    def test_missing_code_is_named(self, walker: Walker, factor: str) -> None:
        """A missing code is refused by name."""
        session = walker.by_password()["Session"]
        with refused(INVALID, f"Missing required parameter {factor}_CODE"):
            walker.respond(factor, session)

    @pytest.mark.fact("A233")
    def test_sms_code_verifies_the_phone_number(self, walker: Walker, factor: str) -> None:
        """An SMS code verifies the phone number; an email code verifies nothing."""
        self.answer(walker, factor, walker.by_password()["Session"], self.sent(walker))
        attributes = walker.administer("AdminGetUser")["UserAttributes"]
        verified = {"Name": "phone_number_verified", "Value": "true"} in attributes
        assert verified is (factor == "SMS_MFA")

    @pytest.mark.fact("A233")
    @pytest.mark.parametrize("other", ["+15555550177", None])
    def test_a_code_proves_no_number_but_its_own(
        self, walker: Walker, factor: str, other: str | None
    ) -> None:
        """The number was changed or deleted after the code was sent: nothing is verified."""
        session, code = walker.by_password()["Session"], self.sent(walker)
        if other is None:
            walker.administer("AdminDeleteUserAttributes", UserAttributeNames=["phone_number"])
        else:
            changed = [{"Name": "phone_number", "Value": other}]
            walker.administer("AdminUpdateUserAttributes", UserAttributes=changed)
        assert tokens_of(self.answer(walker, factor, session, code))
        shown = walker.administer("AdminGetUser")["UserAttributes"]
        assert {"Name": "phone_number_verified", "Value": "true"} not in shown

    def test_factor_without_destination_is_not_asked(self, walker: Walker, factor: str) -> None:
        """A code that could not be sent is not asked for."""
        name = "phone_number" if factor == "SMS_MFA" else "email"
        walker.administer("AdminDeleteUserAttributes", UserAttributeNames=[name])
        assert tokens_of(walker.by_password())


class TestSelectMfaType:
    """SELECT_MFA_TYPE: several factors are on and none is preferred."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user of a pool with every factor."""
        return new_walker(
            engine,
            mfa="OPTIONAL",
            factors=("SoftwareToken", "Sms", "Email"),
            attributes={"phone_number": PHONE},
        )

    @pytest.fixture
    def secret(self, walker: Walker) -> str:
        """The TOTP secret of the user, who switched all three factors on and prefers none."""
        secret = walker.enrol(tokens_of(walker.by_password()), prefer=False)
        on = {"Enabled": True}
        walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=on, EmailMfaSettings=on)
        return secret

    @pytest.mark.fact("A175", "A316", "M111")
    def test_choice_is_json_in_a_string(self, walker: Walker, secret: str) -> None:
        """The parameter with the choice is JSON in a string."""
        challenge = walker.by_password()
        assert challenge["ChallengeName"] == "SELECT_MFA_TYPE"
        given = challenge["ChallengeParameters"]
        factors = ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]
        assert json.loads(given["MFAS_CAN_CHOOSE"]) == factors
        assert given["USER_ID_FOR_SRP"] == "alice"

    def test_totp_can_be_chosen(self, walker: Walker, secret: str) -> None:
        """The chosen factor is asked for with a new Session and gives tokens."""
        session = walker.by_password()["Session"]
        challenge = walker.respond("SELECT_MFA_TYPE", session, ANSWER="SOFTWARE_TOKEN_MFA")
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        assert challenge["Session"] != session
        assert tokens_of(walker.by_totp(challenge, secret))

    @pytest.mark.fact("A175")
    @pytest.mark.parametrize(
        ("answer", "asked"),
        [("SMS_MFA", "SMS_MFA"), ("EMAIL_OTP", "EMAIL_OTP"), ("EMAIL_MFA", "EMAIL_OTP")],
    )
    def test_code_is_sent_only_once_chosen(
        self, walker: Walker, secret: str, answer: str, asked: str
    ) -> None:
        """A code is sent only after its factor is chosen; EMAIL_MFA is a synonym of EMAIL_OTP."""
        session = walker.by_password()["Session"]
        assert not walker.engine.outbox.messages(kind="mfa")
        challenge = walker.respond("SELECT_MFA_TYPE", session, ANSWER=answer)
        assert challenge["ChallengeName"] == asked
        code = walker.engine.outbox.messages(kind="mfa")[0].code
        assert tokens_of(walker.respond(asked, challenge["Session"], **{f"{asked}_CODE": code}))

    def test_factor_not_offered_is_refused(self, walker: Walker, secret: str) -> None:
        """A factor that was not offered is refused, and another can be chosen."""
        session = walker.by_password()["Session"]
        with refused(INVALID):
            walker.respond("SELECT_MFA_TYPE", session, ANSWER="PASSWORD")
        assert walker.respond("SELECT_MFA_TYPE", session, ANSWER="SMS_MFA")["Session"]

    @pytest.mark.fact("A179")
    def test_session_of_the_choice_takes_no_code(self, walker: Walker, secret: str) -> None:
        """A code sent with the session of the choice is refused."""
        session, code = walker.by_password()["Session"], walker.code(secret)
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)

    @pytest.mark.fact("A175")
    def test_preferred_factor_is_asked_at_once(self, walker: Walker, secret: str) -> None:
        """With a preferred factor there is no choice."""
        preferred = {"Enabled": True, "PreferredMfa": True}
        walker.administer("AdminSetUserMFAPreference", SoftwareTokenMfaSettings=preferred)
        assert walker.by_password()["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


class TestRequiredMfa:
    """A pool with MFA ON, SMS and TOTP, for a user without a factor."""

    @pytest.mark.fact("M102")
    def test_user_with_phone_number_is_asked_for_sms(self, engine: Engine) -> None:
        """A user with a phone number is asked for an SMS code at once."""
        walker = new_walker(
            engine,
            mfa="ON",
            factors=("SoftwareToken", "Sms"),
            attributes={"phone_number": PHONE},
        )
        challenge = walker.by_password()
        assert challenge["ChallengeName"] == "SMS_MFA"
        code = engine.outbox.messages(kind="mfa")[0].code
        assert tokens_of(walker.respond("SMS_MFA", challenge["Session"], SMS_MFA_CODE=code))

    @pytest.mark.fact("A204", "M102")
    def test_user_without_phone_number_sets_up_totp(self, engine: Engine) -> None:
        """A user without a phone number sets up TOTP."""
        walker = new_walker(engine, mfa="ON", factors=("SoftwareToken", "Sms"))
        challenge = walker.by_password()
        assert challenge["ChallengeName"] == "MFA_SETUP"
        given = challenge["ChallengeParameters"]["MFAS_CAN_SETUP"]
        assert json.loads(given) == ["SOFTWARE_TOKEN_MFA"]

    def test_sms_code_does_not_verify_alias_of_another_user(self, engine: Engine) -> None:
        """An SMS code does not verify a number that is another user's alias by then."""
        walker = new_walker(
            engine,
            mfa="ON",
            factors=("Sms",),
            AliasAttributes=["phone_number"],
            attributes={"phone_number": PHONE},
        )
        client = {"ClientId": walker.client_id}
        bob = new_walker(engine, username="bob", pool_id=walker.user_pool_id, client=client)
        pairs = {"phone_number": PHONE, "phone_number_verified": "true"}
        attributes = [{"Name": name, "Value": value} for name, value in pairs.items()]
        bob.administer("AdminUpdateUserAttributes", UserAttributes=attributes)
        session = walker.by_password()["Session"]
        code = engine.outbox.messages(kind="mfa")[0].code
        assert tokens_of(walker.respond("SMS_MFA", session, SMS_MFA_CODE=code))
        shown = walker.administer("AdminGetUser")["UserAttributes"]
        assert {"Name": "phone_number_verified", "Value": "true"} not in shown
