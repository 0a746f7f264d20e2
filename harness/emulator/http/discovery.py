"""Serve what programs need to check a pool's tokens: its keys and OpenID configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from harness.emulator.http.wire import HttpAnswer

if TYPE_CHECKING:
    from harness.emulator.service import Service

_HEADERS = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}


def json_web_keys(service: Service, pool_id: str) -> HttpAnswer:
    """Return the pool's two public keys (A276)."""
    pool = service.pools.get(pool_id)
    if pool is None:
        return _not_found(pool_id)
    return HttpAnswer(200, json.dumps(pool.keys.jwks()).encode(), dict(_HEADERS))


def openid_configuration(service: Service, pool_id: str, base_url: str | None = None) -> HttpAnswer:
    """Return the pool's OpenID document (A277).

    Args:
        service: the service that has the pool.
        pool_id: the pool.
        base_url: the address of this service, used for ``jwks_uri``; the issuer stays the one in
            the tokens.
    """
    pool = service.pools.get(pool_id)
    if pool is None:
        return _not_found(pool_id)
    base = f"{base_url.rstrip('/')}/{pool_id}" if base_url else pool.issuer
    document = {
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": pool.issuer,
        "jwks_uri": f"{base}/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }
    return HttpAnswer(200, json.dumps(document).encode(), dict(_HEADERS))


def _not_found(pool_id: str) -> HttpAnswer:
    body = {"message": f"User pool {pool_id} does not exist."}
    return HttpAnswer(404, json.dumps(body).encode(), dict(_HEADERS))
