"""POST /oauth2/token: tokens for a code, for a refresh token, and for an app itself (H065)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from harness.emulator.api.request import under_way
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.http.wire import HttpAnswer, is_too_deep
from harness.emulator.managed_login.client_authentication import authenticated_client
from harness.emulator.managed_login.oauth_endpoint import OAuthCall, answer_call, json_answer
from harness.emulator.managed_login.request import Visit
from harness.emulator.refusals import Refusal, oauth
from harness.emulator.rules.oauth_scopes import machine_scopes, unreadable_attributes
from harness.emulator.rules.oauth_tokens import (
    code_tokens,
    in_oauth,
    machine_tokens,
    require_code_standing,
)
from harness.emulator.sign_in.refresh import refreshed, rotated, usable_page_token
from harness.emulator.stores.authorization_codes import AuthorizationCode

__all__ = ["token"]

#: A header of its answers (H053).
_CONTEXT = {"X-Application-Context": "application:prod:8443"}
#: The most characters of aws_client_metadata: as many as ClientMetadata of an operation may have.
_LONGEST_METADATA = 131_072


def token(visit: Visit) -> HttpAnswer:
    """Answer ``/oauth2/token``."""
    return answer_call(visit, ("POST",), _token)


def _token(call: OAuthCall) -> HttpAnswer:
    form = call.visit.request.form
    grant_type = form.get("grant_type")
    if not grant_type:
        raise _missing("grant_type") if form or not call.visit.request.body else _no_form()
    issue = _GRANTS.get(grant_type)
    if issue is None:
        reason = f"grant_type is not one of {', '.join(_GRANTS)}"
        raise oauth.grant_unsupported().because(reason)
    client = authenticated_client(call)
    metadata = _metadata(form) if grant_type == "client_credentials" else {}
    request = call.request(ClientId=client.client_id, ClientMetadata=metadata)
    with under_way(request), client.pool.lock:
        members = issue(call, client, form)
    response = json_answer(members)
    response.headers |= _CONTEXT
    return response


def _by_code(call: OAuthCall, client: UserPoolClient, form: dict[str, str]) -> dict[str, Any]:
    """Exchange an authorization code (H070 to H072)."""
    if "code" not in _flows(client):
        raise oauth.grant_not_allowed().because("AllowedOAuthFlows has no code")
    text, redirect_uri = _required(form, "code", "redirect_uri")
    verifier = form.get("code_verifier") or None
    call.asked(Code=text, CodeVerifier=verifier)
    code = _usable_code(call, client, text)
    if redirect_uri != code.authorize.redirect_uri:
        reason = "redirect_uri is not that of the authorize request, compared as whole strings"
        raise oauth.redirect_invalid().because(reason)
    # Whoever has a stolen code and no verifier has one guess: whether Cognito gives more is
    # unknown (H071).
    code.used = True
    _require_verifier(code, verifier)
    unreadable = unreadable_attributes(client, code.authorize.scopes)
    if unreadable:
        reason = f"ReadAttributes of the app client lacks {', '.join(unreadable)}"
        raise oauth.grant_invalid().because(reason)
    require_code_standing(client, code.user, code.sign_outs)
    return code_tokens(call.visit.engine, client, code)


def _usable_code(call: OAuthCall, client: UserPoolClient, text: str) -> AuthorizationCode:
    """Return a code that is good for an app client; each cause is the same error (H071)."""
    visit = call.visit
    code = visit.engine.authorization_codes.known(text)
    if code is None or code.pool_id != visit.pool.pool_id:
        raise oauth.grant_invalid().because("no such code is known")
    if code.authorize.client_id != client.client_id:
        raise oauth.grant_invalid().because("the code is of another app client")
    call.asked(Username=code.user.username)
    if code.used:
        raise oauth.grant_invalid().because("the code was used before")
    if visit.now >= code.expires_at:
        late = visit.now - code.expires_at
        raise oauth.grant_invalid().because(f"the code expired {late:.0f} s ago")
    return code


def _require_verifier(code: AuthorizationCode, verifier: str | None) -> None:
    """Check the code_verifier of PKCE (H071; RFC 7636, 4.6).

    A verifier without a challenge is refused as well, since somebody may have taken the challenge
    out of the authorize request (RFC 9700, 4.8.2). What Cognito does then is unknown.
    """
    challenge = code.authorize.code_challenge
    if challenge is None and verifier is None:
        return
    if challenge is None:
        reason = "there is a code_verifier, but the authorize request had no code_challenge"
    elif verifier is None:
        reason = "code_verifier is missing"
    elif hmac.compare_digest(_challenge_of(verifier).encode(), challenge.encode()):
        return
    else:
        reason = "code_verifier does not fit the code_challenge"
    raise oauth.grant_invalid().because(reason)


def _challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _by_refresh_token(
    call: OAuthCall, client: UserPoolClient, form: dict[str, str]
) -> dict[str, Any]:
    """Refresh the tokens; rotate the refresh token if the app client does that (H075, H076)."""
    (text,) = _required(form, "refresh_token")
    call.asked(RefreshToken=text)
    engine = call.visit.engine
    token = usable_page_token(engine, client, text)
    call.asked(Username=token.grant.user.username)
    if client.rotates_refresh_tokens:
        return in_oauth(rotated(engine, client, token))
    return in_oauth(refreshed(engine, client, token.grant))


def _by_client(call: OAuthCall, client: UserPoolClient, form: dict[str, str]) -> dict[str, Any]:
    """Issue an access token for the app itself (H077, H078)."""
    if not client.settings.get("AllowedOAuthFlowsUserPoolClient"):
        reason = "AllowedOAuthFlowsUserPoolClient of the app client is false"
        raise oauth.grant_invalid().because(reason)
    if "client_credentials" not in _flows(client) or not client.is_confidential:
        reason = "AllowedOAuthFlows has no client_credentials, or the app client has no secret"
        raise oauth.grant_not_allowed().because(reason)
    _spend(call)
    allowed = machine_scopes(client)
    wanted = form.get("scope", "").split() or allowed
    foreign = [scope for scope in wanted if scope not in allowed]
    if foreign or not wanted:
        reason = f"the app client does not have the scope {foreign[0][:100]!r}" if foreign else ""
        raise oauth.scope_invalid().because(reason or "the app client has no scope")
    return machine_tokens(call.visit.engine, client, wanted)


def _spend(call: OAuthCall) -> None:
    """Count client_credentials against its own quota (H017)."""
    quotas = call.visit.engine.quotas
    if quotas.enabled:
        quotas.spend("client_credentials", call.visit.caller, call.visit.now)


def _metadata(form: dict[str, str]) -> dict[str, str]:
    """Return aws_client_metadata (H079); what Cognito says of anything but texts is unknown."""
    text = form.get("aws_client_metadata")
    if not text:
        return {}
    try:
        value = json.loads(text) if len(text) <= _LONGEST_METADATA else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or is_too_deep(value):
        reason = "aws_client_metadata is not a JSON object"
        raise oauth.request_invalid().because(reason)
    if not all(isinstance(item, str) for item in value.values()):
        reason = "a value of aws_client_metadata is not a text"
        raise oauth.request_invalid().because(reason)
    return value


def _flows(client: UserPoolClient) -> list[str]:
    """Return AllowedOAuthFlows, which count only if the client may use OAuth at all (H009)."""
    if not client.settings.get("AllowedOAuthFlowsUserPoolClient"):
        return []
    return list(client.settings.get("AllowedOAuthFlows") or ())


def _required(form: dict[str, str], *names: str) -> list[str]:
    for name in names:
        if not form.get(name):
            raise _missing(name)
    return [form[name] for name in names]


def _no_form() -> Refusal:
    reason = "the body is no form: its Content-Type must be application/x-www-form-urlencoded"
    return oauth.request_invalid().because(reason)


def _missing(name: str) -> Refusal:
    return oauth.request_invalid().because(f"{name} is missing from the form")


#: The grants by grant_type; each is called with the lock of the pool.
_GRANTS: dict[str, Callable[[OAuthCall, UserPoolClient, dict[str, str]], dict[str, Any]]] = {
    "authorization_code": _by_code,
    "refresh_token": _by_refresh_token,
    "client_credentials": _by_client,
}
