"""Setting up a software token with an access token, and deleting it."""

from __future__ import annotations

import re

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import PASSWORD, refused
from tests.emulator.support.walker import Walker, new_pool, new_walker, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
NO_TOKEN = "Software Token MFA does not exist for the user."
USED_ONCE = "Invalid session for the user, session can only be used once."


def wrong(code: str) -> str:
    """Return a code that differs from the given one."""
    return f"{(int(code) + 1) % 10**6:06d}"


class TestWithAccessToken:
    """Associate and Verify by a signed-in user in a pool with optional MFA."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user of a pool with optional MFA."""
        return new_walker(engine, mfa="OPTIONAL")

    @pytest.fixture
    def token(self, walker: Walker) -> str:
        """The user's access token."""
        return str(tokens_of(walker.by_password())["AccessToken"])

    def associate(self, walker: Walker, token: str) -> str:
        """Associate a new secret and return it."""
        return str(walker.call("AssociateSoftwareToken", AccessToken=token)["SecretCode"])

    @pytest.mark.fact("A210", "A212")
    def test_responses_have_no_session(self, walker: Walker, token: str) -> None:
        """Neither response has a Session, and the secret is 52 base32 characters."""
        associated = walker.call("AssociateSoftwareToken", AccessToken=token)
        assert set(associated) == {"SecretCode"}
        assert re.fullmatch(r"[A-Z2-7]{52}", associated["SecretCode"])
        code = walker.code(associated["SecretCode"])
        verified = walker.call("VerifySoftwareToken", AccessToken=token, UserCode=code)
        assert verified == {"Status": "SUCCESS"}

    @pytest.mark.fact("A240", "A240b")
    def test_verify_alone_does_not_switch_totp_on(self, walker: Walker, token: str) -> None:
        """With optional MFA, a verified token alone changes no sign-in."""
        secret = self.associate(walker, token)
        walker.call("VerifySoftwareToken", AccessToken=token, UserCode=walker.code(secret))
        assert tokens_of(walker.by_password())
        assert "UserMFASettingList" not in walker.administer("AdminGetUser")

    @pytest.mark.fact("A208", "A209")
    def test_verify_switches_totp_on_in_an_on_pool(self, engine: Engine) -> None:
        """With MFA ON, a verified token is asked for at the next sign-in."""
        walker = new_walker(engine, mfa="OPTIONAL")
        token = tokens_of(walker.by_password())["AccessToken"]
        config = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "ON"}
        walker.call("SetUserPoolMfaConfig", UserPoolId=walker.user_pool_id, **config)
        secret = self.associate(walker, token)
        walker.call("VerifySoftwareToken", AccessToken=token, UserCode=walker.code(secret))
        assert walker.by_password()["ChallengeName"] == "SOFTWARE_TOKEN_MFA"

    @pytest.mark.fact("A216", "A217", "A218", "M117")
    def test_right_code_is_accepted_after_a_wrong_one(self, walker: Walker, token: str) -> None:
        """After a wrong code the right one is accepted without a new secret."""
        secret = self.associate(walker, token)
        code = walker.code(secret)
        with refused(
            "EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA"
        ):
            walker.call("VerifySoftwareToken", AccessToken=token, UserCode=wrong(code))
        walker.call("VerifySoftwareToken", AccessToken=token, UserCode=code)

    @pytest.mark.fact("A219")
    def test_second_secret_replaces_the_pending_one(self, walker: Walker, token: str) -> None:
        """A second Associate invalidates the first secret."""
        first, second = self.associate(walker, token), self.associate(walker, token)
        with refused("EnableSoftwareTokenMFAException"):
            walker.call("VerifySoftwareToken", AccessToken=token, UserCode=walker.code(first))
        walker.call("VerifySoftwareToken", AccessToken=token, UserCode=walker.code(second))

    @pytest.mark.fact("A219", "A318")
    def test_old_token_works_until_the_new_one_is_verified(self, walker: Walker) -> None:
        """A new secret replaces the old token only when it is verified."""
        tokens = tokens_of(walker.by_password())
        old = walker.enrol(tokens)
        new = self.associate(walker, tokens["AccessToken"])
        assert tokens_of(walker.by_totp(walker.by_password(), old))
        code = walker.code(new)
        walker.call("VerifySoftwareToken", AccessToken=tokens["AccessToken"], UserCode=code)
        walker.engine.clock.advance(30)
        challenge = walker.by_password()
        with refused("CodeMismatchException", "Invalid code received for user"):
            walker.by_totp(challenge, old)
        assert tokens_of(walker.by_totp(challenge, new))

    @pytest.mark.fact("A221")
    def test_verify_without_associate_is_refused(self, walker: Walker, token: str) -> None:
        """Verify is refused before Associate and again after a success."""
        with refused("SoftwareTokenMFANotFoundException", NO_TOKEN):
            walker.call("VerifySoftwareToken", AccessToken=token, UserCode="123456")
        secret = self.associate(walker, token)
        walker.call("VerifySoftwareToken", AccessToken=token, UserCode=walker.code(secret))
        with refused("SoftwareTokenMFANotFoundException", NO_TOKEN):
            walker.call("VerifySoftwareToken", AccessToken=token, UserCode=walker.code(secret))

    @pytest.mark.fact("A220")
    def test_pool_without_totp_is_refused(self, engine: Engine) -> None:
        """A pool without TOTP has no software tokens."""
        walker = new_walker(engine)
        token = tokens_of(walker.by_password())["AccessToken"]
        text = "Software Token MFA has not been enabled by the userPool."
        with refused("SoftwareTokenMFANotFoundException", text):
            walker.call("AssociateSoftwareToken", AccessToken=token)

    @pytest.mark.fact("A211")
    @pytest.mark.parametrize("operation", ["AssociateSoftwareToken", "VerifySoftwareToken"])
    def test_needs_either_access_token_or_session(
        self, walker: Walker, token: str, operation: str
    ) -> None:
        """Both AccessToken and Session, or neither, are refused."""
        code = {"UserCode": "123456"} if operation == "VerifySoftwareToken" else {}
        with refused("InvalidParameterException"):
            walker.call(operation, **code)
        with refused("InvalidParameterException"):
            walker.call(operation, AccessToken=token, Session="s" * 20, **code)

    @pytest.mark.fact("A143")
    @pytest.mark.parametrize("operation", ["AssociateSoftwareToken", "VerifySoftwareToken"])
    def test_invalid_session_is_refused(self, walker: Walker, operation: str) -> None:
        """A Session that was never issued is refused."""
        code = {"UserCode": "123456"} if operation == "VerifySoftwareToken" else {}
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.call(operation, Session="s" * 20, **code)


@pytest.mark.fact("A205")
def test_temporary_password_leads_to_set_up(engine: Engine) -> None:
    """A sign-in with a temporary password leads to a new password, then to MFA_SETUP."""
    walker = new_walker(engine, mfa="ON")
    walker.administer("AdminSetUserPassword", Password=PASSWORD, Permanent=False)
    session = walker.by_srp()["Session"]
    challenge = walker.respond("NEW_PASSWORD_REQUIRED", session, NEW_PASSWORD="Another-Pass-9")
    assert challenge["ChallengeName"] == "MFA_SETUP"
    _, answer = walker.set_up(challenge)
    assert tokens_of(answer)


def test_secret_belongs_to_one_user(engine: Engine) -> None:
    """Two users' secrets differ, and one's code does not verify the other's token."""
    pool_id = new_pool(engine, mfa="ON")
    alice = new_walker(engine, pool_id=pool_id)
    client = {"ClientId": alice.client_id}
    bob = new_walker(engine, username="bob", pool_id=pool_id, client=client)
    secret, _ = alice.set_up(alice.by_password())
    bobs, _ = bob.set_up(bob.by_password())
    assert secret != bobs
    challenge = bob.by_password()
    with refused("CodeMismatchException", "Invalid code received for user"):
        bob.by_totp(challenge, secret)


@pytest.mark.fact("A223")
class TestAdminDeleteSoftwareToken:
    """An administrator deletes the token of a user who lost their phone."""

    def test_next_sign_in_in_an_on_pool_sets_up_again(self, engine: Engine) -> None:
        """With MFA ON the user sets up a new token, and the old secret is invalid."""
        walker = new_walker(engine, mfa="ON")
        old, _ = walker.set_up(walker.by_password())
        assert walker.administer("AdminDeleteSoftwareToken") == {}
        user = walker.administer("AdminGetUser")
        assert not {"UserMFASettingList", "PreferredMfaSetting"} & set(user)
        new, _ = walker.set_up(walker.by_password())
        challenge = walker.by_password()
        with refused("CodeMismatchException", "Invalid code received for user"):
            walker.by_totp(challenge, old)
        assert tokens_of(walker.by_totp(challenge, new))

    def test_user_of_an_optional_pool_signs_in_without_code(self, engine: Engine) -> None:
        """With optional MFA no code is asked for; other preferences stay."""
        phone = {"phone_number": "+15555551234"}
        walker = new_walker(
            engine, mfa="OPTIONAL", factors=("SoftwareToken", "Sms"), attributes=phone
        )
        walker.enrol(tokens_of(walker.by_password()), prefer=False)
        preferred = {"Enabled": True, "PreferredMfa": True}
        walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=preferred)
        walker.administer("AdminDeleteSoftwareToken")
        user = walker.administer("AdminGetUser")
        assert (user["UserMFASettingList"], user["PreferredMfaSetting"]) == (["SMS_MFA"], "SMS_MFA")

    def test_pending_secret_is_deleted_too(self, engine: Engine) -> None:
        """A secret that was not yet verified is deleted too."""
        walker = new_walker(engine, mfa="OPTIONAL")
        tokens = tokens_of(walker.by_password())
        walker.enrol(tokens)
        token = tokens["AccessToken"]
        secret = walker.call("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
        walker.administer("AdminDeleteSoftwareToken")
        with refused("SoftwareTokenMFANotFoundException", NO_TOKEN):
            walker.call("VerifySoftwareToken", AccessToken=token, UserCode=walker.code(secret))

    def test_user_without_token_is_refused(self, engine: Engine) -> None:
        """A user without a token is refused."""
        walker = new_walker(engine, mfa="OPTIONAL")
        with refused("ResourceNotFoundException"):
            walker.administer("AdminDeleteSoftwareToken")
