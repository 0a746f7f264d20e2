"""What a seed makes: pools with their ids, and users who can sign in at once."""

from __future__ import annotations

from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.domain.totp import step_of
from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.emulator.seeds import apply_seed, apply_seed_again, export_seed
from tests.emulator.seeds.documents import (
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    POOL_ID,
    changed,
    shop,
)
from tests.emulator.support.expect import START


def seeded(document: dict[str, Any] | None = None) -> Engine:
    """Return an engine of its own with the pools of a document."""
    engine = Engine(clock=VirtualClock(START, frozen=True), settings=EmulatorSettings(seed=1))
    apply_seed(engine, {"document": document or shop()})
    return engine


def by_password(engine: Engine, username: str = "alice", password: str = PASSWORD) -> Any:
    """Start a sign-in with a password, and return the response."""
    names = {"USERNAME": username, "PASSWORD": password}
    members = {"ClientId": CLIENT_ID, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": names}
    return engine.call("InitiateAuth", members)


class TestMadePools:
    """The pools and their parts."""

    def test_the_ids_are_those_of_the_file(self) -> None:
        """Pool, app client, secret and sub are as the document says."""
        engine = seeded()
        pool = engine.call("DescribeUserPool", {"UserPoolId": POOL_ID})["UserPool"]
        assert (pool["Id"], pool["Name"], pool["MfaConfiguration"]) == (POOL_ID, "shop", "OPTIONAL")
        clients = engine.call("ListUserPoolClients", {"UserPoolId": POOL_ID})["UserPoolClients"]
        ids = {client["ClientName"]: client["ClientId"] for client in clients}
        assert ids["web"] == CLIENT_ID
        members = {"UserPoolId": POOL_ID, "ClientId": ids["server"]}
        described = engine.call("DescribeUserPoolClient", members)["UserPoolClient"]
        assert described["ClientSecret"] == CLIENT_SECRET
        user = engine.call("AdminGetUser", {"UserPoolId": POOL_ID, "Username": "alice"})
        sub = {each["Name"]: each["Value"] for each in user["UserAttributes"]}["sub"]
        assert sub == shop()["pools"][0]["users"][0]["sub"]

    @pytest.mark.fact("A022", "A027", "D061")
    def test_what_the_file_does_not_fix_is_the_same_at_every_start(self) -> None:
        """Ids that the file leaves out follow from it, and look like Cognito's."""
        first, second = seeded(), seeded()
        second.random.integer(8)
        ids = [client.client_id for client in first.clients.values()]
        assert ids == [client.client_id for client in second.clients.values()]
        assert all(len(one) == 26 for one in ids if one != CLIENT_ID)
        assert [user.sub for user in first.pools[POOL_ID].users] == [
            user.sub for user in second.pools[POOL_ID].users
        ]

    def test_a_password_and_a_totp_code_sign_in(self) -> None:
        """A seeded user signs in with the password and a code of the TOTP secret."""
        engine = seeded()
        challenge = by_password(engine)
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        user = engine.find_user(engine.pools[POOL_ID], "alice")
        assert user is not None
        assert user.software_token is not None
        code = user.software_token.code(step_of(START))
        members = {
            "ClientId": CLIENT_ID,
            "ChallengeName": "SOFTWARE_TOKEN_MFA",
            "Session": challenge["Session"],
            "ChallengeResponses": {"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": code},
        }
        result = engine.call("RespondToAuthChallenge", members)["AuthenticationResult"]
        shown = engine.call("GetUser", {"AccessToken": result["AccessToken"]})
        assert shown["Username"] == "alice"

    def test_a_disabled_user_stays_out(self) -> None:
        """A user who is not enabled in the file cannot sign in."""
        with pytest.raises(Refusal, match="disabled"):
            by_password(seeded(), "bob", "Temporary-1")

    @pytest.mark.parametrize(
        ("status", "challenge"), [("FORCE_CHANGE_PASSWORD", "NEW_PASSWORD_REQUIRED")]
    )
    def test_a_temporary_password_asks_for_a_new_one(self, status: str, challenge: str) -> None:
        """The password of an invited user is temporary (A060)."""
        document = changed("users/1/enabled", True)
        assert document["pools"][0]["users"][1]["status"] == status
        assert by_password(seeded(document), "bob", "Temporary-1")["ChallengeName"] == challenge

    @pytest.mark.parametrize(
        ("status", "code"),
        [
            ("UNCONFIRMED", "UserNotConfirmedException"),
            ("RESET_REQUIRED", "PasswordResetRequiredException"),
        ],
    )
    def test_a_status_decides_who_signs_in(self, status: str, code: str) -> None:
        """Users who must confirm or reset first are refused with Cognito's error."""
        with pytest.raises(Refusal) as refused:
            by_password(seeded(changed("users/0/status", status)))
        assert refused.value.code == code

    @pytest.mark.fact("A208")
    def test_an_app_without_preferences_is_asked_for_where_mfa_is_on(self) -> None:
        """Without mfa in the file, a TOTP secret counts as just verified."""
        document = changed("users/0/mfa", None)
        configuration = document["pools"][0]["configuration"]
        del configuration["UserPool"]["Policies"]
        assert "ChallengeName" not in by_password(seeded(document))
        configuration["MfaConfig"]["MfaConfiguration"] = "ON"
        assert by_password(seeded(document))["ChallengeName"] == "SOFTWARE_TOKEN_MFA"

    def test_an_email_address_can_be_the_username(self) -> None:
        """In a pool with UsernameAttributes the username of the file is the address (A020)."""
        document = changed("configuration/UserPool/UsernameAttributes", ["email"])
        pool = document["pools"][0]
        pool["users"] = [{"username": "alice@example.com", "password": PASSWORD}]
        engine = seeded(document)
        assert "AuthenticationResult" in by_password(engine, "alice@example.com")
        assert export_seed(engine, secrets=True).document == document


class TestAgain:
    """A seed that is made again."""

    def test_everything_is_as_in_the_file_again(self) -> None:
        """Users, passwords, groups and settings that the API changed are as at the start."""
        engine = seeded()
        where = {"UserPoolId": POOL_ID}
        engine.call("AdminDeleteUser", {**where, "Username": "bob"})
        engine.call("AdminCreateUser", {**where, "Username": "carol"})
        engine.call("DeleteGroup", {**where, "GroupName": "admins"})
        members = {"Username": "alice", "Password": "Another-1", "Permanent": True}
        engine.call("AdminSetUserPassword", {**where, **members})
        assert export_seed(engine, secrets=True).document != shop()
        report = apply_seed_again(engine)
        assert report is not None
        assert report.made == (POOL_ID,)
        assert export_seed(engine, secrets=True).document == shop()
        assert by_password(engine)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"

    def test_sessions_and_messages_of_before_are_gone(self) -> None:
        """A session that was open before does not go on after it."""
        engine = seeded()
        session = by_password(engine)["Session"]
        engine.call("ForgotPassword", {"ClientId": CLIENT_ID, "Username": "alice"})
        apply_seed_again(engine)
        assert not engine.outbox.messages()
        members = {
            "ClientId": CLIENT_ID,
            "ChallengeName": "SOFTWARE_TOKEN_MFA",
            "Session": session,
            "ChallengeResponses": {"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": "123456"},
        }
        with pytest.raises(Refusal) as refused:
            engine.call("RespondToAuthChallenge", members)
        assert refused.value.code == "NotAuthorizedException"

    def test_the_keys_stay(self) -> None:
        """An app that has loaded the JWKS of the pool can check the next tokens with it."""
        engine = seeded()
        before = engine.pools[POOL_ID].keys
        apply_seed_again(engine)
        assert engine.pools[POOL_ID].keys is before

    def test_other_pools_stay(self) -> None:
        """Pools that the file does not have are left alone."""
        engine = seeded()
        other = engine.call("CreateUserPool", {"PoolName": "other"})["UserPool"]["Id"]
        apply_seed_again(engine)
        assert set(engine.pools) == {POOL_ID, other}

    def test_a_pool_that_is_there_can_be_kept(self) -> None:
        """With keep, only the missing pools are made."""
        engine = seeded()
        engine.call("AdminDeleteUser", {"UserPoolId": POOL_ID, "Username": "bob"})
        report = apply_seed(engine, {"document": shop()}, keep=True)
        assert (report.made, report.kept) == ((), (POOL_ID,))
        assert len(engine.pools[POOL_ID].users) == 1
        users = export_seed(engine, secrets=True).document["pools"][0]["users"]
        assert users == shop()["pools"][0]["users"][:1]

    def test_without_a_seed_nothing_happens(self, engine: Engine) -> None:
        """An emulator that was never seeded has nothing to make again."""
        assert apply_seed_again(engine) is None
