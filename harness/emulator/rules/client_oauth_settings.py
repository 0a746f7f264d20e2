"""Which OAuth settings an app client may have (H009 to H018).

Whether they have an effect is another question: that AllowedOAuthFlowsUserPoolClient answers, and
managed login asks it. Without it they are checked all the same, as a deployment found that gave an
app client the flow client_credentials alone (H009, H012).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from harness.emulator import refusals
from harness.emulator.domain.pools import Pool

__all__ = ["OWN_SCOPES", "check_oauth_settings"]

#: The scopes that every pool has.
OWN_SCOPES = frozenset({"phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"})
#: The provider of the pool's own users.
_COGNITO = "COGNITO"
_CLIENT_CREDENTIALS = "client_credentials"
#: The hosts that a URL with http may have (H014).
_OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
#: https://www.rfc-editor.org/rfc/rfc3986#section-3.1
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?=.)")


def check_oauth_settings(pool: Pool, settings: Mapping[str, Any], *, has_secret: bool) -> None:
    """Refuse OAuth settings that Cognito does not take.

    Args:
        pool: the pool of the app client.
        settings: the members of UserPoolClientType.
        has_secret: whether the app client has a secret.
    """
    _check_scopes(pool, settings.get("AllowedOAuthScopes") or ())
    _check_urls(settings)
    _check_providers(pool, settings.get("SupportedIdentityProviders") or ())
    _check_flows(settings, has_secret=has_secret)


def _check_scopes(pool: Pool, scopes: Collection[str]) -> None:
    """Refuse a scope that is neither Cognito's own nor a resource server's (M083, M084)."""
    for scope in scopes:
        if scope not in OWN_SCOPES and scope not in pool.scopes:
            raise refusals.scope_invalid(scope)


def _check_urls(settings: Mapping[str, Any]) -> None:
    """Refuse a URL that no browser may be sent to (H014, H015, H016)."""
    callbacks = settings.get("CallbackURLs") or ()
    for url in callbacks:
        if "#" in url:
            raise refusals.url_with_fragment(url)
    for url in (*callbacks, *(settings.get("LogoutURLs") or ())):
        _check_url(url)
    default = settings.get("DefaultRedirectURI")
    if default is not None and default not in callbacks:
        raise refusals.default_redirect_not_in_callbacks(default)


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        # Brackets or a port that no URL has.
        raise refusals.url_not_absolute(url) from None
    if _SCHEME.match(url) is None or (parts.scheme in ("http", "https") and not host):
        raise refusals.url_not_absolute(url)
    if parts.scheme == "http" and host not in _OWN_HOSTS:
        raise refusals.url_with_http(url)


def _check_providers(pool: Pool, providers: Collection[str]) -> None:
    """Refuse an identity provider that the pool does not have (H018)."""
    for provider in providers:
        if provider != _COGNITO and provider not in pool.identity_providers:
            raise refusals.provider_not_found(provider, pool.pool_id)


def _check_flows(settings: Mapping[str, Any], *, has_secret: bool) -> None:
    """Refuse flows without what they need, or beside what excludes them (H010 to H012)."""
    flows = set(settings.get("AllowedOAuthFlows") or ())
    scopes = settings.get("AllowedOAuthScopes") or ()
    if settings.get("AllowedOAuthFlowsUserPoolClient") and not (flows and scopes):
        raise refusals.oauth_flows_and_scopes_required()
    if _CLIENT_CREDENTIALS in flows:
        _check_client_credentials(flows, scopes, has_secret=has_secret)
    elif flows and not settings.get("CallbackURLs"):
        raise refusals.callback_urls_required()


def _check_client_credentials(
    flows: set[str], scopes: Collection[str], *, has_secret: bool
) -> None:
    if flows != {_CLIENT_CREDENTIALS}:
        raise refusals.client_credentials_with_other_flow()
    if not has_secret:
        raise refusals.client_credentials_without_secret()
    for scope in scopes:
        if scope in OWN_SCOPES:
            raise refusals.scope_not_for_client_credentials(scope)
