"""Serve what programs need to check a pool's tokens: its keys and OpenID configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from harness.emulator.http.wire import HttpAnswer

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.service import Service

__all__ = ["ENDPOINTS", "json_web_keys", "openid_configuration"]

_HEADERS = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
#: The endpoints of a domain, by their members of the OpenID configuration (H099).
_OF_DOMAIN = {
    "authorization_endpoint": "oauth2/authorize",
    "end_session_endpoint": "logout",
    "revocation_endpoint": "oauth2/revoke",
    "token_endpoint": "oauth2/token",
    "userinfo_endpoint": "oauth2/userInfo",
}
#: Those of a pool without a domain. They are below the issuer, and answer nothing useful (H100).
ENDPOINTS = {
    "authorization_endpoint": "authorize",
    "end_session_endpoint": "logout",
    "revocation_endpoint": "revoke",
    "token_endpoint": "token",
    "userinfo_endpoint": "userInfo",
}


def json_web_keys(service: Service, pool_id: str) -> HttpAnswer:
    """Return the pool's two public keys (A276)."""
    pool = service.pools.get(pool_id)
    if pool is None:
        return _not_found(pool_id)
    return HttpAnswer(200, json.dumps(pool.keys.jwks()).encode(), dict(_HEADERS))


def openid_configuration(service: Service, pool_id: str) -> HttpAnswer:
    """Return the pool's OpenID document, its members in the order of the alphabet (A277).

    The issuer is the one in the tokens. The keys are below the address of the server, if there is
    one, and otherwise below the issuer. The endpoints are those of the pool's domain (H099); of
    two domains, the custom one (unknown). Without a domain they are beside the keys (H100).
    """
    pool = service.pools.get(pool_id)
    if pool is None:
        return _not_found(pool_id)
    issuer = service.issuer_of(pool)
    base = f"{service.public_url}/{pool_id}" if service.public_url else issuer
    document = {
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": f"{base}/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        **_endpoints(service, pool, base),
    }
    return HttpAnswer(200, json.dumps(document, sort_keys=True).encode(), dict(_HEADERS))


def _endpoints(service: Service, pool: Pool, base: str) -> dict[str, str]:
    name = pool.domains.get("CustomDomain") or pool.domains.get("Domain")
    if name is None:
        return {member: f"{base}/{path}" for member, path in ENDPOINTS.items()}
    domain = service.domain_url(pool, name)
    return {member: f"{domain}/{path}" for member, path in _OF_DOMAIN.items()}


def _not_found(pool_id: str) -> HttpAnswer:
    body = {"message": f"User pool {pool_id} does not exist."}
    return HttpAnswer(404, json.dumps(body).encode(), dict(_HEADERS))
