"""Tokens: their claims and lifetimes, and the check of an access token."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import current_request
from harness.emulator.domain.grants import Grant, RefreshToken
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.signing import TokenFormatError, read_token
from harness.emulator.domain.token_overrides import ClaimsOverride
from harness.emulator.domain.users import RESET_REQUIRED, User
from harness.emulator.rules.page_claims import page_access_claims, page_id_claims
from harness.emulator.service import Service
from harness.emulator.triggers.tokens import pre_token_generation

#: The scope of every access token of the API; calls with an access token need it (A246, A072).
USER_SCOPE = "aws.cognito.signin.user.admin"
#: Operations with a token whose model does not declare PasswordResetRequiredException.
_UNDECLARED = frozenset({"AssociateSoftwareToken", "GetTokensFromRefreshToken"})


def claims_override(
    service: Service,
    client: UserPoolClient,
    user: User,
    scopes: Collection[str] | None = None,
    cause: str | None = None,
) -> ClaimsOverride | None:
    """Return the changes of PreTokenGeneration to the next tokens; ``None`` without a handler.

    The trigger's error stops the tokens.

    Args:
        service: the service.
        client: the app client.
        user: the user who gets the tokens.
        scopes: the scopes of the access token; by default that of the API.
        cause: the second part of triggerSource; by default that of the current call.
    """
    if not service.runs_trigger(client.pool, "PreTokenGeneration"):
        return None
    groups = group_claims(client.pool, user)
    given = (USER_SCOPE,) if scopes is None else tuple(sorted(scopes))
    return pre_token_generation(service.triggers, client, user, groups, given, cause)


def new_tokens(
    service: Service,
    client: UserPoolClient,
    grant: Grant,
    override: ClaimsOverride | None,
    nonce: str | None = None,
) -> dict[str, Any]:
    """Return AuthenticationResult with new access and ID tokens (A255).

    A sign-in on the pages without the scope ``openid`` gets no ID token (H080).
    """
    access = access_token(service, client, grant, override)
    result = {"AccessToken": access}
    if grant.scopes is None or "openid" in grant.scopes:
        about_pages = (access, nonce) if grant.from_pages else None
        result["IdToken"] = id_token(service, client, grant, override, about_pages)
    return {**result, "ExpiresIn": client.lifetime("AccessToken"), "TokenType": "Bearer"}


def access_token(
    service: Service, client: UserPoolClient, grant: Grant, override: ClaimsOverride | None = None
) -> str:
    """Return a signed access token; it has no email, and ``aud`` only by H038 (A245, H081)."""
    device = {"device_key": grant.device_key} if grant.device_key else {}
    claims = {
        "sub": grant.user.sub,
        **device,
        **_groups(grant.user),
        "iss": service.issuer_of(client.pool),
        "client_id": client.client_id,
        **_common(service, client, grant, "access"),
        "scope": USER_SCOPE,
        "username": grant.user.username,
    }
    if grant.from_pages:
        claims = page_access_claims(claims, grant)
    return client.pool.keys.access.sign(override.in_access_token(claims) if override else claims)


def id_token(
    service: Service,
    client: UserPoolClient,
    grant: Grant,
    override: ClaimsOverride | None = None,
    about_pages: tuple[str, str | None] | None = None,
) -> str:
    """Return a signed ID token (A247) with the attributes that the client may read (A248).

    Args:
        service: the service.
        client: the app client.
        grant: the sign-in.
        override: the changes of PreTokenGeneration.
        about_pages: for a sign-in on the pages, the access token and the nonce (H083, H085).
    """
    user = grant.user
    claims = {
        "sub": user.sub,
        **group_claims(client.pool, user),
        **_attributes(client, user),
        "iss": service.issuer_of(client.pool),
        "cognito:username": user.username,
        "aud": client.client_id,
        **_common(service, client, grant, "id"),
    }
    if about_pages is not None:
        claims = page_id_claims(claims, *about_pages)
    return client.pool.keys.id.sign(override.in_id_token(claims) if override else claims)


def issue_refresh_token(
    service: Service, client: UserPoolClient, grant: Grant, *, expires_at: float | None = None
) -> str:
    """Return a new refresh token; after rotation it expires when the old one would (A265)."""
    if expires_at is None:
        expires_at = service.clock.time() + client.lifetime("RefreshToken")
    token = RefreshToken(grant, expires_at)
    return client.pool.grants.issue_refresh_token(token, service.random, service.clock.time())


def _common(service: Service, client: UserPoolClient, grant: Grant, use: str) -> dict[str, Any]:
    """Return the claims of both tokens; jti and origin_jti only if tokens are revocable (A251)."""
    now = int(service.clock.time())
    kind = "AccessToken" if use == "access" else "IdToken"
    claims: dict[str, Any] = {
        "event_id": grant.event_id,
        "token_use": use,
        "auth_time": grant.auth_time,
        "exp": now + client.lifetime(kind),
        "iat": now,
    }
    if client.revocation_enabled or client.rotates_refresh_tokens:
        claims |= {"origin_jti": grant.origin_jti, "jti": service.random.uuid()}
    return claims


def group_claims(pool: Pool, user: User) -> dict[str, Any]:
    """Return the claims of an ID token about the user's groups and their roles."""
    return {**_groups(user), **_roles(pool, user)}


def _groups(user: User) -> dict[str, list[str]]:
    return {"cognito:groups": list(user.groups)} if user.groups else {}


def _roles(pool: Pool, user: User) -> dict[str, Any]:
    """Return the groups' roles; the one with the lowest Precedence, if unique, is preferred."""
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


def _attributes(client: UserPoolClient, user: User) -> dict[str, Any]:
    """Return the attributes that the client may read, verified flags as booleans (A247, A248)."""
    return {
        name: value.lower() == "true" if name.endswith("_verified") else value
        for name, value in client.readable(user.attributes).items()
    }


@dataclass(frozen=True)
class Authorized:
    """The result of a successful check of an access token."""

    pool: Pool
    user: User
    grant: Grant
    client: UserPoolClient
    claims: dict[str, Any] = field(repr=False)


@contextmanager
def authorized_under_lock(service: Service, access_token: str) -> Iterator[Authorized]:
    """Check an access token under the pool's lock, which the block holds.

    The order of the checks: format and signature (A274, A275), expiry, user (A073, A074),
    revocation (A272), scope (A072), password reset (D072). After a check without the lock, another
    call could still revoke the token or delete the user.
    """
    pool, claims = _verified(service, access_token)
    with pool.lock:
        yield _accepted(service, pool, claims)


@contextmanager
def bearer_under_lock(service: Service, access_token: str) -> Iterator[Authorized]:
    """Do the same as `authorized_under_lock`, whatever the scopes of the token are (H094)."""
    pool, claims = _verified(service, access_token)
    with pool.lock:
        yield _standing(service, pool, claims)


def _accepted(service: Service, pool: Pool, claims: dict[str, Any]) -> Authorized:
    """Check the claims of a token for an operation, once its signature is right."""
    authorized = _standing(service, pool, claims)
    if USER_SCOPE not in claims["scope"].split():
        raise refusals.access_token_scope()
    refuse_reset_required(authorized.user)
    return authorized


def _standing(service: Service, pool: Pool, claims: dict[str, Any]) -> Authorized:
    """Check that a token and its user are still good."""
    if service.pools.get(pool.pool_id) is not pool:
        raise refusals.access_token_signature()
    if service.clock.time() >= claims["exp"]:
        ago = service.clock.time() - claims["exp"]
        raise refusals.access_token_expired().because(f"it expired {ago:.0f} s ago")
    if "username" not in claims:  # the token of an app itself has no user (H087)
        raise refusals.access_token_scope().because("it is a token of client_credentials")
    user = pool.users.by_sub(claims["sub"])
    if user is None:
        raise refusals.user_not_found()
    if not user.enabled:
        raise refusals.user_disabled()
    grant = pool.grants.by_event(claims["event_id"])
    client = pool.clients.get(claims["client_id"])
    if grant is None or grant.revoked or client is None:
        raise refusals.access_token_revoked().because(
            "the app client is gone" if client is None else "its sign-in was revoked or signed out"
        )
    return Authorized(pool, user, grant, client, claims)


def refuse_reset_required(user: User) -> None:
    """Refuse a user who has to choose a new password first (D072).

    The error is PasswordResetRequiredException if the operation's model declares it, as nearly all
    do, and otherwise NotAuthorizedException.
    """
    if user.status != RESET_REQUIRED:
        return
    request = current_request()
    declared = request is None or request.operation not in _UNDECLARED
    raise refusals.password_reset_required(declared=declared)


def _verified(service: Service, token: str) -> tuple[Pool, dict[str, Any]]:
    """Check the signature of an access token and return its pool and claims.

    A plain word counts as a wrong signature (A275). Text with dots that cannot be read as a token
    is a malformed token, and so is an ID token (A274).
    """
    if "." not in token:
        raise refusals.access_token_signature()
    try:
        header, claims = read_token(token)
    except TokenFormatError as error:
        raise refusals.access_token_invalid() from error
    # The pool's keys decide: a token keeps its issuer when the pool or the server gets another one.
    pool = service.pools.get(str(claims.get("iss")).rpartition("/")[2])
    if pool is None or header.get("alg") != "RS256":
        raise refusals.access_token_signature()
    if header.get("kid") == pool.keys.id.kid and pool.keys.id.signed(token):
        raise refusals.access_token_invalid()
    if header.get("kid") != pool.keys.access.kid or not pool.keys.access.signed(token):
        raise refusals.access_token_signature()
    return pool, claims
