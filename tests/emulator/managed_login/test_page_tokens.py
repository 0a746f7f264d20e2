"""Tokens of managed login: their claims, as a library that knows nothing of Cognito reads them."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.rules.oauth_tokens import implicit_tokens
from tests.emulator.support.oauth import USER_SCOPE, App, Place, members_of, new_app, new_machine
from tests.emulator.support.walker import claims_of, new_engine

SERVER = "http://127.0.0.1:9229"


@pytest.fixture
def app(place: Place) -> App:
    """An app without a secret, with its user."""
    return new_app(place)


def verified(app: App, token: str) -> dict[str, Any]:
    """Return the claims of a token that joserfc has verified with the pool's JWKS."""
    keys = KeySet.import_key_set(app.pool.keys.jwks())  # type: ignore[arg-type]
    return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)


@pytest.mark.fact("H081")
def test_an_access_token_has_version_2_and_its_scopes(app: App) -> None:
    """It has the scopes of the request, the client and the user, and no audience."""
    claims = verified(app, app.signed_in(scopes=("openid", "email"))["access_token"])
    assert claims["version"] == 2
    assert set(claims["scope"].split()) == {"openid", "email"}
    assert (claims["client_id"], claims["username"]) == (app.client_id, "alice")
    assert "aud" not in claims
    assert "email" not in claims


@pytest.mark.fact("H081", "H083", "A246")
def test_a_token_of_the_api_is_another_kind(app: App) -> None:
    """A sign-in of the same client through the API has no version, one scope and no at_hash."""
    result = app.by_api()
    access, identity = verified(app, result["AccessToken"]), verified(app, result["IdToken"])
    assert access["scope"] == USER_SCOPE
    assert "version" not in access
    assert "at_hash" not in identity


@pytest.mark.fact("H082")
def test_the_claims_of_an_access_token_have_their_order(app: App) -> None:
    """They come in the order of captures."""
    app.call("CreateGroup", UserPoolId=app.pool_id, GroupName="admins")
    app.administer("AdminAddUserToGroup", GroupName="admins")
    assert list(claims_of(app.signed_in()["access_token"])) == [
        "sub",
        "cognito:groups",
        "iss",
        "version",
        "client_id",
        "origin_jti",
        "event_id",
        "token_use",
        "scope",
        "auth_time",
        "exp",
        "iat",
        "jti",
        "username",
    ]


@pytest.mark.fact("H082")
def test_scopes_are_not_in_the_order_of_the_request(app: App) -> None:
    """The order of the request says nothing about that of the token."""
    scopes = ("phone", "openid", USER_SCOPE, "email")
    found = {
        claims_of(app.signed_in(scopes=order)["access_token"])["scope"]
        for order in (scopes, scopes[::-1])
    }
    assert found == {f"{USER_SCOPE} email openid phone"}


@pytest.mark.fact("H083")
def test_an_id_token_names_its_access_token(app: App) -> None:
    """at_hash is the first half of the SHA-256 of the access token."""
    tokens = app.signed_in()
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    expected = base64.urlsafe_b64encode(half).decode().rstrip("=")
    assert verified(app, tokens["id_token"])["at_hash"] == expected


@pytest.mark.fact("H084", "H085")
def test_the_claims_of_an_id_token_have_their_order(app: App) -> None:
    """They come in the order of captures, and the flag of the email address is a boolean."""
    app.call("CreateGroup", UserPoolId=app.pool_id, GroupName="admins")
    app.administer("AdminAddUserToGroup", GroupName="admins")
    claims = claims_of(app.signed_in(nonce="n-1")["id_token"])
    assert list(claims) == [
        "at_hash",
        "sub",
        "cognito:groups",
        "email_verified",
        "iss",
        "cognito:username",
        "nonce",
        "origin_jti",
        "email",
        "name",
        "aud",
        "event_id",
        "token_use",
        "auth_time",
        "exp",
        "iat",
        "jti",
    ]
    assert (claims["email_verified"], claims["nonce"]) == (True, "n-1")


@pytest.mark.fact("H085")
def test_without_a_nonce_there_is_none(app: App) -> None:
    """A sign-in of the pool's own user gets no nonce that nobody has sent."""
    assert "nonce" not in claims_of(app.signed_in()["id_token"])


@pytest.mark.fact("H085")
def test_auth_time_is_that_of_the_sign_in(app: App) -> None:
    """The time before the exchange counts as well: auth_time is not iat."""
    at = app.now()
    code = app.code(at)
    app.engine.clock.advance(100)
    claims = claims_of(members_of(app.exchange(code))["id_token"])
    assert (claims["auth_time"], claims["iat"]) == (at, at + 100)


@pytest.mark.fact("H089")
def test_a_refresh_token_looks_like_an_encrypted_one(app: App) -> None:
    """It has the five parts and the header of the captures."""
    parts = app.signed_in()["refresh_token"].split(".")
    header = json.loads(base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    assert len(parts) == 5
    assert header == {"cty": "JWT", "enc": "A256GCM", "alg": "RSA-OAEP"}


@pytest.mark.fact("H090")
@pytest.mark.parametrize(
    ("kind", "host"), [("ORIGINAL", "cognito-idp"), ("UPDATED", "issuer-cognito-idp")]
)
def test_the_issuer_is_not_the_domain(app: App, kind: str, host: str) -> None:
    """It is the host of the API with the pool's id, by the pool's IssuerConfiguration."""
    app.pool.settings["IssuerConfiguration"] = {"Type": kind}
    tokens = app.signed_in()
    issuers = {claims_of(tokens[name])["iss"] for name in ("id_token", "access_token")}
    assert issuers == {f"https://{host}.us-east-1.amazonaws.com/{app.pool_id}"}


def test_the_issuer_of_the_server_is_in_every_token() -> None:
    """With ``issuer="server"`` the tokens of users and apps name the public URL."""
    app = new_machine(Place.in_process(new_engine(issuer="server", public_url=SERVER)))
    assert app.engine.settings == EmulatorSettings(seed=1, issuer="server", public_url=SERVER)
    token = members_of(app.token("client_credentials"))["access_token"]
    assert verified(app, token)["iss"] == f"{SERVER}/{app.pool_id}"
    user_app = new_app(app.place)
    issuer = f"{SERVER}/{user_app.pool_id}"
    assert verified(user_app, user_app.signed_in()["id_token"])["iss"] == issuer


@pytest.mark.fact("H038")
def test_a_resource_is_the_audience(app: App) -> None:
    """The access token is for the API that the request named; the ID token for the app."""
    tokens = app.signed_in(resource="https://api.example.com/orders")
    assert verified(app, tokens["access_token"])["aud"] == "https://api.example.com/orders"
    assert verified(app, tokens["id_token"])["aud"] == app.client_id


def test_a_client_without_revocation_has_no_token_ids(app: App) -> None:
    """EnableTokenRevocation decides about jti and origin_jti here too (A251)."""
    app.client.settings["EnableTokenRevocation"] = False
    tokens = app.signed_in()
    for name in ("id_token", "access_token"):
        assert not {"jti", "origin_jti"} & claims_of(tokens[name]).keys()


@pytest.mark.fact("H022")
def test_the_implicit_flow_gives_no_refresh_token(app: App) -> None:
    """Its parameters are texts, in the order of the documentation."""
    request = app.authorize(response_type="token", nonce="n-2")
    given = implicit_tokens(app.engine, app.client, app.user, request, app.now())
    assert list(given) == ["id_token", "access_token", "expires_in", "token_type"]
    assert (given["expires_in"], given["token_type"]) == ("3600", "Bearer")
    assert verified(app, given["id_token"])["nonce"] == "n-2"
    assert app.call("GetUser", AccessToken=given["access_token"])["Username"] == "alice"


@pytest.mark.fact("H022")
def test_the_implicit_flow_without_openid_gives_no_id_token(app: App) -> None:
    """Then there is the access token alone."""
    request = app.authorize(response_type="token", scopes=(USER_SCOPE,))
    given = implicit_tokens(app.engine, app.client, app.user, request, app.now())
    assert list(given) == ["access_token", "expires_in", "token_type"]


def test_a_token_of_an_app_itself_is_signed_by_the_pool() -> None:
    """joserfc accepts the token of client_credentials with the pool's JWKS."""
    machine = new_machine()
    token = members_of(machine.token("client_credentials"))["access_token"]
    assert verified(machine, token)["sub"] == machine.client_id


@pytest.mark.fact("H040b")
@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo"])
def test_every_response_may_be_read_by_any_page(app: App, path: str) -> None:
    """Refusals too have the header of CORS, and a preflight is answered."""
    response = app.send(path, {})
    assert response.status in (400, 401)
    assert response.headers["access-control-allow-origin"] == "*"
    preflight = app.send(path, method="OPTIONS", origin="https://app.example.com")
    assert preflight.status == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "Authorization" in preflight.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in {**response.headers, **preflight.headers}
