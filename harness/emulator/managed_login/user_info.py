"""GET and POST /oauth2/userInfo: the attributes of the user of an access token (H091)."""

from __future__ import annotations

from harness.emulator import refusals
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.oauth_endpoint import (
    OAuthCall,
    answer_call,
    json_answer,
    oauth_error,
)
from harness.emulator.managed_login.request import Visit
from harness.emulator.refusals import Refusal, oauth
from harness.emulator.rules.oauth_scopes import user_info_attributes
from harness.emulator.rules.tokens import Authorized, bearer_under_lock

__all__ = ["user_info"]


def user_info(visit: Visit) -> HttpAnswer:
    """Answer ``/oauth2/userInfo``."""
    return answer_call(visit, ("GET", "POST"), _user_info, _error)


def _user_info(call: OAuthCall) -> HttpAnswer:
    token = _bearer(call.visit.request.headers.get("authorization", ""))
    call.asked(AccessToken=token)
    try:
        with bearer_under_lock(call.visit.engine, token) as authorized:
            return json_answer(_claims(call.visit, authorized))
    except Refusal as refusal:
        raise _at_the_endpoint(refusal) from refusal


def _claims(visit: Visit, authorized: Authorized) -> dict[str, str]:
    """Return the claims; both ``_verified`` ones are texts here, unlike in ID tokens (H091)."""
    if authorized.pool is not visit.pool:
        raise oauth.user_info_token_invalid().because("the token is of another pool")
    scopes = authorized.claims["scope"].split()
    if "openid" not in scopes:
        raise oauth.user_info_scope_missing()
    user = authorized.user
    readable = authorized.client.readable(user.attributes)
    return {
        "sub": user.sub,
        **user_info_attributes(readable, scopes),
        "username": user.username,
    }


def _bearer(header: str) -> str:
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        reason = "the header Authorization has no Bearer token"
        raise oauth.user_info_request_invalid().because(reason)
    return token.strip()


def _at_the_endpoint(refusal: Refusal) -> Refusal:
    """Return what this endpoint makes of a refusal of an operation with a token (H093, H094)."""
    if refusal.code == "invalid_token":
        return refusal
    if refusal.message == refusals.access_token_scope().message:
        return oauth.user_info_scope_missing().because(refusal.reason)
    return oauth.user_info_token_invalid().because(refusal.reason or refusal.message)


def _error(refusal: Refusal) -> HttpAnswer:
    """Return an error with its header, which AWS shows without a scheme (H093).

    Its body is unknown; here it says the same as the header.
    """
    header = f'error="{refusal.code}", error_description="{refusal.message}"'
    return oauth_error(refusal, **{"WWW-Authenticate": header})
