"""Signing out and revoking: which tokens stop working, which do not, and the error texts."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import Walker, new_client, new_walker, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
REVOKED = (NOT_AUTHORIZED, "Access Token has been revoked")
REFRESH_REVOKED = (NOT_AUTHORIZED, "Refresh Token has been revoked")


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A confirmed user."""
    return new_walker(engine)


@pytest.fixture
def tokens(walker: Walker) -> dict[str, Any]:
    """The user's tokens."""
    return tokens_of(walker.by_password())


def get_user(walker: Walker, tokens: dict[str, Any]) -> dict[str, Any]:
    """Call GetUser with the access token."""
    return walker.call("GetUser", AccessToken=tokens["AccessToken"])


def refresh(walker: Walker, tokens: dict[str, Any]) -> dict[str, Any]:
    """Refresh with the refresh token."""
    token = tokens["RefreshToken"]
    return tokens_of(walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token))


def revoke(walker: Walker, token: str, **extra: str) -> dict[str, Any]:
    """Call RevokeToken."""
    return walker.call("RevokeToken", ClientId=walker.client_id, Token=token, **extra)


class TestGlobalSignOut:
    """GlobalSignOut and AdminUserGlobalSignOut."""

    @pytest.fixture(params=["user", "administrator"])
    def by(self, request: pytest.FixtureRequest) -> str:
        """The caller: the user or an administrator."""
        return str(request.param)

    def sign_out(self, walker: Walker, tokens: dict[str, Any], by: str) -> None:
        """Sign the user out everywhere."""
        if by == "user":
            answer = walker.call("GlobalSignOut", AccessToken=tokens["AccessToken"])
        else:
            answer = walker.administer("AdminUserGlobalSignOut")
        assert answer == {}

    @pytest.mark.fact("A271", "A272", "A262")
    def test_all_tokens_stop_working(self, walker: Walker, tokens: dict[str, Any], by: str) -> None:
        """The access and refresh tokens of every sign-in stop working."""
        other = tokens_of(walker.by_srp())
        fresh = refresh(walker, tokens)
        self.sign_out(walker, tokens, by)
        for dead in (tokens, other, fresh):
            with refused(*REVOKED):
                get_user(walker, dead)
        for dead in (tokens, other):
            with refused(*REFRESH_REVOKED):
                refresh(walker, dead)

    def test_user_can_sign_in_again(self, walker: Walker, tokens: dict[str, Any], by: str) -> None:
        """The next sign-in works, and so do its tokens."""
        self.sign_out(walker, tokens, by)
        again = tokens_of(walker.by_password())
        assert get_user(walker, again)["Username"] == "alice"
        assert refresh(walker, again)

    @pytest.mark.fact("A272")
    def test_second_sign_out_finds_the_token_revoked(
        self, walker: Walker, tokens: dict[str, Any]
    ) -> None:
        """A second sign-out with the same token is refused, because the token is revoked."""
        self.sign_out(walker, tokens, "user")
        with refused(*REVOKED):
            walker.call("GlobalSignOut", AccessToken=tokens["AccessToken"])

    def test_other_users_stay_signed_in(
        self, walker: Walker, tokens: dict[str, Any], by: str
    ) -> None:
        """Other users stay signed in."""
        client = {"ClientId": walker.client_id}
        bob = new_walker(walker.engine, username="bob", pool_id=walker.user_pool_id, client=client)
        bobs = tokens_of(bob.by_password())
        self.sign_out(walker, tokens, by)
        assert get_user(bob, bobs)["Username"] == "bob"
        assert refresh(bob, bobs)

    @pytest.mark.fact("A064")
    def test_unknown_user_is_reported_to_administrators(self, walker: Walker) -> None:
        """An administrator gets UserNotFoundException for an unknown user."""
        walker.username = "nobody"
        with refused("UserNotFoundException", "User does not exist."):
            walker.administer("AdminUserGlobalSignOut")

    @pytest.mark.fact("A067")
    def test_pool_is_unknown_to_another_account(self, walker: Walker) -> None:
        """Administrators of another account do not see the pool."""
        walker.caller = Caller(account="999999999999")
        with refused("ResourceNotFoundException"):
            walker.administer("AdminUserGlobalSignOut")


class TestRevokeToken:
    """RevokeToken."""

    @pytest.mark.fact("A268", "A270")
    def test_tokens_of_the_sign_in_stop_working(
        self, walker: Walker, tokens: dict[str, Any]
    ) -> None:
        """The refresh token and all access tokens of its sign-in stop working."""
        fresh = refresh(walker, tokens)
        assert revoke(walker, tokens["RefreshToken"]) == {}
        with refused(*REFRESH_REVOKED):
            refresh(walker, tokens)
        for dead in (tokens, fresh):
            with refused(*REVOKED):
                get_user(walker, dead)

    @pytest.mark.fact("A270")
    def test_other_sign_ins_keep_their_tokens(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """Another sign-in of the same user keeps its tokens."""
        other = tokens_of(walker.by_password())
        revoke(walker, tokens["RefreshToken"])
        assert get_user(walker, other)
        assert refresh(walker, other)

    @pytest.mark.fact("A268")
    def test_revoking_an_unknown_or_revoked_token_succeeds(
        self, walker: Walker, tokens: dict[str, Any]
    ) -> None:
        """Revoking a token twice, or one that was never issued, succeeds."""
        revoke(walker, tokens["RefreshToken"])
        assert revoke(walker, tokens["RefreshToken"]) == {}
        assert revoke(walker, "a.b.c.d.e") == {}

    @pytest.mark.fact("A269")
    @pytest.mark.parametrize("name", ["AccessToken", "IdToken"])
    def test_only_refresh_tokens_can_be_revoked(
        self, walker: Walker, tokens: dict[str, Any], name: str
    ) -> None:
        """An access or ID token is refused."""
        with refused("UnsupportedTokenTypeException"):
            revoke(walker, tokens[name])
        assert get_user(walker, tokens)

    @pytest.mark.fact("A270")
    def test_token_of_another_client_is_refused(
        self, walker: Walker, tokens: dict[str, Any]
    ) -> None:
        """A client cannot revoke another client's tokens."""
        client_id = walker.client_id
        walker.client_id = new_client(walker.engine, walker.user_pool_id)["ClientId"]
        assert revoke(walker, tokens["RefreshToken"]) == {}
        walker.client_id = client_id
        assert refresh(walker, tokens)

    @pytest.mark.fact("A269")
    def test_client_without_revocation_is_refused(self, engine: Engine) -> None:
        """A client without EnableTokenRevocation cannot revoke."""
        walker = new_walker(engine, client_settings={"EnableTokenRevocation": False})
        tokens = tokens_of(walker.by_password())
        with refused("UnsupportedOperationException"):
            revoke(walker, tokens["RefreshToken"])

    @pytest.mark.fact("A269")
    def test_client_with_a_secret_must_send_it(self, engine: Engine) -> None:
        """A client with a secret must send the secret itself."""
        walker = new_walker(engine, client_settings={"GenerateSecret": True})
        token = tokens_of(walker.by_password())["RefreshToken"]
        for wrong in ({}, {"ClientSecret": "0" * 51}):
            with refused("UnauthorizedException"):
                revoke(walker, token, **wrong)
        assert revoke(walker, token, ClientSecret=str(walker.client_secret)) == {}

    @pytest.mark.fact("A027")
    def test_unknown_client_is_refused(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """An unknown app client is refused."""
        walker.client_id = "0" * 26
        with refused("ResourceNotFoundException"):
            revoke(walker, tokens["RefreshToken"])
