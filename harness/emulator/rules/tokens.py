"""Tokens: their claims and lifetimes, and what a presented access token allows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.domain.attributes import readable
from harness.emulator.domain.grants import Grant, RefreshToken
from harness.emulator.domain.signing import SigningKeys, TokenFormatError, read_token
from harness.emulator.rules.client_settings import validity_seconds
from harness.emulator.rules.user_state import refuse_reset_required
from harness.emulator.triggers.tokens import NO_OVERRIDE, ClaimsOverride

if TYPE_CHECKING:
    from harness.emulator.domain.pools import AppClient, Pool
    from harness.emulator.domain.users import User
    from harness.emulator.engine import Engine

__all__ = [
    "Authorized",
    "Grant",
    "SigningKeys",
    "access_token",
    "authorize",
    "authorized_under_lock",
    "group_claims",
    "id_token",
    "issue_refresh_token",
    "jwks",
    "lifetime",
    "revoke_user",
]

#: The scope of every token that the API issues, and that every call with one needs (A246, A072).
USER_SCOPE = "aws.cognito.signin.user.admin"


def lifetime(client: AppClient, token: str) -> int:
    """How many seconds a client's ``AccessToken``, ``IdToken`` or ``RefreshToken`` lives (A256).

    A validity of 0 means the default, in the default unit (A257).
    """
    return validity_seconds(client.settings, token)


def access_token(
    engine: Engine, client: AppClient, grant: Grant, override: ClaimsOverride = NO_OVERRIDE
) -> str:
    """Sign an access token (A245); no e-mail, no ``aud``."""
    device = {"device_key": grant.device_key} if grant.device_key else {}
    claims = {
        "sub": grant.user.sub,
        **device,
        **_groups(grant.user),
        "iss": client.pool.issuer,
        "client_id": client.client_id,
        **_common(engine, client, grant, "access"),
        "scope": USER_SCOPE,
        "username": grant.user.username,
    }
    return client.pool.keys.access.sign(override.in_access_token(claims))


def id_token(
    engine: Engine, client: AppClient, grant: Grant, override: ClaimsOverride = NO_OVERRIDE
) -> str:
    """Sign an ID token (A247) with the attributes that the client may read (A248)."""
    user = grant.user
    claims = {
        "sub": user.sub,
        **group_claims(client.pool, user),
        **_attributes(client, user),
        "iss": client.pool.issuer,
        "cognito:username": user.username,
        "aud": client.client_id,
        **_common(engine, client, grant, "id"),
    }
    return client.pool.keys.id.sign(override.in_id_token(claims))


def issue_refresh_token(
    engine: Engine, client: AppClient, grant: Grant, *, expires_at: float | None = None
) -> str:
    """Make a refresh token; a rotated one keeps the end of the one before it (A265)."""
    if expires_at is None:
        expires_at = engine.clock.time() + lifetime(client, "RefreshToken")
    token = RefreshToken(grant, expires_at)
    return client.pool.grants.issue_refresh_token(token, engine.random, engine.clock.time())


def _common(engine: Engine, client: AppClient, grant: Grant, use: str) -> dict[str, Any]:
    """What both tokens say; jti and origin_jti only where tokens can be revoked (A251)."""
    now = int(engine.clock.time())
    kind = "AccessToken" if use == "access" else "IdToken"
    claims: dict[str, Any] = {
        "event_id": grant.event_id,
        "token_use": use,
        "auth_time": grant.auth_time,
        "exp": now + lifetime(client, kind),
        "iat": now,
    }
    if client.revocation_enabled or client.rotates_refresh_tokens:
        claims |= {"origin_jti": grant.origin_jti, "jti": engine.random.uuid()}
    return claims


def group_claims(pool: Pool, user: User) -> dict[str, Any]:
    """What an ID token says about the user's groups and their roles."""
    return {**_groups(user), **_roles(pool, user)}


def _groups(user: User) -> dict[str, list[str]]:
    return {"cognito:groups": list(user.groups)} if user.groups else {}


def _roles(pool: Pool, user: User) -> dict[str, Any]:
    """The groups' roles; preferred is the one of the lowest Precedence, if one is lowest."""
    groups = [pool.groups[name].settings for name in user.groups if name in pool.groups]
    roles = [group for group in groups if group.get("RoleArn")]
    if not roles:
        return {}
    claims: dict[str, Any] = {"cognito:roles": [group["RoleArn"] for group in roles]}
    ranked = [group for group in roles if group.get("Precedence") is not None]
    lowest = min((group["Precedence"] for group in ranked), default=None)
    first = {group["RoleArn"] for group in ranked if group["Precedence"] == lowest}
    if len(first) == 1:
        claims["cognito:preferred_role"] = first.pop()
    return claims


def _attributes(client: AppClient, user: User) -> dict[str, Any]:
    """The attributes that the client may read, verified flags as booleans (A247, A248)."""
    return {
        name: value.lower() == "true" if name.endswith("_verified") else value
        for name, value in readable(client, user.attributes).items()
    }


@dataclass(frozen=True)
class Authorized:
    """Whom a presented access token speaks for."""

    pool: Pool
    user: User
    grant: Grant
    client: AppClient
    claims: dict[str, Any] = field(repr=False)


def authorize(engine: Engine, access_token: str, scope: str = USER_SCOPE) -> Authorized:
    """Check an access token as every operation with one does, and say whom it speaks for.

    The order: form and signature (A274, A275), expiry, the user (A073, A074), revocation (A272),
    scope (A072), a password that was reset (D072).
    """
    pool, claims = _verified(engine, access_token)
    return _accepted(engine, pool, claims, scope)


@contextmanager
def authorized_under_lock(engine: Engine, access_token: str) -> Iterator[Authorized]:
    """`authorize` under the pool's lock, which the block holds.

    Checked before it, the token may be revoked and its user deleted once the lock is had.
    """
    pool, claims = _verified(engine, access_token)
    with pool.lock:
        yield _accepted(engine, pool, claims, USER_SCOPE)


def _accepted(engine: Engine, pool: Pool, claims: dict[str, Any], scope: str) -> Authorized:
    """Whom the claims of a token with a good signature speak for at this moment."""
    if engine.pools.get(pool.pool_id) is not pool:
        raise refusals.access_token_signature()
    if engine.clock.time() >= claims["exp"]:
        raise refusals.access_token_expired()
    user = pool.users.by_sub(claims["sub"])
    if user is None:
        raise refusals.user_not_found()
    if not user.enabled:
        raise refusals.user_disabled()
    grant = pool.grants.by_event(claims["event_id"])
    client = pool.clients.get(claims["client_id"])
    if grant is None or grant.revoked or client is None:
        raise refusals.access_token_revoked()
    if scope not in claims["scope"].split():
        raise refusals.access_token_scope()
    refuse_reset_required(user)
    return Authorized(pool, user, grant, client, claims)


def _verified(engine: Engine, token: str) -> tuple[Pool, dict[str, Any]]:
    """Pool and claims of a token that one of our access keys signed.

    Text without dots is a bad signature (A275), text that has the parts but not their content a
    malformed token, and so is an ID token (A274).
    """
    if token.count(".") != 2:
        raise refusals.access_token_signature()
    try:
        header, claims = read_token(token)
    except TokenFormatError as error:
        raise refusals.access_token_invalid() from error
    pool = engine.pools.get(str(claims.get("iss")).rpartition("/")[2])
    if pool is None or header.get("alg") != "RS256":
        raise refusals.access_token_signature()
    if header.get("kid") == pool.keys.id.kid and pool.keys.id.signed(token):
        raise refusals.access_token_invalid()
    if header.get("kid") != pool.keys.access.kid or not pool.keys.access.signed(token):
        raise refusals.access_token_signature()
    return pool, claims


def revoke_user(pool: Pool, user: User) -> None:
    """Kill every refresh and access token of a user (A271)."""
    pool.grants.revoke_all(user)


def jwks(pool: Pool) -> dict[str, list[dict[str, str]]]:
    """The pool's JSON Web Key Set, two keys (A276)."""
    return pool.keys.jwks()
