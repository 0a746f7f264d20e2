"""The shop's users in Cognito: one boto3 client, and the keys that tokens are checked with."""

import base64
import hashlib
import hmac
from functools import cache

import boto3
import jwt
from django.conf import settings


@cache
def cognito():
    """The one client of the process; it finds region, endpoint and credentials by itself."""
    return boto3.client("cognito-idp")


@cache
def keys():
    """The public keys of the pool, which are where the API is: on AWS and in tests."""
    api = cognito().meta.endpoint_url
    return jwt.PyJWKClient(f"{api}/{settings.COGNITO_USER_POOL_ID}/.well-known/jwks.json")


def forget():
    """Forget client and keys, when the settings change."""
    cognito.cache_clear()
    keys.cache_clear()


def secret_hash(username):
    """Return what proves that the server has the secret of the app client."""
    key = settings.COGNITO_CLIENT_SECRET.encode()
    text = (username + settings.COGNITO_CLIENT_ID).encode()
    return base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()


def claims_of(token):
    """Return the claims of a valid access token.

    Raises:
        jwt.PyJWTError: it is none of this app.
    """
    region, pool_id = cognito().meta.region_name, settings.COGNITO_USER_POOL_ID
    claims = jwt.decode(
        token,
        keys().get_signing_key_from_jwt(token),
        algorithms=["RS256"],
        issuer=f"https://cognito-idp.{region}.amazonaws.com/{pool_id}",
        options={"require": ["exp", "iss", "token_use", "client_id"]},
    )
    if (claims["token_use"], claims["client_id"]) != ("access", settings.COGNITO_CLIENT_ID):
        raise jwt.InvalidTokenError("not an access token of this app")
    return claims
