"""Second tries after a refusal, and the texts of refusals, as they were measured."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.sign_in.test_mfa_codes import wrong
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, as_dict, refused
from tests.emulator.support.walker import ALWAYS, Walker, new_walker, tokens_of

INVALID = "InvalidParameterException"
NOT_AUTHORIZED = "NotAuthorizedException"
NO_BASE64 = "Invalid PASSWORD_CLAIM_SIGNATURE format. Must be a Base64 string."
NAMES = {"given_name": "Bob", "family_name": "Doe"}
PHONE = {"phone_number": "+15555551234"}
BOTH = pytest.mark.parametrize("admin", [False, True], ids=["public", "admin"])


class TestVerifySoftwareToken:
    """A wrong code at VerifySoftwareToken."""

    @pytest.mark.fact("M115", "M116", "A218b")
    def test_session_stays_usable(self, engine: Engine) -> None:
        """With a Session the text is short, and the right code follows with the same Session."""
        walker = new_walker(engine, mfa="ON")
        begun = walker.call("AssociateSoftwareToken", Session=walker.by_password()["Session"])
        code = walker.code(begun["SecretCode"])
        request = {"Session": begun["Session"]}
        with refused("EnableSoftwareTokenMFAException", "Code mismatch"):
            walker.call("VerifySoftwareToken", **request, UserCode=wrong(code))
        assert walker.call("VerifySoftwareToken", **request, UserCode=code)["Status"] == "SUCCESS"

    @pytest.mark.fact("M117", "A216", "A218")
    def test_access_token_stays_usable(self, engine: Engine) -> None:
        """With an AccessToken the text is longer, and the right code follows."""
        walker = new_walker(engine, mfa="OPTIONAL")
        request = {"AccessToken": tokens_of(walker.by_password())["AccessToken"]}
        code = walker.code(walker.call("AssociateSoftwareToken", **request)["SecretCode"])
        text = "Code mismatch and fail enable Software Token MFA"
        with refused("EnableSoftwareTokenMFAException", text):
            walker.call("VerifySoftwareToken", **request, UserCode=wrong(code))
        assert walker.call("VerifySoftwareToken", **request, UserCode=code)["Status"] == "SUCCESS"


class TestCodes:
    """Wrong codes at sign-in."""

    @pytest.mark.fact("M118", "A215")
    def test_code_of_the_next_step_is_accepted(self, engine: Engine) -> None:
        """A TOTP code that is one step early signs in."""
        walker = new_walker(engine, mfa="OPTIONAL")
        secret = walker.enrol(tokens_of(walker.by_password()))
        code = walker.code(secret, seconds=30)
        session = walker.by_password()["Session"]
        assert tokens_of(
            walker.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)
        )

    @pytest.mark.fact("M119", "M120")
    @pytest.mark.parametrize(("factor", "challenge"), [("Sms", "SMS_MFA"), ("Email", "EMAIL_OTP")])
    def test_text_that_is_no_code_keeps_the_session(
        self, engine: Engine, factor: str, challenge: str
    ) -> None:
        """Text that is not even digits is a wrong code; the right one follows."""
        walker = new_walker(engine, mfa="ON", factors=(factor,), attributes=PHONE)
        session = walker.by_password()["Session"]
        with refused("CodeMismatchException", "Invalid code or auth state for the user."):
            walker.respond(challenge, session, **{f"{challenge}_CODE": "incorrect-code"})
        code = engine.outbox.messages(kind="mfa")[0].code
        assert tokens_of(walker.respond(challenge, session, **{f"{challenge}_CODE": code}))


class TestNewPassword:
    """NEW_PASSWORD_REQUIRED."""

    @pytest.fixture(params=[False, True], ids=["public", "admin"])
    def walker(self, engine: Engine, request: pytest.FixtureRequest) -> Walker:
        """Bob, with a temporary password, without the two attributes that his pool requires."""
        schema = [{"Name": name, "Required": True} for name in ("given_name", "family_name")]
        schema.append({"Name": "team", "AttributeDataType": "String", "Mutable": False})
        names = {"given_name": "Alice", "family_name": "Doe"}
        walker = new_walker(engine, Schema=schema, attributes=names)
        walker.username, walker.admin = "bob", request.param
        attributes = {"email": "bob@example.com", "email_verified": "true", "custom:team": "a"}
        pairs = [{"Name": name, "Value": value} for name, value in attributes.items()]
        walker.administer("AdminCreateUser", TemporaryPassword=PASSWORD, UserAttributes=pairs)
        return walker

    def answer(
        self, walker: Walker, session: str, password: str = OTHER_PASSWORD, **attributes: str
    ) -> dict[str, Any]:
        """Answer with a password and these attributes; two underscores stand for a colon."""
        named = {f"userAttributes.{n.replace('__', ':')}": v for n, v in attributes.items()}
        return walker.respond("NEW_PASSWORD_REQUIRED", session, NEW_PASSWORD=password, **named)

    @pytest.mark.fact("M121", "A169b")
    def test_weak_password_keeps_the_session(self, walker: Walker) -> None:
        """After a password that is too weak, another is accepted."""
        session = walker.by_password()["Session"]
        with refused("InvalidPasswordException"):
            self.answer(walker, session, **NAMES, password="weak")
        assert tokens_of(self.answer(walker, session, **NAMES))

    @pytest.mark.fact("M123")
    def test_other_attributes_may_be_given(self, walker: Walker) -> None:
        """Required attributes are listed with their prefix, and others may come with them."""
        challenge = walker.by_password()
        required = json.loads(challenge["ChallengeParameters"]["requiredAttributes"])
        assert sorted(required) == ["userAttributes.family_name", "userAttributes.given_name"]
        names = {**NAMES, "nickname": "Bo"}
        assert tokens_of(self.answer(walker, challenge["Session"], **names))
        user = walker.administer("AdminGetUser")
        assert names.items() <= as_dict(user["UserAttributes"]).items()

    @pytest.mark.fact("A058")
    @pytest.mark.parametrize(
        ("given", "missing"),
        [({}, "given_name and family_name"), ({"given_name": "Bob"}, "family_name")],
    )
    def test_missing_attributes_are_named(
        self, walker: Walker, given: dict[str, str], missing: str
    ) -> None:
        """The refusal names every required attribute that is missing."""
        session = walker.by_password()["Session"]
        with refused(INVALID, f"Invalid attributes given, {missing} is missing"):
            self.answer(walker, session, **given)

    @pytest.mark.fact("A168")
    @pytest.mark.parametrize("name", ["email_verified", "sub", "custom__team"])
    def test_attribute_that_clients_cannot_set_is_refused(self, walker: Walker, name: str) -> None:
        """What only Cognito sets, and an immutable attribute with a value, are not mutable."""
        session = walker.by_password()["Session"]
        shown = name.replace("__", ":")
        with refused(INVALID, f"Cannot modify the non-mutable attribute {shown}"):
            self.answer(walker, session, **{name: "true"})

    @pytest.mark.fact("A168b")
    def test_attribute_with_a_value_is_refused(self, walker: Walker) -> None:
        """A mutable attribute that has a value cannot be set again."""
        session = walker.by_password()["Session"]
        with refused(NOT_AUTHORIZED, "Cannot modify an already provided email"):
            self.answer(walker, session, email="other@example.com")


class TestResponses:
    """Members of challenge responses that are missing or malformed."""

    @BOTH
    @pytest.mark.fact("A117")
    def test_missing_challenge_responses_are_refused(self, engine: Engine, admin: bool) -> None:
        """A request without ChallengeResponses is refused with a text of its own."""
        walker = new_walker(engine, mfa="ON")
        request = {
            "ClientId": walker.client_id,
            "ChallengeName": "MFA_SETUP",
            "Session": walker.by_password()["Session"],
        }
        operation = "RespondToAuthChallenge"
        if admin:
            operation = f"Admin{operation}"
            request["UserPoolId"] = walker.user_pool_id
        with refused(INVALID, "Missing required parameter challenge responses."):
            walker.call(operation, **request)

    @BOTH
    @pytest.mark.fact("A158")
    @pytest.mark.parametrize("signature", ["no base64!", "abc", "\u00e4\u00e4\u00e4\u00e4"])
    def test_signature_must_be_base64(self, engine: Engine, admin: bool, signature: str) -> None:
        """A PASSWORD_CLAIM_SIGNATURE that is not base64 is refused, and the right one follows."""
        walker = new_walker(engine, admin=admin)
        challenge = walker.start_srp()
        proof = walker.proof(challenge)
        with refused(INVALID, NO_BASE64):
            walker.respond("PASSWORD_VERIFIER", **{**proof, "PASSWORD_CLAIM_SIGNATURE": signature})
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **proof))

    @BOTH
    @pytest.mark.fact("A158")
    def test_device_signature_must_be_base64(self, engine: Engine, admin: bool) -> None:
        """DEVICE_PASSWORD_VERIFIER refuses it in the same way."""
        walker = new_walker(engine, admin=admin, devices=ALWAYS)
        device = walker.confirm_device(tokens_of(walker.by_password()))
        challenge = walker.by_password(DEVICE_KEY=device.key)
        verifier = walker.start_device(device, challenge["Session"])
        proof = walker.device_proof(device, verifier)
        bad = {**proof, "PASSWORD_CLAIM_SIGNATURE": "no base64!"}
        with refused(INVALID, NO_BASE64):
            walker.respond("DEVICE_PASSWORD_VERIFIER", verifier["Session"], **bad)
        assert tokens_of(walker.respond("DEVICE_PASSWORD_VERIFIER", verifier["Session"], **proof))

    @BOTH
    @pytest.mark.fact("D087")
    def test_device_needs_a_first_factor(self, engine: Engine, admin: bool) -> None:
        """DEVICE_SRP_AUTH without a sign-in that waits for the device has a text of its own."""
        walker = new_walker(engine, admin=admin, devices=ALWAYS)
        device = walker.confirm_device(tokens_of(walker.by_password()))
        text = "Cannot initiate DEVICE_SRP_AUTH flow without first authenticating"
        with refused(NOT_AUTHORIZED, text):
            walker.start_device(device, None)

    @pytest.mark.fact("A117")
    def test_missing_part_of_a_proof_is_named_in_order(self, engine: Engine) -> None:
        """Of several missing parts the first is named: time, signature, block."""
        walker = new_walker(engine)
        proof = walker.proof(walker.start_srp())
        given: dict[str, str | None] = {}
        for name in ("TIMESTAMP", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK"):
            with refused(INVALID, f"Missing required parameter {name}"):
                walker.respond("PASSWORD_VERIFIER", **given)
            given[name] = proof[name]
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **given))

    @pytest.mark.fact("A153")
    def test_names_in_a_timestamp_may_have_any_case(self, engine: Engine) -> None:
        """The proof covers the canonical text, so upper case in TIMESTAMP does no harm."""
        walker = new_walker(engine)
        proof = walker.proof(walker.start_srp())
        text = str(proof["TIMESTAMP"])
        shouted = text[:7].upper() + text[7:]
        assert shouted != text
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **{**proof, "TIMESTAMP": shouted}))

    @pytest.mark.fact("A098")
    def test_missing_previous_password_has_its_older_name(self, engine: Engine) -> None:
        """ChangePassword names PreviousPassword OldPassword."""
        walker = new_walker(engine)
        token = tokens_of(walker.by_password())["AccessToken"]
        with refused(INVALID, "Missing required parameter OldPassword"):
            walker.call("ChangePassword", AccessToken=token, ProposedPassword=OTHER_PASSWORD)


class TestFactorsOfThePool:
    """Factors that users switched on and their pool no longer offers."""

    @pytest.mark.fact("A203")
    @pytest.mark.parametrize(
        ("factor", "setting"), [("Sms", "SMSMfaSettings"), ("Email", "EmailMfaSettings")]
    )
    def test_code_that_the_pool_does_not_send_is_skipped(
        self, engine: Engine, factor: str, setting: str
    ) -> None:
        """TOTP is asked for after the pool turned it off; SMS and email are not."""
        walker = new_walker(
            engine, mfa="OPTIONAL", factors=("SoftwareToken", factor), attributes=PHONE
        )
        on = {"Enabled": True, "PreferredMfa": True}
        walker.administer("AdminSetUserMFAPreference", **{setting: on})
        assert walker.by_password()["ChallengeName"] in ("SMS_MFA", "EMAIL_OTP")
        config = {"UserPoolId": walker.user_pool_id}
        walker.call("SetUserPoolMfaConfig", **config, MfaConfiguration="OFF")
        walker.call(
            "SetUserPoolMfaConfig",
            **config,
            MfaConfiguration="OPTIONAL",
            SoftwareTokenMfaConfiguration={"Enabled": True},
        )
        assert tokens_of(walker.by_password())

    @pytest.mark.fact("A203")
    def test_sms_beside_totp_is_switched_on_and_skipped(self, engine: Engine) -> None:
        """SMS may be switched on beside TOTP in a pool without SMS, and is never asked for."""
        walker = new_walker(engine, mfa="OPTIONAL", attributes=PHONE)
        walker.administer("AdminSetUserMFAPreference", SMSMfaSettings={"Enabled": True})
        assert walker.administer("AdminGetUser")["UserMFASettingList"] == ["SMS_MFA"]
        assert tokens_of(walker.by_password())
