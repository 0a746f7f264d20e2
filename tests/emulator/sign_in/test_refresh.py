"""Refresh tokens: REFRESH_TOKEN_AUTH, GetTokensFromRefreshToken and rotation."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.refreshing import (
    INVALID,
    NOT_AUTHORIZED,
    Refresh,
    by_flow,
    by_operation,
)
from tests.emulator.support.walker import (
    ALL_FLOWS,
    Walker,
    claims_of,
    new_client,
    new_walker,
    tokens_of,
)

DAY = 86_400


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A confirmed user."""
    return new_walker(engine)


@pytest.fixture
def tokens(walker: Walker) -> dict[str, Any]:
    """The user's tokens."""
    return tokens_of(walker.by_password())


class TestRefresh:
    """A refresh without devices and rotation."""

    @pytest.mark.fact("A260", "A260b", "A266")
    def test_response_has_no_refresh_token(
        self, walker: Walker, tokens: dict[str, Any], refresh: Refresh
    ) -> None:
        """The response has an access and an ID token, and no refresh token."""
        fresh = refresh(walker, tokens["RefreshToken"])
        assert set(fresh) == {"AccessToken", "IdToken", "ExpiresIn", "TokenType"}
        assert (fresh["ExpiresIn"], fresh["TokenType"]) == (3600, "Bearer")

    @pytest.mark.fact("A114")
    @pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
    @pytest.mark.parametrize("admin", [False, True])
    def test_both_flow_names_refresh(
        self, walker: Walker, tokens: dict[str, Any], flow: str, admin: bool
    ) -> None:
        """REFRESH_TOKEN and REFRESH_TOKEN_AUTH are synonyms, for administrators too."""
        walker.admin = admin
        assert tokens_of(walker.initiate(flow, REFRESH_TOKEN=tokens["RefreshToken"]))

    @pytest.mark.fact("A250", "A252")
    def test_claims_keep_the_sign_in(
        self, walker: Walker, tokens: dict[str, Any], refresh: Refresh
    ) -> None:
        """The sign-in is the same, the tokens are new."""
        walker.engine.clock.advance(1800)
        fresh = refresh(walker, tokens["RefreshToken"])
        for name in ("AccessToken", "IdToken"):
            old, new = claims_of(tokens[name]), claims_of(fresh[name])
            for same in ("origin_jti", "auth_time", "sub", "iss"):
                assert new[same] == old[same]
            assert new["jti"] != old["jti"]
            assert new["iat"] == old["iat"] + 1800
            assert new["exp"] == old["exp"] + 1800

    def test_token_works_repeatedly_without_rotation(
        self, walker: Walker, tokens: dict[str, Any], refresh: Refresh
    ) -> None:
        """Without rotation a refresh token works any number of times."""
        for _ in range(3):
            walker.engine.clock.advance(DAY)
            access = refresh(walker, tokens["RefreshToken"])["AccessToken"]
            assert walker.call("GetUser", AccessToken=access)["Username"] == "alice"

    def test_attributes_are_current(
        self, walker: Walker, tokens: dict[str, Any], refresh: Refresh
    ) -> None:
        """A refreshed ID token has the present attributes."""
        pairs = [{"Name": "given_name", "Value": "Alicia"}]
        walker.administer("AdminUpdateUserAttributes", UserAttributes=pairs)
        fresh = refresh(walker, tokens["RefreshToken"])
        assert claims_of(fresh["IdToken"])["given_name"] == "Alicia"

    @pytest.mark.fact("A256", "A262")
    def test_token_expires_after_thirty_days_by_default(
        self, walker: Walker, tokens: dict[str, Any], refresh: Refresh
    ) -> None:
        """A refresh token lives thirty days by default."""
        walker.engine.clock.advance(30 * DAY - 1)
        assert refresh(walker, tokens["RefreshToken"])
        walker.engine.clock.advance(1)
        with refused(NOT_AUTHORIZED, "Refresh Token has expired"):
            refresh(walker, tokens["RefreshToken"])

    @pytest.mark.fact("A256")
    def test_validity_follows_its_unit(self, engine: Engine, refresh: Refresh) -> None:
        """RefreshTokenValidity counts in its unit."""
        settings = {
            "RefreshTokenValidity": 90,
            "TokenValidityUnits": {"RefreshToken": "minutes"},
        }
        walker = new_walker(engine, client_settings=settings)
        token = tokens_of(walker.by_password())["RefreshToken"]
        engine.clock.advance(90 * 60 - 1)
        assert refresh(walker, token)
        engine.clock.advance(1)
        with refused(NOT_AUTHORIZED, "Refresh Token has expired"):
            refresh(walker, token)

    @pytest.mark.fact("A261")
    @pytest.mark.parametrize("token", ["x", "a.b.c.d.e"])
    def test_unknown_token_is_invalid(self, walker: Walker, token: str, refresh: Refresh) -> None:
        """A token that was never issued is invalid."""
        with refused(*INVALID):
            refresh(walker, token)

    @pytest.mark.fact("A261")
    def test_access_and_id_tokens_do_not_refresh(
        self, walker: Walker, tokens: dict[str, Any], refresh: Refresh
    ) -> None:
        """An access or ID token does not refresh."""
        for name in ("AccessToken", "IdToken"):
            with refused(*INVALID):
                refresh(walker, tokens[name])

    @pytest.mark.fact("A261")
    def test_token_of_another_client_is_refused(
        self, walker: Walker, tokens: dict[str, Any], refresh: Refresh
    ) -> None:
        """A token does not refresh at another client, in this pool or not."""
        stranger = new_walker(walker.engine)
        sibling = new_client(walker.engine, walker.user_pool_id)["ClientId"]
        for client_id in (sibling, stranger.client_id):
            stranger.client_id = client_id
            with refused(*INVALID):
                refresh(stranger, tokens["RefreshToken"])

    @pytest.mark.fact("A263")
    def test_token_of_a_deleted_user_is_refused(
        self, walker: Walker, tokens: dict[str, Any], refresh: Refresh
    ) -> None:
        """A deleted user's token is refused, even if there is a new user of the same name."""
        walker.administer("AdminDeleteUser")
        with refused("UserNotFoundException", "User does not exist."):
            refresh(walker, tokens["RefreshToken"])
        client = {"ClientId": walker.client_id}
        new_walker(walker.engine, pool_id=walker.user_pool_id, client=client)
        with refused("UserNotFoundException", "User does not exist."):
            refresh(walker, tokens["RefreshToken"])

    @pytest.mark.fact("A263")
    def test_token_of_a_disabled_user_is_refused(
        self, walker: Walker, tokens: dict[str, Any], refresh: Refresh
    ) -> None:
        """A disabled user is refused as such."""
        walker.administer("AdminDisableUser")
        with refused(NOT_AUTHORIZED, "User is disabled."):
            refresh(walker, tokens["RefreshToken"])


class TestClientSecret:
    """GetTokensFromRefreshToken takes the secret itself (A266)."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user of a client with a secret."""
        return new_walker(engine, client_settings={"GenerateSecret": True})

    @pytest.mark.fact("A266")
    def test_operation_needs_the_right_secret(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """The operation refreshes with the right secret, not with another or none."""
        names = {"ClientId": walker.client_id, "RefreshToken": tokens["RefreshToken"]}
        answer = walker.call(
            "GetTokensFromRefreshToken", **names, ClientSecret=walker.client_secret
        )
        assert "AccessToken" in answer["AuthenticationResult"]
        for wrong in ({}, {"ClientSecret": "0" * 51}):
            with refused(NOT_AUTHORIZED):
                walker.call("GetTokensFromRefreshToken", **names, **wrong)


class TestRotation:
    """RefreshTokenRotation (A265, A267)."""

    @pytest.fixture(params=[0, 30])
    def grace(self, request: pytest.FixtureRequest) -> int:
        """RetryGracePeriodSeconds."""
        return int(request.param)

    @pytest.fixture
    def walker(self, engine: Engine, grace: int) -> Walker:
        """A user of a client that rotates."""
        rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": grace}
        flows = [flow for flow in ALL_FLOWS if "REFRESH" not in flow]
        settings = {"ExplicitAuthFlows": flows, "RefreshTokenRotation": rotation}
        return new_walker(engine, client_settings=settings)

    @pytest.mark.fact("A265")
    def test_refresh_returns_a_new_token(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """A refresh returns a new refresh token, which also refreshes."""
        one = by_operation(walker, tokens["RefreshToken"])
        two = by_operation(walker, one["RefreshToken"])
        assert len({tokens["RefreshToken"], one["RefreshToken"], two["RefreshToken"]}) == 3

    @pytest.mark.fact("A265")
    def test_refresh_flow_is_refused(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """With rotation on, REFRESH_TOKEN_AUTH is refused."""
        with refused("InvalidParameterException", "Auth flow not enabled for this client"):
            by_flow(walker, tokens["RefreshToken"])

    @pytest.mark.fact("A265", "A267")
    def test_old_token_works_during_the_grace_period(
        self, walker: Walker, tokens: dict[str, Any], grace: int
    ) -> None:
        """The old token works for the grace period; then it is refused as reused."""
        by_operation(walker, tokens["RefreshToken"])
        if grace:
            walker.engine.clock.advance(grace - 1)
            assert by_operation(walker, tokens["RefreshToken"])["RefreshToken"]
            walker.engine.clock.advance(1)
        with refused("RefreshTokenReuseException"):
            by_operation(walker, tokens["RefreshToken"])

    @pytest.mark.fact("A265")
    def test_new_token_keeps_the_end_of_the_first(
        self, walker: Walker, tokens: dict[str, Any]
    ) -> None:
        """A new token expires when the first one would have."""
        walker.engine.clock.advance(20 * DAY)
        fresh = by_operation(walker, tokens["RefreshToken"])
        walker.engine.clock.advance(10 * DAY)
        with refused(NOT_AUTHORIZED, "Refresh Token has expired"):
            by_operation(walker, fresh["RefreshToken"])

    @pytest.mark.fact("A270")
    def test_revoking_any_token_revokes_the_newest(
        self, walker: Walker, tokens: dict[str, Any]
    ) -> None:
        """Revoking any token of a sign-in revokes its newest too."""
        fresh = by_operation(walker, tokens["RefreshToken"])
        names = {"ClientId": walker.client_id, "Token": tokens["RefreshToken"]}
        walker.call("RevokeToken", **names)
        with refused(NOT_AUTHORIZED, "Refresh Token has been revoked"):
            by_operation(walker, fresh["RefreshToken"])

    @pytest.mark.fact("A265")
    def test_legacy_client_with_rotation_refreshes_by_operation_only(self, engine: Engine) -> None:
        """Legacy values do not gate refreshing (A106), but rotation does (A265)."""
        rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
        settings = {
            "ExplicitAuthFlows": ["USER_PASSWORD_AUTH"],
            "RefreshTokenRotation": rotation,
        }
        walker = new_walker(engine, client_settings=settings)
        token = tokens_of(walker.by_password())["RefreshToken"]
        with refused("InvalidParameterException", "Auth flow not enabled for this client"):
            by_flow(walker, token)
        assert by_operation(walker, token)["RefreshToken"]


@pytest.mark.fact("A266")
@pytest.mark.parametrize(
    ("flows", "allowed"),
    [
        (["ALLOW_USER_PASSWORD_AUTH"], False),
        (["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], True),
        (["USER_PASSWORD_AUTH"], True),
    ],
)
def test_operation_needs_a_client_that_refreshes(
    engine: Engine, flows: list[str], allowed: bool
) -> None:
    """GetTokensFromRefreshToken needs a client that refreshes or rotates."""
    walker = new_walker(engine, client_settings={"ExplicitAuthFlows": flows})
    token = tokens_of(walker.by_password())["RefreshToken"]
    members = {"ClientId": walker.client_id, "RefreshToken": token}
    if allowed:
        assert "AccessToken" in tokens_of(walker.call("GetTokensFromRefreshToken", **members))
        return
    with refused("NotAuthorizedException"):
        walker.call("GetTokensFromRefreshToken", **members)
