"""Verifies an ID token with Python's libraries, as a resource server does.

Each function returns the user's name, and raises an error of its library otherwise.
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import jwt
from authlib.integrations.flask_client import OAuth  # type: ignore[import-untyped]
from flask import Flask
from joserfc import jwt as jose
from joserfc.jwk import KeySet

__all__ = ["by_authlib", "by_joserfc", "by_pyjwt"]

_DOCUMENT = "/.well-known/openid-configuration"
_NAME = "cognito:username"


def _read(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=30) as response:
        return dict(json.load(response))


def by_pyjwt(base: str, token: str, client_id: str, issuer: str) -> str:
    """Let PyJWT find the keys and verify the token."""
    keys = jwt.PyJWKClient(str(_read(base + _DOCUMENT)["jwks_uri"]))
    key = keys.get_signing_key_from_jwt(token).key
    claims = jwt.decode(token, key, algorithms=["RS256"], audience=client_id, issuer=issuer)
    return str(claims[_NAME])


def by_joserfc(base: str, token: str, client_id: str, issuer: str) -> str:
    """Let joserfc verify the token with the keys of the document."""
    keys = KeySet.import_key_set(_read(str(_read(base + _DOCUMENT)["jwks_uri"])))  # type: ignore[arg-type]
    claims = jose.decode(token, keys, algorithms=["RS256"]).claims
    expected = {"iss": issuer, "aud": client_id}
    rules: Any = {name: {"essential": True, "value": value} for name, value in expected.items()}
    jose.JWTClaimsRegistry(**rules).validate(claims)
    return str(claims[_NAME])


def by_authlib(base: str, token: str, client_id: str, issuer: str) -> str:
    """Let authlib read the document, find the keys and verify the token.

    It compares the issuer of the token with that of the document, whatever the app expects.
    """
    del issuer
    oauth = OAuth(Flask("app"))
    oauth.register("cognito", client_id=client_id, server_metadata_url=base + _DOCUMENT)
    with oauth.app.app_context():
        # Without an access token, authlib takes the ID token for one of the implicit flow.
        tokens = {"id_token": token, "access_token": "another"}
        claims = oauth.cognito.parse_id_token(tokens, nonce=None)
    return str(claims[_NAME])
