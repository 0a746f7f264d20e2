"""POST /oauth2/token with a refresh token, and refresh tokens of the pages at the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.support.expect import DAY, OTHER_PASSWORD, refused
from tests.emulator.support.oauth import (
    USER_SCOPE,
    App,
    Place,
    add_client,
    members_of,
    new_app,
)
from tests.emulator.support.walker import ALWAYS, claims_of

INVALID_GRANT = {"error": "invalid_grant"}
ROTATION = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30}
WITHOUT_REFRESH = ["ALLOW_USER_PASSWORD_AUTH"]


@pytest.fixture
def app(place: Place) -> App:
    """An app without a secret, with its user."""
    return new_app(place)


@pytest.fixture
def rotating(place: Place) -> App:
    """An app whose refresh tokens are replaced."""
    return new_app(place, ExplicitAuthFlows=WITHOUT_REFRESH, RefreshTokenRotation=ROTATION)


def refresh(app: App, text: str) -> Any:
    """Refresh the tokens at the endpoint."""
    return app.token("refresh_token", refresh_token=text)


@pytest.mark.fact("H075")
def test_a_refresh_gives_no_refresh_token(app: App) -> None:
    """The response has the other four members, and the refresh token stays good."""
    token = app.signed_in()["refresh_token"]
    for _ in range(2):
        fresh = members_of(refresh(app, token))
        assert list(fresh) == ["id_token", "access_token", "expires_in", "token_type"]


def test_a_refresh_needs_its_token(app: App) -> None:
    """Without refresh_token it is invalid_request, as the documentation says."""
    assert members_of(app.token("refresh_token"), 400) == {"error": "invalid_request"}


@pytest.mark.fact("H085", "H081", "H083")
def test_a_refresh_keeps_scopes_and_auth_time(app: App) -> None:
    """An hour later the tokens have the scopes and the time of the sign-in, and no nonce."""
    first = app.signed_in(scopes=("openid", USER_SCOPE), nonce="n-1")
    app.engine.clock.advance(3_600)
    fresh = members_of(refresh(app, first["refresh_token"]))
    before, after = (claims_of(tokens["access_token"]) for tokens in (first, fresh))
    kept = ("scope", "auth_time", "version", "origin_jti", "event_id", "sub")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert after["iat"] == before["iat"] + 3_600
    identity = claims_of(fresh["id_token"])
    assert "nonce" not in identity
    assert identity["at_hash"] != claims_of(first["id_token"])["at_hash"]


@pytest.mark.fact("H038")
def test_a_refresh_keeps_the_resource(app: App) -> None:
    """The ``aud`` of the access token is still the API that was asked for."""
    first = app.signed_in(resource="https://api.example.com")
    fresh = members_of(refresh(app, first["refresh_token"]))
    assert claims_of(fresh["access_token"])["aud"] == "https://api.example.com"


@pytest.mark.fact("H074")
def test_dead_refresh_tokens_are_the_same_error(app: App) -> None:
    """Unknown, expired, revoked, signed out and foreign: always invalid_grant, and no text."""
    other = App(app.place, app.pool_id, add_client(app.engine, app.pool_id))
    revoked, signed_out = app.signed_in()["refresh_token"], app.signed_in()["refresh_token"]
    app.call("RevokeToken", ClientId=app.client_id, Token=revoked)
    app.administer("AdminUserGlobalSignOut")
    expired = app.signed_in()["refresh_token"]
    foreign = other.signed_in()["refresh_token"]
    app.engine.clock.advance(30 * DAY)
    for text in (revoked, signed_out, expired, foreign, "unknown", app.by_api()["AccessToken"]):
        assert members_of(refresh(app, text), 400) == INVALID_GRANT


@pytest.mark.parametrize("operation", ["AdminDisableUser", "AdminDeleteUser"])
def test_a_refresh_token_ends_with_its_user(app: App, operation: str) -> None:
    """A user who was disabled or deleted gets no new tokens."""
    token = app.signed_in()["refresh_token"]
    app.administer(operation)
    assert members_of(refresh(app, token), 400) == INVALID_GRANT


def test_a_user_who_must_choose_a_password_gets_no_tokens(app: App) -> None:
    """After AdminResetUserPassword the refresh token does not work."""
    token = app.signed_in()["refresh_token"]
    app.administer("AdminResetUserPassword")
    assert members_of(refresh(app, token), 400) == INVALID_GRANT


@pytest.mark.fact("H075", "H076")
def test_the_endpoint_rotates(rotating: App) -> None:
    """The new token is another one, and the old one stays good for the grace period."""
    first = rotating.signed_in()["refresh_token"]
    fresh = members_of(refresh(rotating, first))
    assert list(fresh) == [
        "id_token",
        "access_token",
        "refresh_token",
        "expires_in",
        "token_type",
    ]
    assert fresh["refresh_token"] != first
    rotating.engine.clock.advance(29)
    members_of(refresh(rotating, first))
    members_of(refresh(rotating, fresh["refresh_token"]))


@pytest.mark.fact("H075b")
def test_a_replaced_token_ends_with_its_grace_period(rotating: App) -> None:
    """After it, the old token is invalid_grant, and the new one works."""
    first = rotating.signed_in()["refresh_token"]
    second = members_of(refresh(rotating, first))["refresh_token"]
    rotating.engine.clock.advance(30)
    assert members_of(refresh(rotating, first), 400) == INVALID_GRANT
    members_of(refresh(rotating, second))


@pytest.mark.fact("H075")
def test_a_grace_period_of_zero_is_none() -> None:
    """With 0 the old token is dead at once."""
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
    app = new_app(ExplicitAuthFlows=WITHOUT_REFRESH, RefreshTokenRotation=rotation)
    first = app.signed_in()["refresh_token"]
    members_of(refresh(app, first))
    assert members_of(refresh(app, first), 400) == INVALID_GRANT


@pytest.mark.fact("H075")
def test_a_successor_ends_when_the_first_would_have(rotating: App) -> None:
    """Rotation makes no sign-in longer."""
    token = rotating.signed_in()["refresh_token"]
    rotating.engine.clock.advance(30 * DAY - 60)
    second = members_of(refresh(rotating, token))["refresh_token"]
    rotating.engine.clock.advance(60)
    assert members_of(refresh(rotating, second), 400) == INVALID_GRANT


@pytest.mark.fact("H076")
def test_the_endpoint_needs_no_allowed_flow() -> None:
    """A client without ALLOW_REFRESH_TOKEN_AUTH refreshes here, and not through the API."""
    app = new_app(ExplicitAuthFlows=WITHOUT_REFRESH)
    token = app.signed_in()["refresh_token"]
    with refused("NotAuthorizedException"):
        app.call("GetTokensFromRefreshToken", ClientId=app.client_id, RefreshToken=token)
    members_of(refresh(app, token))


@pytest.mark.fact("H059")
def test_tokens_of_the_api_refresh_here_without_devices(app: App) -> None:
    """While the pool tracks no devices, a sign-in through the API is refreshed here too."""
    fresh = members_of(refresh(app, app.by_api()["RefreshToken"]))
    claims = claims_of(fresh["access_token"])
    assert claims["scope"] == USER_SCOPE
    assert "version" not in claims
    assert "at_hash" not in claims_of(fresh["id_token"])


@pytest.mark.fact("H059", "D120")
def test_tokens_of_the_api_do_not_refresh_here_with_devices() -> None:
    """With device tracking they are refused, also with the key of the device in the form."""
    app = new_app(pool={"DeviceConfiguration": ALWAYS})
    result = app.by_api()
    key = result["NewDeviceMetadata"]["DeviceKey"]
    for form in ({}, {"device_key": key}, {"DEVICE_KEY": key}):
        response = app.token("refresh_token", refresh_token=result["RefreshToken"], **form)
        assert members_of(response, 400) == INVALID_GRANT


@pytest.mark.fact("H059")
def test_tokens_from_before_device_tracking_do_not_refresh_here(app: App) -> None:
    """What counts is whether the pool tracks devices now."""
    token = app.by_api()["RefreshToken"]
    app.call("UpdateUserPool", UserPoolId=app.pool_id, DeviceConfiguration=ALWAYS)
    assert members_of(refresh(app, token), 400) == INVALID_GRANT


@pytest.mark.fact("H058", "H059", "D054")
def test_tokens_of_the_pages_have_no_device() -> None:
    """With device tracking they have no device_key, and are refreshed here without one."""
    app = new_app(pool={"DeviceConfiguration": ALWAYS})
    tokens = app.signed_in()
    assert "device_key" not in claims_of(tokens["access_token"])
    assert "device_key" not in claims_of(
        members_of(refresh(app, tokens["refresh_token"]))["access_token"]
    )
    assert app.call("AdminListDevices", UserPoolId=app.pool_id, Username="alice")["Devices"] == []


@pytest.mark.fact("H058")
@pytest.mark.parametrize("pool", [{}, {"DeviceConfiguration": ALWAYS}])
def test_the_api_refreshes_tokens_of_the_pages(pool: dict[str, Any]) -> None:
    """Both operations refresh them without a device, and the scopes stay those of the sign-in."""
    app = new_app(pool=pool)
    tokens = app.signed_in(scopes=("openid", "email"))
    by_flow = app.call(
        "InitiateAuth",
        ClientId=app.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["refresh_token"]},
    )["AuthenticationResult"]
    members = {"ClientId": app.client_id, "RefreshToken": tokens["refresh_token"]}
    by_operation = app.call("GetTokensFromRefreshToken", **members)["AuthenticationResult"]
    for result in (by_flow, by_operation):
        claims = claims_of(result["AccessToken"])
        assert (claims["scope"], claims["version"]) == ("email openid", 2)
        assert claims_of(result["IdToken"])["at_hash"]


def test_a_new_password_ends_no_sign_in(app: App) -> None:
    """AdminSetUserPassword leaves refresh tokens of the pages alone, as those of the API."""
    token = app.signed_in()["refresh_token"]
    app.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=True)
    members_of(refresh(app, token))
