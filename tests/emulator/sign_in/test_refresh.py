"""Refresh tokens: REFRESH_TOKEN_AUTH, GetTokensFromRefreshToken, rotation, devices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import (
    ALL_FLOWS,
    ALWAYS,
    OPT_IN,
    Walker,
    claims_of,
    new_client,
    new_walker,
    tokens_of,
)

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = (NOT_AUTHORIZED, "Invalid Refresh Token")
DAY = 86_400

Refresh = Callable[..., dict[str, Any]]


def by_flow(walker: Walker, token: str, device_key: str | None = None) -> dict[str, Any]:
    """Refresh by REFRESH_TOKEN_AUTH."""
    answer = walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token, DEVICE_KEY=device_key)
    assert answer["ChallengeParameters"] == {}
    return tokens_of(answer)


def by_operation(walker: Walker, token: str, device_key: str | None = None) -> dict[str, Any]:
    """Refresh by GetTokensFromRefreshToken."""
    params = {"ClientId": walker.client_id, "RefreshToken": token}
    if device_key is not None:
        params["DeviceKey"] = device_key
    answer = walker.call("GetTokensFromRefreshToken", **params)
    assert set(answer) == {"AuthenticationResult"}
    return dict(answer["AuthenticationResult"])


@pytest.fixture(params=[by_flow, by_operation], ids=["flow", "operation"])
def refresh(request: pytest.FixtureRequest) -> Refresh:
    """Both ways to refresh."""
    way: Refresh = request.param
    return way


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

    @pytest.mark.fact("A260", "A266")
    def test_members(self, walker: Walker, tokens: dict[str, Any], refresh: Refresh) -> None:
        """The answer has access and ID token, and no refresh token."""
        fresh = refresh(walker, tokens["RefreshToken"])
        assert set(fresh) == {"AccessToken", "IdToken", "ExpiresIn", "TokenType"}
        assert (fresh["ExpiresIn"], fresh["TokenType"]) == (3600, "Bearer")

    @pytest.mark.fact("A114")
    @pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
    @pytest.mark.parametrize("admin", [False, True])
    def test_synonyms(self, walker: Walker, tokens: dict[str, Any], flow: str, admin: bool) -> None:
        """REFRESH_TOKEN and REFRESH_TOKEN_AUTH are the same, for administrators too."""
        walker.admin = admin
        assert tokens_of(walker.initiate(flow, REFRESH_TOKEN=tokens["RefreshToken"]))

    @pytest.mark.fact("A250", "A252")
    def test_claims(self, walker: Walker, tokens: dict[str, Any], refresh: Refresh) -> None:
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

    def test_again_and_again(
        self, walker: Walker, tokens: dict[str, Any], refresh: Refresh
    ) -> None:
        """Without rotation a refresh token is used as often as one likes."""
        for _ in range(3):
            walker.engine.clock.advance(DAY)
            access = refresh(walker, tokens["RefreshToken"])["AccessToken"]
            assert walker.call("GetUser", AccessToken=access)["Username"] == "alice"

    def test_attributes_are_those_of_now(
        self, walker: Walker, tokens: dict[str, Any], refresh: Refresh
    ) -> None:
        """A refreshed ID token has the attributes of now."""
        pairs = [{"Name": "given_name", "Value": "Alicia"}]
        walker.administer("AdminUpdateUserAttributes", UserAttributes=pairs)
        fresh = refresh(walker, tokens["RefreshToken"])
        assert claims_of(fresh["IdToken"])["given_name"] == "Alicia"

    @pytest.mark.fact("A256", "A262")
    def test_expired(self, walker: Walker, tokens: dict[str, Any], refresh: Refresh) -> None:
        """A refresh token lives thirty days by default."""
        walker.engine.clock.advance(30 * DAY - 1)
        assert refresh(walker, tokens["RefreshToken"])
        walker.engine.clock.advance(1)
        with refused(NOT_AUTHORIZED, "Refresh Token has expired"):
            refresh(walker, tokens["RefreshToken"])

    @pytest.mark.fact("A256")
    def test_validity_and_unit(self, engine: Engine, refresh: Refresh) -> None:
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
    def test_garbage(self, walker: Walker, token: str, refresh: Refresh) -> None:
        """What was never given out is invalid."""
        with refused(*INVALID):
            refresh(walker, token)

    @pytest.mark.fact("A261")
    def test_other_tokens(self, walker: Walker, tokens: dict[str, Any], refresh: Refresh) -> None:
        """An access or ID token does not refresh."""
        for name in ("AccessToken", "IdToken"):
            with refused(*INVALID):
                refresh(walker, tokens[name])

    @pytest.mark.fact("A261")
    def test_another_client(self, walker: Walker, tokens: dict[str, Any], refresh: Refresh) -> None:
        """A token of one client does not refresh at another, in this pool or not."""
        stranger = new_walker(walker.engine)
        sibling = new_client(walker.engine, walker.user_pool_id)["ClientId"]
        for client_id in (sibling, stranger.client_id):
            stranger.client_id = client_id
            with refused(*INVALID):
                refresh(stranger, tokens["RefreshToken"])

    @pytest.mark.fact("A263")
    def test_deleted_user(self, walker: Walker, tokens: dict[str, Any], refresh: Refresh) -> None:
        """The user is gone, and a new one of the same name is not he."""
        walker.administer("AdminDeleteUser")
        with refused("UserNotFoundException", "User does not exist."):
            refresh(walker, tokens["RefreshToken"])
        client = {"ClientId": walker.client_id}
        new_walker(walker.engine, pool_id=walker.user_pool_id, client=client)
        with refused("UserNotFoundException", "User does not exist."):
            refresh(walker, tokens["RefreshToken"])

    @pytest.mark.fact("A263")
    def test_disabled_user(self, walker: Walker, tokens: dict[str, Any], refresh: Refresh) -> None:
        """A disabled user is told so."""
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
    def test_secret(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """With the right secret it refreshes; with another or none it does not."""
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
    def test_new_token(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """A refresh gives a new refresh token, which refreshes in turn."""
        one = by_operation(walker, tokens["RefreshToken"])
        two = by_operation(walker, one["RefreshToken"])
        assert len({tokens["RefreshToken"], one["RefreshToken"], two["RefreshToken"]}) == 3

    @pytest.mark.fact("A265")
    def test_flow_is_off(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """REFRESH_TOKEN_AUTH does not rotate and is off."""
        with refused("InvalidParameterException", "Auth flow not enabled for this client"):
            by_flow(walker, tokens["RefreshToken"])

    @pytest.mark.fact("A265", "A267")
    def test_old_token(self, walker: Walker, tokens: dict[str, Any], grace: int) -> None:
        """The old token is good for the grace period and is then reuse."""
        by_operation(walker, tokens["RefreshToken"])
        if grace:
            walker.engine.clock.advance(grace - 1)
            assert by_operation(walker, tokens["RefreshToken"])["RefreshToken"]
            walker.engine.clock.advance(1)
        with refused("RefreshTokenReuseException"):
            by_operation(walker, tokens["RefreshToken"])

    @pytest.mark.fact("A265")
    def test_remaining_lifetime(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """A new token ends when the first one would have."""
        walker.engine.clock.advance(20 * DAY)
        fresh = by_operation(walker, tokens["RefreshToken"])
        walker.engine.clock.advance(10 * DAY)
        with refused(NOT_AUTHORIZED, "Refresh Token has expired"):
            by_operation(walker, fresh["RefreshToken"])

    @pytest.mark.fact("A270")
    def test_revoked_together(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """Revoking any token of a sign-in revokes its newest too."""
        fresh = by_operation(walker, tokens["RefreshToken"])
        names = {"ClientId": walker.client_id, "Token": tokens["RefreshToken"]}
        walker.call("RevokeToken", **names)
        with refused(NOT_AUTHORIZED, "Refresh Token has been revoked"):
            by_operation(walker, fresh["RefreshToken"])

    @pytest.mark.fact("A265")
    def test_legacy_flows_refresh_by_the_operation_only(self, engine: Engine) -> None:
        """The values of old do not gate refreshing (A106), but rotation does (A265)."""
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


class TestDevices:
    """In a tracking pool a refresh token belongs to the device of its sign-in (D114 to D121)."""

    @pytest.fixture(params=[ALWAYS, OPT_IN], ids=["always", "opt-in"])
    def walker(self, engine: Engine, request: pytest.FixtureRequest) -> Walker:
        """A user of a tracking pool; in an opt-in pool nothing is remembered here (D117)."""
        return new_walker(engine, devices=request.param)

    @pytest.fixture
    def key(self, tokens: dict[str, Any]) -> str:
        """The key that the sign-in issued."""
        return str(tokens["NewDeviceMetadata"]["DeviceKey"])

    @pytest.mark.fact("D059", "D063", "D114", "D117", "D119")
    def test_confirmed(
        self, walker: Walker, tokens: dict[str, Any], key: str, refresh: Refresh
    ) -> None:
        """With the confirmed key it works, repeatedly, and the claim stays."""
        walker.confirm_device(tokens)
        for _ in range(2):
            fresh = refresh(walker, tokens["RefreshToken"], key)
            assert claims_of(fresh["AccessToken"])["device_key"] == key
            assert "NewDeviceMetadata" not in fresh

    @pytest.mark.fact("A264", "D115", "D119", "D.19")
    def test_without_key(
        self, walker: Walker, tokens: dict[str, Any], key: str, refresh: Refresh
    ) -> None:
        """Without the key it is refused."""
        walker.confirm_device(tokens)
        with refused(*INVALID):
            refresh(walker, tokens["RefreshToken"])

    @pytest.mark.fact("D116", "D.19")
    def test_unconfirmed(
        self, walker: Walker, tokens: dict[str, Any], key: str, refresh: Refresh
    ) -> None:
        """With the key of a device that was never confirmed it is refused."""
        with refused(*INVALID):
            refresh(walker, tokens["RefreshToken"], key)

    @pytest.mark.fact("D114", "D.19")
    def test_another_device_of_the_user(
        self, walker: Walker, tokens: dict[str, Any], refresh: Refresh
    ) -> None:
        """With the key of another device of the same user it is refused (section D, 19)."""
        walker.confirm_device(tokens)
        other = walker.confirm_device(tokens_of(walker.by_password()))
        with refused(*INVALID):
            refresh(walker, tokens["RefreshToken"], other.key)

    @pytest.mark.fact("D118")
    @pytest.mark.parametrize("by", ["ForgetDevice", "AdminForgetDevice"])
    def test_forgotten(
        self, walker: Walker, tokens: dict[str, Any], key: str, refresh: Refresh, by: str
    ) -> None:
        """After the device is forgotten its refresh tokens fail."""
        walker.confirm_device(tokens)
        if by == "ForgetDevice":
            walker.call(by, AccessToken=tokens["AccessToken"], DeviceKey=key)
        else:
            walker.administer(by, DeviceKey=key)
        with refused(*INVALID):
            refresh(walker, tokens["RefreshToken"], key)

    @pytest.mark.fact("A264")
    def test_after_an_administrators_sign_in(self, walker: Walker, refresh: Refresh) -> None:
        """Tokens of AdminInitiateAuth need the device as well."""
        walker.admin = True
        tokens = tokens_of(walker.by_password())
        walker.admin = False
        with refused(*INVALID):
            refresh(walker, tokens["RefreshToken"])

    @pytest.mark.fact("D121")
    def test_tracking_switched_off(
        self, walker: Walker, tokens: dict[str, Any], refresh: Refresh
    ) -> None:
        """Once tracking is off, the same tokens refresh without key."""
        walker.engine.pools[walker.user_pool_id].settings.pop("DeviceConfiguration")
        assert refresh(walker, tokens["RefreshToken"])

    @pytest.mark.fact("D114", "D.20")
    def test_tracking_switched_on(self, engine: Engine, refresh: Refresh) -> None:
        """Tokens from before the tracking refresh without key (section D, 20)."""
        walker = new_walker(engine)
        token = tokens_of(walker.by_password())["RefreshToken"]
        engine.pools[walker.user_pool_id].settings["DeviceConfiguration"] = ALWAYS
        assert refresh(walker, token)

    @pytest.mark.fact("D086")
    def test_null_key(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """A null DEVICE_KEY counts as none."""
        walker.confirm_device(tokens)
        with refused(*INVALID):
            walker.initiate(
                "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"], DEVICE_KEY=None
            )


@pytest.mark.fact("A266")
@pytest.mark.parametrize(
    ("flows", "allowed"),
    [
        (["ALLOW_USER_PASSWORD_AUTH"], False),
        (["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], True),
        (["USER_PASSWORD_AUTH"], True),
    ],
)
def test_a_client_that_does_not_refresh(engine: Engine, flows: list[str], allowed: bool) -> None:
    """GetTokensFromRefreshToken is for clients that refresh or rotate."""
    walker = new_walker(engine, client_settings={"ExplicitAuthFlows": flows})
    token = tokens_of(walker.by_password())["RefreshToken"]
    members = {"ClientId": walker.client_id, "RefreshToken": token}
    if allowed:
        assert "AccessToken" in tokens_of(walker.call("GetTokensFromRefreshToken", **members))
        return
    with refused("NotAuthorizedException"):
        walker.call("GetTokensFromRefreshToken", **members)
