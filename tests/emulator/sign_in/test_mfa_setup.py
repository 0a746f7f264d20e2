"""Setting up a software token during a sign-in."""

from __future__ import annotations

import json

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import Walker, new_walker, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
NO_TOKEN = "Software Token MFA does not exist for the user."
USED_ONCE = "Invalid session for the user, session can only be used once."


def wrong(code: str) -> str:
    """Return a code that differs from the given one."""
    return f"{(int(code) + 1) % 10**6:06d}"


class TestWithinSignIn:
    """MFA_SETUP in a pool where MFA is ON."""

    @pytest.fixture(params=[False, True], ids=["public", "admin"])
    def walker(self, engine: Engine, request: pytest.FixtureRequest) -> Walker:
        """A user without a factor in a pool with MFA ON."""
        return new_walker(engine, mfa="ON", admin=request.param)

    @pytest.mark.fact("A170", "A204", "A307")
    def test_first_sign_in_asks_for_set_up(self, walker: Walker) -> None:
        """The first sign-in asks for the set-up and gives no tokens."""
        for answer in (walker.by_password(), walker.by_srp()):
            assert set(answer) == {"ChallengeName", "ChallengeParameters", "Session"}
            assert answer["ChallengeName"] == "MFA_SETUP"
            given = answer["ChallengeParameters"]
            assert json.loads(given["MFAS_CAN_SETUP"]) == ["SOFTWARE_TOKEN_MFA"]
            assert given["USER_ID_FOR_SRP"] == "alice"

    @pytest.mark.fact("A206", "A207")
    def test_set_up_leads_to_tokens(self, walker: Walker) -> None:
        """Associate, Verify and a response with only USERNAME lead to tokens."""
        _, answer = walker.set_up(walker.by_password())
        assert "AccessToken" in tokens_of(answer)

    @pytest.mark.fact("A209")
    def test_next_sign_in_asks_for_a_code(self, walker: Walker) -> None:
        """After the set-up the next sign-in asks for a code, which gives tokens."""
        secret, _ = walker.set_up(walker.by_password())
        challenge = walker.by_password()
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        assert "AccessToken" in tokens_of(walker.by_totp(challenge, secret))

    @pytest.mark.fact("A208")
    def test_verify_alone_completes_the_set_up(self, walker: Walker) -> None:
        """After VerifySoftwareToken alone the next sign-in asks for a code."""
        session = walker.by_password()["Session"]
        associated = walker.call("AssociateSoftwareToken", Session=session)
        code = walker.code(associated["SecretCode"])
        walker.call("VerifySoftwareToken", Session=associated["Session"], UserCode=code)
        assert walker.by_password()["ChallengeName"] == "SOFTWARE_TOKEN_MFA"

    def test_set_up_changes_no_preference(self, walker: Walker) -> None:
        """The user's list and preference stay absent until a preference is set."""
        walker.set_up(walker.by_password())
        user = walker.administer("AdminGetUser")
        assert not {"UserMFASettingList", "PreferredMfaSetting"} & set(user)

    @pytest.mark.fact("A145", "A206")
    def test_each_step_has_its_own_session(self, walker: Walker) -> None:
        """Every step returns a new Session and ends the previous one."""
        first = walker.by_password()["Session"]
        associated = walker.call("AssociateSoftwareToken", Session=first)
        code = walker.code(associated["SecretCode"])
        with refused(NOT_AUTHORIZED, USED_ONCE):
            walker.call("VerifySoftwareToken", Session=first, UserCode=code)
        second = associated["Session"]
        third = walker.call("VerifySoftwareToken", Session=second, UserCode=code)["Session"]
        assert len({first, second, third}) == 3
        with refused(NOT_AUTHORIZED, USED_ONCE):
            walker.respond("MFA_SETUP", second)
        walker.respond("MFA_SETUP", third)
        with refused(NOT_AUTHORIZED, USED_ONCE):
            walker.respond("MFA_SETUP", third)

    @pytest.mark.fact("A216", "A217")
    def test_wrong_code_keeps_the_session(self, walker: Walker) -> None:
        """A wrong code is refused, and another can be tried with the same Session."""
        session = walker.by_password()["Session"]
        associated = walker.call("AssociateSoftwareToken", Session=session)
        code = walker.code(associated["SecretCode"])
        with refused("EnableSoftwareTokenMFAException", "Code mismatch"):
            walker.call("VerifySoftwareToken", Session=associated["Session"], UserCode=wrong(code))
        verified = walker.call("VerifySoftwareToken", Session=associated["Session"], UserCode=code)
        assert verified["Status"] == "SUCCESS"

    @pytest.mark.fact("A206", "A221")
    def test_verify_without_associate_is_refused(self, walker: Walker) -> None:
        """The Session of the challenge itself verifies no secret."""
        session = walker.by_password()["Session"]
        with refused("SoftwareTokenMFANotFoundException", NO_TOKEN):
            walker.call("VerifySoftwareToken", Session=session, UserCode="123456")

    @pytest.mark.fact("A206")
    def test_each_session_has_its_own_secret(self, walker: Walker) -> None:
        """A second sign-in neither changes nor learns the secret of the first."""
        sessions = [walker.by_password()["Session"] for _ in range(2)]
        first, second = (
            walker.call("AssociateSoftwareToken", Session=session) for session in sessions
        )
        code = walker.code(second["SecretCode"])
        with refused("EnableSoftwareTokenMFAException"):
            walker.call("VerifySoftwareToken", Session=first["Session"], UserCode=code)
        code = walker.code(first["SecretCode"])
        walker.call("VerifySoftwareToken", Session=first["Session"], UserCode=code)
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.call(
                "VerifySoftwareToken",
                Session=second["Session"],
                UserCode=walker.code(second["SecretCode"]),
            )
        walker.engine.clock.advance(30)
        tokens_of(walker.by_totp(walker.by_password(), first["SecretCode"]))

    @pytest.mark.fact("A223")
    def test_deleted_token_gives_no_tokens(self, walker: Walker) -> None:
        """A token deleted after Verify gives no tokens; another set-up does."""
        associated = walker.call("AssociateSoftwareToken", Session=walker.by_password()["Session"])
        code = walker.code(associated["SecretCode"])
        verified = walker.call("VerifySoftwareToken", Session=associated["Session"], UserCode=code)
        walker.administer("AdminDeleteSoftwareToken")
        with refused("SoftwareTokenMFANotFoundException", NO_TOKEN):
            walker.respond("MFA_SETUP", verified["Session"])
        _, answer = walker.set_up(walker.by_password())
        assert "AccessToken" in tokens_of(answer)

    def test_deleted_client_is_refused(self, walker: Walker) -> None:
        """No token is set up for a deleted app client."""
        session = walker.by_password()["Session"]
        associated = walker.call("AssociateSoftwareToken", Session=walker.by_password()["Session"])
        walker.call(
            "DeleteUserPoolClient", UserPoolId=walker.user_pool_id, ClientId=walker.client_id
        )
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.call("AssociateSoftwareToken", Session=session)
        code = walker.code(associated["SecretCode"])
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.call("VerifySoftwareToken", Session=associated["Session"], UserCode=code)

    @pytest.mark.fact("A221")
    def test_response_without_verify_is_refused(self, walker: Walker) -> None:
        """MFA_SETUP cannot be answered before the token is verified."""
        session = walker.by_password()["Session"]
        with refused("SoftwareTokenMFANotFoundException", NO_TOKEN):
            walker.respond("MFA_SETUP", session)
        associated = walker.call("AssociateSoftwareToken", Session=session)
        with refused("SoftwareTokenMFANotFoundException", NO_TOKEN):
            walker.respond("MFA_SETUP", associated["Session"])

    @pytest.mark.fact("A226")
    def test_code_of_the_set_up_does_not_sign_in(self, walker: Walker) -> None:
        """The code that set the token up does not sign in."""
        session = walker.by_password()["Session"]
        associated = walker.call("AssociateSoftwareToken", Session=session)
        code = walker.code(associated["SecretCode"])
        walker.call("VerifySoftwareToken", Session=associated["Session"], UserCode=code)
        session = walker.by_password()["Session"]
        with refused("ExpiredCodeException", "Your software token has already been used once."):
            walker.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)

    def test_session_of_a_code_challenge_is_refused(self, walker: Walker) -> None:
        """A Session that waits for a code sets no new token up."""
        walker.set_up(walker.by_password())
        session = walker.by_password()["Session"]
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.call("AssociateSoftwareToken", Session=session)

    @pytest.mark.fact("A325")
    def test_finished_set_up_is_not_replaced_by_an_older_session(self, walker: Walker) -> None:
        """A person who knows only the password cannot replace a set-up finished in between."""
        waiting = walker.by_password()["Session"]
        begun = walker.call("AssociateSoftwareToken", Session=walker.by_password()["Session"])
        secret, _ = walker.set_up(walker.by_password())
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.call("AssociateSoftwareToken", Session=waiting)
        code = walker.code(begun["SecretCode"])
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.call("VerifySoftwareToken", Session=begun["Session"], UserCode=code)
        assert tokens_of(walker.by_totp(walker.by_password(), secret))

    @pytest.mark.fact("A206")
    def test_secret_belongs_to_its_session(self, walker: Walker) -> None:
        """Only the Session that a secret came with can verify it."""
        other = walker.by_password()["Session"]
        begun = walker.call("AssociateSoftwareToken", Session=walker.by_password()["Session"])
        code = walker.code(begun["SecretCode"])
        with refused("SoftwareTokenMFANotFoundException", NO_TOKEN):
            walker.call("VerifySoftwareToken", Session=other, UserCode=code)
        assert walker.call("VerifySoftwareToken", Session=begun["Session"], UserCode=code)

    def test_session_of_the_first_factor_is_refused(self, engine: Engine) -> None:
        """A Session that still waits for the password sets no token up."""
        walker = new_walker(engine, mfa="ON")
        session = walker.initiate("USER_AUTH", USERNAME="alice")["Session"]
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.call("AssociateSoftwareToken", Session=session)

    @pytest.mark.fact("A140", "A141")
    def test_expired_session_is_refused(self, walker: Walker) -> None:
        """The set-up must continue within AuthSessionValidity."""
        session = walker.by_password()["Session"]
        walker.engine.clock.advance(180)
        with refused(NOT_AUTHORIZED, "Invalid session for the user, session is expired."):
            walker.call("AssociateSoftwareToken", Session=session)

    @pytest.mark.fact("A128", "A126")
    def test_disabled_or_deleted_user_is_refused(self, walker: Walker) -> None:
        """A disabled or deleted user sets no token up."""
        session = walker.by_password()["Session"]
        walker.administer("AdminDisableUser")
        with refused(NOT_AUTHORIZED, "User is disabled."):
            walker.call("AssociateSoftwareToken", Session=session)
        walker.administer("AdminDeleteUser")
        with refused("UserNotFoundException", "User does not exist."):
            walker.call("AssociateSoftwareToken", Session=session)

    @pytest.mark.fact("A177")
    def test_extra_responses_are_ignored(self, walker: Walker) -> None:
        """A code sent along with MFA_SETUP is ignored."""
        challenge = walker.by_password()
        _, answer = walker.set_up(challenge, SOFTWARE_TOKEN_MFA_CODE="000000")
        assert tokens_of(answer)

    @pytest.mark.fact("A234", "A220")
    def test_pool_without_totp_offers_no_set_up(self, engine: Engine) -> None:
        """A pool with MFA ON and only SMS has no factor to set up."""
        walker = new_walker(engine, mfa="ON", factors=("Sms",))
        challenge = walker.by_password()
        assert challenge["ChallengeName"] == "MFA_SETUP"
        assert json.loads(challenge["ChallengeParameters"]["MFAS_CAN_SETUP"]) == []
        with refused("SoftwareTokenMFANotFoundException"):
            walker.call("AssociateSoftwareToken", Session=challenge["Session"])
