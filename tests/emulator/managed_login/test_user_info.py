"""GET and POST /oauth2/userInfo."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.domain.signing import SigningKeys
from tests.emulator.support.expect import HOUR
from tests.emulator.support.oauth import USER_SCOPE, App, Place, add_client, members_of, new_app
from tests.emulator.support.walker import claims_of

BAD_REQUEST = 'error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"'
DEAD = (
    'error="invalid_token", error_description="Access token is expired, disabled, or deleted, '
    'or the user has globally signed out."'
)
NO_OPENID = 'error="invalid_token", error_description="Access token does not contain openid scope"'
ATTRIBUTES = {
    "email": "alice@example.com",
    "email_verified": "true",
    "phone_number": "+12065550123",
    "phone_number_verified": "false",
    "name": "Alice",
    "locale": "en",
    "custom:plan": "gold",
    "address": "Elm Street 1",
}


@pytest.fixture
def app(place: Place) -> App:
    """An app whose user has attributes of every scope."""
    schema = [{"Name": "plan", "AttributeDataType": "String", "Mutable": True}]
    app = new_app(place, {"Schema": schema})
    given = [{"Name": name, "Value": value} for name, value in ATTRIBUTES.items()]
    app.administer("AdminUpdateUserAttributes", UserAttributes=given)
    return app


def ask(app: App, token: str, method: str = "GET") -> Any:
    """Ask for the user of an access token."""
    return app.send("/oauth2/userInfo", method=method, authorization=f"Bearer {token}")


def shown(app: App, *scopes: str) -> dict[str, Any]:
    """Return what userInfo says after a sign-in with these scopes, without sub and username."""
    claims = members_of(ask(app, app.signed_in(scopes=scopes)["access_token"]))
    assert claims.pop("sub") == app.user.sub
    assert claims.pop("username") == "alice"
    return claims


def of(*names: str) -> dict[str, str]:
    """Return some of the user's attributes."""
    return {name: ATTRIBUTES[name] for name in names}


@pytest.mark.fact("H091")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_says_who_the_user_is(app: App, method: str) -> None:
    """Both methods give sub, attributes and username; the flags are texts, unlike in ID tokens."""
    tokens = app.signed_in(scopes=("openid",))
    response = ask(app, tokens["access_token"], method)
    assert response.headers["content-type"] == "application/json;charset=UTF-8"
    claims = members_of(response)
    assert (claims["sub"], claims["username"]) == (app.user.sub, "alice")
    assert (claims["email_verified"], claims["phone_number_verified"]) == ("true", "false")
    assert claims_of(tokens["id_token"])["phone_number_verified"] is False


@pytest.mark.fact("H092")
def test_openid_alone_gives_all_attributes(app: App) -> None:
    """Scopes of other kinds beside it change nothing."""
    assert shown(app, "openid") == ATTRIBUTES
    assert shown(app, "openid", USER_SCOPE, "orders/read") == ATTRIBUTES


@pytest.mark.fact("H092")
@pytest.mark.parametrize(
    ("scopes", "names"),
    [
        (["email"], ["email", "email_verified"]),
        (["phone"], ["phone_number", "phone_number_verified"]),
        (["profile"], ["name", "locale", "custom:plan"]),
        (["email", "profile"], ["email", "email_verified", "name", "locale", "custom:plan"]),
    ],
)
def test_a_scope_gives_its_attributes(app: App, scopes: list[str], names: list[str]) -> None:
    """Custom attributes come with ``profile``."""
    assert shown(app, "openid", *scopes) == of(*names)


@pytest.mark.fact("H092")
def test_only_what_the_client_reads_is_shown(app: App) -> None:
    """ReadAttributes of the client of the token decides."""
    readable = ["email", "email_verified", "custom:plan"]
    app.description = add_client(app.engine, app.pool_id, ReadAttributes=readable)
    assert shown(app, "openid") == of(*readable)


@pytest.mark.fact("H093")
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer  ", "Basic YTpi", "token"])
def test_without_a_token_the_request_is_bad(app: App, header: str | None) -> None:
    """The header says so, without the word Bearer."""
    headers = {} if header is None else {"authorization": header}
    response = app.send("/oauth2/userInfo", None, method="GET", **headers)
    assert response.status == 400
    assert response.headers["www-authenticate"] == BAD_REQUEST


def dead_tokens(app: App) -> dict[str, str]:
    """Return access tokens that were good once, or never."""
    tokens = {"expired": app.signed_in()["access_token"]}
    app.engine.clock.advance(HOUR)
    revoked = app.signed_in()
    app.call("RevokeToken", ClientId=app.client_id, Token=revoked["refresh_token"])
    tokens["revoked"] = revoked["access_token"]
    tokens["signed out"] = app.signed_in()["access_token"]
    app.administer("AdminUserGlobalSignOut")
    good = app.signed_in()
    tokens["no token"] = "word"
    tokens["ID token"] = good["id_token"]
    tokens["refresh token"] = good["refresh_token"]
    tokens["forged"] = SigningKeys().access.sign(claims_of(good["access_token"]))
    tokens["unsigned"] = good["access_token"].rpartition(".")[0] + "."
    tokens["of another pool"] = new_app(app.place).signed_in()["access_token"]
    return tokens


@pytest.mark.fact("H093")
def test_a_dead_token_is_invalid(app: App) -> None:
    """Expired, revoked, signed out, forged, and what is no access token: one 401."""
    for kind, token in dead_tokens(app).items():
        response = ask(app, token)
        assert response.status == 401, kind
        assert response.headers["www-authenticate"] == DEAD, kind


@pytest.mark.fact("H093")
@pytest.mark.parametrize("operation", ["AdminDisableUser", "AdminDeleteUser"])
def test_a_token_ends_with_its_user(app: App, operation: str) -> None:
    """A user who was disabled or deleted is not shown."""
    token = app.signed_in()["access_token"]
    app.administer(operation)
    response = ask(app, token)
    assert (response.status, response.headers["www-authenticate"]) == (401, DEAD)


@pytest.mark.fact("H093b")
def test_the_body_of_an_error_says_the_same(app: App) -> None:
    """What the header says is in the body as JSON, our choice."""
    assert members_of(ask(app, "word"), 401) == {
        "error": "invalid_token",
        "error_description": "Access token is expired, disabled, or deleted, or the user has "
        "globally signed out.",
    }


@pytest.mark.fact("H094", "H094b")
def test_a_token_needs_openid(app: App) -> None:
    """Tokens of the API do not have it; the status is our choice."""
    for token in (
        app.by_api()["AccessToken"],
        app.signed_in(scopes=(USER_SCOPE,))["access_token"],
    ):
        response = ask(app, token)
        assert response.status == 401
        assert response.headers["www-authenticate"] == NO_OPENID


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD"])
def test_other_methods_are_not_allowed(app: App, method: str) -> None:
    """They get a 405, as at the token endpoint."""
    assert ask(app, app.signed_in()["access_token"], method).status == 405


def test_the_call_log_names_the_user(app: App) -> None:
    """It finds the user in the token, and has the reason of a refusal, but not the token."""
    token = app.signed_in()["access_token"]
    ask(app, token)
    app.administer("AdminUserGlobalSignOut")
    ask(app, token)
    log = app.engine.call_log
    refused, accepted = log.newest(2)
    assert (accepted.operation, accepted.username) == ("GET /oauth2/userInfo", "alice")
    assert (refused.status, refused.code) == (401, "invalid_token")
    assert log.reason_of(refused.number) == "its sign-in was revoked or signed out"
    assert token.rpartition(".")[2] not in repr([*log._noted])
