"""Check the query of ``/oauth2/authorize``, which ``/login`` and the other pages take too (H019).

What is wrong before the app client and its redirect_uri are known is shown on the error page of
the domain; the rest is told to the app.
"""

from __future__ import annotations

import json
from dataclasses import replace

from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import refused_page, to_app, to_error_page
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.versions import LOCAL
from harness.emulator.refusals import Refusal, login_pages

__all__ = ["STANDARD_SCOPES", "checked_query", "login_client", "tell_app"]

#: The scopes that are no resource server's.
STANDARD_SCOPES = ("openid", "email", "phone", "profile", "aws.cognito.signin.user.admin")
#: The scopes that need ``openid`` beside them (H030).
_BESIDE_OPENID = frozenset({"email", "phone", "profile"})
#: What AllowedOAuthFlows calls a response_type (H013, H022).
_FLOWS = {"code": "code", "token": "implicit"}


def checked_query(visit: Visit) -> AuthorizeRequest | HttpAnswer:
    """Return the request of the app, or the response to one that is not valid (H023 to H032)."""
    given = visit.request.parameters
    try:
        client = login_client(visit)
        uri = _redirect_uri(client, given.get("redirect_uri"))
    except Refusal as refused:
        is_foreign = refused.code == "redirect_mismatch"
        named = {"client_id": given["client_id"]} if is_foreign else {}
        return to_error_page(visit, refused, **named)
    provider = given.get("identity_provider", LOCAL)
    if provider != LOCAL or given.get("idp_identifier"):
        return refused_page(visit, login_pages.federation_not_emulated())
    asked = AuthorizeRequest(
        client_id=client.client_id,
        redirect_uri=uri,
        response_type=given.get("response_type", ""),
        scopes=_granted(client, given.get("scope")),
        state=given.get("state"),
        nonce=given.get("nonce"),
        code_challenge=given.get("code_challenge"),
        login_hint=given.get("login_hint"),
        prompt=tuple(given.get("prompt", "").split()),
        resource=given.get("resource"),
        query=visit.request.query,
    )
    try:
        _check(visit, client, asked)
    except Refusal as refused:
        return tell_app(visit, asked, refused)
    return asked


def tell_app(visit: Visit, asked: AuthorizeRequest, refused: Refusal) -> HttpAnswer:
    """Redirect to the app with an error (H028, H031)."""
    described = {"error_description": refused.message} if refused.message else {}
    return replace(to_app(visit, asked, {"error": refused.code, **described}), refused=refused)


def login_client(visit: Visit) -> UserPoolClient:
    """Return the app client that the query names.

    Raises:
        Refusal: it names none, the pool has none of this id, or it may not use the pages.
    """
    client_id = visit.request.parameters.get("client_id")
    if not client_id:
        raise login_pages.required_parameters_missing().because("client_id is missing")
    client = visit.pool.clients.get(client_id)
    if client is None:
        raise login_pages.login_client_unknown().because("the pool has no app client of this id")
    if not client.settings.get("AllowedOAuthFlowsUserPoolClient"):
        raise login_pages.oauth_not_enabled().because("AllowedOAuthFlowsUserPoolClient is false")
    return client


def _redirect_uri(client: UserPoolClient, given: str | None) -> str:
    """Return the redirect_uri, or the default of a client with one provider (H016, H023)."""
    callbacks = client.settings.get("CallbackURLs") or []
    if not given:
        default = client.settings.get("DefaultRedirectURI")
        if default and len(client.settings.get("SupportedIdentityProviders") or ()) == 1:
            return str(default)
        raise login_pages.required_parameters_missing().because("redirect_uri is missing")
    if given in callbacks:
        return given
    if given.lower() in {callback.lower() for callback in callbacks}:
        # Load balancers write their host in lower case, and got this text (H027).
        raise login_pages.oauth_not_enabled().because(
            "redirect_uri differs from a CallbackURL in the case of its letters alone"
        )
    raise login_pages.redirect_mismatch().because(
        "redirect_uri is not one of the app client's CallbackURLs, compared as whole strings"
    )


def _granted(client: UserPoolClient, scope: str | None) -> tuple[str, ...]:
    """Return the scopes that were asked for, or all of the client (H029).

    Scopes that their resource server has lost are left out at run time (H029c).
    """
    allowed = client.settings.get("AllowedOAuthScopes") or []
    asked = dict.fromkeys((scope or "").split()) or dict.fromkeys(allowed)
    lost = set(allowed) - {*STANDARD_SCOPES, *client.pool.scopes}
    return tuple(name for name in asked if name not in lost)


def _check(visit: Visit, client: UserPoolClient, asked: AuthorizeRequest) -> None:
    """Check what the app is told about.

    Raises:
        Refusal: something is wrong; whether Cognito looks in another order is unknown.
    """
    wrong = login_pages.authorize_request_invalid
    if asked.response_type not in _FLOWS:
        raise wrong().because("response_type is neither code nor token")
    if _FLOWS[asked.response_type] not in (client.settings.get("AllowedOAuthFlows") or ()):
        reason = f"{_FLOWS[asked.response_type]} is not among AllowedOAuthFlows"
        raise login_pages.flow_not_allowed().because(reason)
    method = visit.request.parameters.get("code_challenge_method")
    if asked.code_challenge is not None and method != "S256":
        raise wrong().because("code_challenge_method is not S256")
    if asked.code_challenge is None and method is not None:
        raise wrong().because("code_challenge_method has no code_challenge")
    if _is_json(asked.state):
        raise wrong().because("state is JSON, which must be encoded as base64")
    if asked.resource is not None and not _is_resource(asked.resource):
        raise wrong().because("resource begins with neither https:// nor a scheme of its own")
    _check_scopes(client, asked, visit.request.parameters.get("scope"))


def _check_scopes(client: UserPoolClient, asked: AuthorizeRequest, scope: str | None) -> None:
    """Refuse a scope that the app client does not have, and email and its like without openid.

    Raises:
        Refusal: H028; for the second half H030, whose error is unknown.
    """
    allowed = client.settings.get("AllowedOAuthScopes") or ()
    foreign = [name for name in asked.scopes if name not in allowed]
    if foreign:
        raise login_pages.authorize_scope_invalid().because(
            f"the scope {foreign[0][:100]!r} is not among AllowedOAuthScopes of the app client"
        )
    if scope and _BESIDE_OPENID.intersection(asked.scopes) and "openid" not in asked.scopes:
        raise login_pages.authorize_scope_invalid().because("email, phone, profile need openid")


def _is_json(state: str | None) -> bool:
    """Return whether state is JSON with members, which Cognito does not allow (H033)."""
    if state is None or not state.startswith(("{", "[")):
        return False
    try:
        json.loads(state)
    except (ValueError, RecursionError):
        return False
    return True


def _is_resource(resource: str) -> bool:
    """Return whether a text can be the ``resource`` of RFC 8707 at Cognito (H038)."""
    scheme, found, rest = resource.partition("://")
    if not found or not rest:
        return False
    host = rest.partition("/")[0].partition(":")[0]
    return scheme.lower() != "http" or host == "localhost"
