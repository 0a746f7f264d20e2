"""The claims of tokens of managed login, which differ from those of sign-ins through the API.

Their order is that of captures; only people see it, since libraries compare parsed values (H086).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from harness.emulator.domain.grants import Grant

#: The version of access tokens with OAuth scopes; those of the API have none (H081).
_VERSION = 2

#: The order in access tokens (H082).
_ACCESS = (
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
)

#: The order in ID tokens, up to the user's attributes and after them (H084).
_ID_BEGINS = (
    "at_hash",
    "sub",
    "cognito:groups",
    "email_verified",
    "phone_number_verified",
    "iss",
    "cognito:username",
    "nonce",
    "origin_jti",
)
_ID_ENDS = ("aud", "event_id", "token_use", "auth_time", "exp", "iat", "jti")


def scope_claim(scopes: Collection[str]) -> str:
    """Return the claim ``scope``: the scopes in alphabetical order.

    Cognito's are in no order that the request explains (H082). An app that relies on the order of
    its request is wrong there, and so it is here.
    """
    return " ".join(sorted(set(scopes)))


def page_access_claims(claims: Mapping[str, Any], grant: Grant) -> dict[str, Any]:
    """Return the claims of an access token of the pages (H081, H038).

    Args:
        claims: what the API's access token would have.
        grant: the sign-in on the pages.
    """
    audience = {"aud": grant.audience} if grant.audience else {}
    scope = scope_claim(grant.scopes or ())
    return _ordered({**claims, "version": _VERSION, "scope": scope, **audience}, _ACCESS, ())


def page_id_claims(
    claims: Mapping[str, Any], access_token: str, nonce: str | None
) -> dict[str, Any]:
    """Return the claims of an ID token of the pages (H083 to H085).

    Args:
        claims: what the API's ID token would have.
        access_token: the access token that is issued with it.
        nonce: of the authorize request; ``None`` without one, and in a refresh.
    """
    given = {} if nonce is None else {"nonce": nonce}
    return _ordered({**claims, "at_hash": at_hash(access_token), **given}, _ID_BEGINS, _ID_ENDS)


def machine_access_claims(
    client_id: str, scopes: Collection[str], issuer: str, jti: str, now: int, lifetime: int
) -> dict[str, Any]:
    """Return the ten claims of the access token of an app itself (H087).

    Args:
        client_id: the id of the app client.
        scopes: the scopes that it gets.
        issuer: of the pool.
        jti: the id of the token.
        now: epoch seconds.
        lifetime: seconds.
    """
    return {
        "sub": client_id,
        "token_use": "access",
        "scope": scope_claim(scopes),
        "auth_time": now,
        "iss": issuer,
        "exp": now + lifetime,
        "iat": now,
        "version": _VERSION,
        "jti": jti,
        "client_id": client_id,
    }


def at_hash(access_token: str) -> str:
    """Return ``at_hash``: the first half of the access token's SHA-256 (H083)."""
    half = hashlib.sha256(access_token.encode("ascii")).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def _ordered(
    claims: Mapping[str, Any], begins: tuple[str, ...], ends: tuple[str, ...]
) -> dict[str, Any]:
    others = [name for name in claims if name not in begins and name not in ends]
    return {name: claims[name] for name in (*begins, *others, *ends) if name in claims}
