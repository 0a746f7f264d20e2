"""Refusals of a domain's OAuth 2.0 endpoints (RFC 6749, 5.2).

``code`` is the member ``error`` of the response, ``message`` the member ``error_description``;
most have none (H066, H071, H074).
"""

from __future__ import annotations

from harness.emulator.refusals.requests import Refusal

#: What userInfo says of a request without a usable header (H093).
_NO_BEARER = "Bad OAuth2 request at UserInfo Endpoint"
#: What it says of a token that is no longer good (H093).
_DEAD_TOKEN = "Access token is expired, disabled, or deleted, or the user has globally signed out."


def request_invalid() -> Refusal:
    """A parameter is missing, or the body is no form (H065, H077)."""
    return Refusal("invalid_request", "")


def client_unknown() -> Refusal:
    """No app client of the pool has the id (H068)."""
    return Refusal("invalid_client", "")


def client_secret_wrong() -> Refusal:
    """The client secret is missing or wrong (H067)."""
    return Refusal("invalid_client", "invalid_client_secret")


def grant_invalid() -> Refusal:
    """The code or the refresh token cannot be used, or the PKCE verifier is wrong (H071, H074)."""
    return Refusal("invalid_grant", "")


def redirect_invalid() -> Refusal:
    """redirect_uri is not that of the authorize request (H070)."""
    return Refusal("unauthorized_client", "invalid_redirect")


def grant_not_allowed() -> Refusal:
    """The app client may not use the grant (H077)."""
    return Refusal("unauthorized_client", "")


def grant_unsupported() -> Refusal:
    """The endpoint does not have the grant (H077)."""
    return Refusal("unsupported_grant_type", "")


def scope_invalid() -> Refusal:
    """A scope is not among those of the app client (H078; the error is unknown)."""
    return Refusal("invalid_scope", "")


def stopped_by_trigger(refusal: Refusal) -> Refusal:
    """A trigger's error, as a redirect to an app has one (H063; unknown at this endpoint)."""
    return Refusal("invalid_request", refusal.message).because(refusal.reason)


def too_many_requests() -> Refusal:
    """A quota is used up (H017); the response is unknown."""
    return Refusal("too_many_requests", "Rate exceeded", 429)


def token_type_unsupported() -> Refusal:
    """The token to revoke is no refresh token (H095)."""
    return Refusal("unsupported_token_type", "")


def user_info_request_invalid() -> Refusal:
    """UserInfo is called without an access token (H093)."""
    return Refusal("invalid_request", _NO_BEARER)


def user_info_token_invalid() -> Refusal:
    """The access token of userInfo is not good (H093)."""
    return Refusal("invalid_token", _DEAD_TOKEN, 401)


def user_info_scope_missing() -> Refusal:
    """The access token of userInfo lacks ``openid`` (H094; the status is inferred)."""
    return Refusal("invalid_token", "Access token does not contain openid scope", 401)
