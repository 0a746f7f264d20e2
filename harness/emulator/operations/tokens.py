"""Sign out, and revoke or refresh tokens."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.signing import TokenFormatError, read_token
from harness.emulator.rules.auth_flows import allowed_flows
from harness.emulator.rules.tokens import authorized_under_lock
from harness.emulator.service import Service
from harness.emulator.sign_in.refresh import refreshed, rotated, usable_token


def global_sign_out(service: Service, request: Request) -> dict[str, Any]:
    """Revoke all tokens of the user, including the one in the request (A271, A272)."""
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        authorized.pool.grants.revoke_all(authorized.user)
        return {}


def admin_user_global_sign_out(service: Service, request: Request) -> dict[str, Any]:
    """Do the same as `global_sign_out`, as an administrator."""
    with service.locked_user(request) as (pool, user):
        pool.grants.revoke_all(user)
        return {}


def revoke_token(service: Service, request: Request) -> dict[str, Any]:
    """Revoke a refresh token and all access tokens of its sign-in (A268 to A270).

    A token that is unknown, another client's or already revoked is a success that changes
    nothing.
    """
    client = service.client(request)
    _require_secret(client, request.params.get("ClientSecret"), "UnauthorizedException")
    if not client.revocation_enabled:
        raise refusals.revocation_not_enabled()
    revoke_refresh_token(client, request.params["Token"])
    return {}


def revoke_refresh_token(client: UserPoolClient, text: str) -> None:
    """Revoke the sign-in of a refresh token, if it is one of the app client's (A268, A270).

    Raises:
        Refusal: the text is a token of another kind (A269).
    """
    with client.pool.lock:
        token = client.pool.grants.refresh_token(text)
        if token is None and _is_json_web_token(text):
            raise refusals.unsupported_token_type()
        if token is not None and token.grant.client_id == client.client_id:
            token.grant.revoked = True


def get_tokens_from_refresh_token(service: Service, request: Request) -> dict[str, Any]:
    """Refresh the tokens, and rotate the refresh token if the app client does that (A265, A266).

    A client without rotation needs REFRESH_TOKEN_AUTH in its ExplicitAuthFlows here as well.
    """
    client = service.client(request)
    params = request.params
    _require_secret(client, params.get("ClientSecret"), "NotAuthorizedException")
    if not client.rotates_refresh_tokens and "REFRESH_TOKEN_AUTH" not in allowed_flows(client):
        raise refusals.refresh_not_enabled()
    with client.pool.lock:
        token = usable_token(service, client, params["RefreshToken"], params.get("DeviceKey"))
        if client.rotates_refresh_tokens:
            return {"AuthenticationResult": rotated(service, client, token)}
        return {"AuthenticationResult": refreshed(service, client, token.grant)}


def _require_secret(client: UserPoolClient, secret: str | None, code: str) -> None:
    """Require the client secret: these operations take it as it is, not as a hash (A266, A269)."""
    if not client.is_confidential:
        return
    if secret is None or not any(known.equals(secret) for known in client.secrets):
        raise refusals.client_secret_wrong(client.client_id, code)


def _is_json_web_token(text: str) -> bool:
    try:
        read_token(text)
    except TokenFormatError:
        return False
    return True


OPERATIONS = {
    "GlobalSignOut": global_sign_out,
    "AdminUserGlobalSignOut": admin_user_global_sign_out,
    "RevokeToken": revoke_token,
    "GetTokensFromRefreshToken": get_tokens_from_refresh_token,
}
