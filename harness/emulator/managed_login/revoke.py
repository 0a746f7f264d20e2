"""POST /oauth2/revoke: revoke a refresh token and the access tokens of its sign-in (H095)."""

from __future__ import annotations

from dataclasses import replace

from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.client_authentication import authenticated_client
from harness.emulator.managed_login.oauth_endpoint import (
    OAuthCall,
    answer_call,
    json_answer,
    oauth_error,
)
from harness.emulator.managed_login.request import Visit
from harness.emulator.operations.tokens import revoke_refresh_token
from harness.emulator.refusals import Refusal, oauth

__all__ = ["revoke"]


def revoke(visit: Visit) -> HttpAnswer:
    """Answer ``/oauth2/revoke``."""
    return answer_call(visit, ("POST",), _revoke, _error)


def _revoke(call: OAuthCall) -> HttpAnswer:
    client = authenticated_client(call)
    text = call.visit.request.form.get("token")
    if not text:
        raise oauth.request_invalid().because("token is missing from the form")
    call.asked(Token=text)
    if not client.revocation_enabled:
        reason = "EnableTokenRevocation of the app client is false"
        raise oauth.request_invalid().because(reason)
    try:
        revoke_refresh_token(client, text)
    except Refusal as refusal:
        reason = "only a refresh token can be revoked"
        raise oauth.token_type_unsupported().because(reason) from refusal
    return json_answer(None)


def _error(refusal: Refusal) -> HttpAnswer:
    """Return an error; an app client that is not proven is a 401 here, unlike at the token."""
    if refusal.code != "invalid_client":
        return oauth_error(refusal)
    return replace(oauth_error(refusal), status=401)
