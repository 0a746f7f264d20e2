"""Tokens of managed login: for a code, in the implicit flow, and for an app itself."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.domain.grants import Grant
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.token_overrides import ClaimsOverride
from harness.emulator.domain.users import CONFIRMED, User
from harness.emulator.refusals import oauth
from harness.emulator.rules.page_claims import machine_access_claims
from harness.emulator.rules.tokens import claims_override, issue_refresh_token, new_tokens
from harness.emulator.service import Service
from harness.emulator.stores.authorization_codes import AuthorizationCode
from harness.emulator.triggers.tokens import machine_token_generation, runs_for_machines

#: The names of AuthenticationResult in OAuth 2.0, in the order of captures (H080).
_MEMBERS = {
    "IdToken": "id_token",
    "AccessToken": "access_token",
    "RefreshToken": "refresh_token",
    "ExpiresIn": "expires_in",
    "TokenType": "token_type",
}


def in_oauth(result: dict[str, Any]) -> dict[str, Any]:
    """Return the members of AuthenticationResult by their names in OAuth 2.0 (H080)."""
    return {name: result[member] for member, name in _MEMBERS.items() if member in result}


def issue_code(
    service: Service, client: UserPoolClient, user: User, authorize: AuthorizeRequest, at: int
) -> str:
    """Return a new authorization code for a user who has signed in on the pages (H021).

    PreTokenGeneration runs now, not when the code is exchanged: an app gets its error with the
    redirect, as ``error=invalid_request`` and ``error_description=PreTokenGeneration failed with
    error ...``. Reported for sign-ins with an identity provider (H063); inferred for others.

    Args:
        service: the service.
        client: the app client.
        user: who signed in on the pages.
        authorize: the request of the app.
        at: epoch seconds of the sign-in, the ``auth_time`` of the tokens (H085).

    Raises:
        Refusal: PreTokenGeneration stops the tokens, or the user is gone when it ends.
    """
    override = _hosted_override(service, client, user, authorize)
    now = service.clock.time()
    codes = service.authorization_codes
    return codes.issue(client.pool.pool_id, user, authorize, at, now, override)


def code_tokens(
    service: Service, client: UserPoolClient, code: AuthorizationCode
) -> dict[str, Any]:
    """Return the response to an authorization code: with a refresh token (H080)."""
    grant = _new_grant(service, client, code.user, code.authorize, code.auth_time)
    result = new_tokens(service, client, grant, code.override, code.authorize.nonce)
    result["RefreshToken"] = issue_refresh_token(service, client, grant)
    return in_oauth(result)


def implicit_tokens(
    service: Service, client: UserPoolClient, user: User, authorize: AuthorizeRequest, at: int
) -> dict[str, str]:
    """Return the parameters of the implicit flow, before ``state``: no refresh token (H022).

    The arguments are those of `issue_code`, and so is what it raises.
    """
    override = _hosted_override(service, client, user, authorize)
    grant = _new_grant(service, client, user, authorize, at)
    named = in_oauth(new_tokens(service, client, grant, override, authorize.nonce))
    names = ("id_token", "access_token", "expires_in", "token_type")
    return {name: str(named[name]) for name in names if name in named}


def machine_tokens(
    service: Service, client: UserPoolClient, scopes: Collection[str]
) -> dict[str, Any]:
    """Return the response of client_credentials: an access token for the app itself (H078, H087).

    Args:
        service: the service.
        client: the app client.
        scopes: the scopes that it gets.

    Raises:
        Refusal: PreTokenGeneration stops the token.
    """
    override = None
    runs = service.runs_trigger(client.pool, "PreTokenGeneration") and runs_for_machines(client)
    if runs:
        override = machine_token_generation(service.triggers, client, sorted(scopes))
    lifetime = client.lifetime("AccessToken")
    issuer, jti = service.issuer_of(client.pool), service.random.uuid()
    now = int(service.clock.time())
    claims = machine_access_claims(client.client_id, scopes, issuer, jti, now, lifetime)
    changed = override.in_access_token(claims) if override else claims
    token = client.pool.keys.access.sign(changed)
    return {"access_token": token, "expires_in": lifetime, "token_type": "Bearer"}


def require_code_standing(client: UserPoolClient, user: User, sign_outs: int) -> None:
    """Refuse a user who was deleted, disabled or signed out since the sign-in on the pages.

    So is one who must choose a new password first: the one that was proven is not theirs any more.

    Args:
        client: the app client.
        user: who signed in.
        sign_outs: how often all tokens of the user had been revoked at the sign-in (A271).
    """
    if client.pool.users.by_sub(user.sub) is not user:
        raise oauth.grant_invalid().because("the user was deleted")
    if not user.enabled:
        raise oauth.grant_invalid().because("the user is disabled")
    if user.status != CONFIRMED:
        raise oauth.grant_invalid().because(f"the user is in the state {user.status}")
    if user.sign_outs != sign_outs:
        raise oauth.grant_invalid().because("the user was signed out everywhere since")


def _hosted_override(
    service: Service, client: UserPoolClient, user: User, authorize: AuthorizeRequest
) -> ClaimsOverride | None:
    sign_outs = user.sign_outs
    override = claims_override(service, client, user, authorize.scopes, "HostedAuth")
    require_code_standing(client, user, sign_outs)  # the trigger took time
    return override


def _new_grant(
    service: Service, client: UserPoolClient, user: User, authorize: AuthorizeRequest, at: int
) -> Grant:
    grant = Grant(
        origin_jti=service.random.uuid(),
        event_id=service.random.uuid(),
        user=user,
        client_id=client.client_id,
        device_key=None,
        auth_time=at,
        scopes=tuple(authorize.scopes),
        from_pages=True,
        audience=authorize.resource,
    )
    client.pool.grants.add(grant)
    return grant
