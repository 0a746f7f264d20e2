"""The domains of user pools: where each app client signs in, and who is signed in there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from harness.emulator.domain.user_pool_domains import MANAGED_LOGIN, UserPoolDomain

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool, UserPoolClient
    from harness.emulator.engine import Engine

__all__ = ["LoginBrowser", "LoginClient", "LoginDomain", "browsers", "domains"]

#: The response_type of each flow that has pages, the better one first (H013, H022).
_RESPONSE_TYPES = {"code": "code", "implicit": "token"}


@dataclass(frozen=True)
class LoginClient:
    """An app client, and how a person signs in to it.

    Attributes:
        login_url: the whole address to open; empty if there is a problem.
        problem: why nobody can sign in, and what to change.
        redirect_uris: its CallbackURLs, the default one first.
        scopes: its AllowedOAuthScopes.
    """

    client_id: str
    name: str
    login_url: str
    problem: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class LoginDomain:
    """A domain with the app clients of its pool.

    Attributes:
        domain: the prefix, or the full name of a custom domain.
        url: its public address.
        version: ManagedLoginVersion.
    """

    user_pool_id: str
    pool_name: str
    domain: str
    url: str
    version: int
    clients: tuple[LoginClient, ...]


@dataclass(frozen=True)
class LoginBrowser:
    """A browser that a user is signed in with; nothing here signs anybody in.

    Attributes:
        signed_in_at: epoch seconds.
        expires_at: epoch seconds.
    """

    user_pool_id: str
    username: str
    signed_in_at: int
    expires_at: float


def domains(engine: Engine, pools: Iterable[Pool], most: int | None = None) -> list[LoginDomain]:
    """Return the domains of pools, with the first app clients of each.

    Args:
        engine: the engine.
        pools: whose domains.
        most: how many app clients of each; all without it.
    """
    return [
        _domain(engine, pool, name, most) for pool in pools for name in list(pool.domains.values())
    ]


def browsers(engine: Engine, pool: Pool) -> list[LoginBrowser]:
    """Return the browsers that are signed in now, the newest first."""
    now = engine.clock.time()
    found = [
        LoginBrowser(pool.pool_id, each.user.username, each.auth_time, each.expires_at)
        for each in engine.browser_sessions.of_pool(pool.pool_id)
        if now < each.expires_at
    ]
    return found[::-1]


def _domain(engine: Engine, pool: Pool, name: str, most: int | None) -> LoginDomain:
    kept = pool.domain_settings.get(name) or UserPoolDomain()
    url, version = engine.domain_url(pool, name), kept.managed_login_version
    clients = list(pool.clients.values())[:most]
    rows = tuple(_client(client, url, version) for client in clients)
    return LoginDomain(pool.pool_id, pool.name, name, url, version, rows)


def _client(client: UserPoolClient, url: str, version: int) -> LoginClient:
    settings = client.settings
    scopes = tuple(map(str, settings.get("AllowedOAuthScopes") or ()))
    redirects = _redirects(client)
    problem = _problem(client, version)
    query = {
        "client_id": client.client_id,
        "response_type": _response_type(client),
        "scope": " ".join(scopes),
        "redirect_uri": next(iter(redirects), ""),
    }
    return LoginClient(
        client_id=client.client_id,
        name=str(settings.get("ClientName", "")),
        login_url="" if problem else f"{url}/oauth2/authorize?{urlencode(query)}",
        problem=problem,
        redirect_uris=redirects,
        scopes=scopes,
    )


def _redirects(client: UserPoolClient) -> tuple[str, ...]:
    urls = map(str, client.settings.get("CallbackURLs") or ())
    default = client.settings.get("DefaultRedirectURI")
    return tuple(sorted(urls, key=lambda url: url != default))


def _response_type(client: UserPoolClient) -> str:
    flows = client.settings.get("AllowedOAuthFlows") or ()
    return next((kind for flow, kind in _RESPONSE_TYPES.items() if flow in flows), "")


def _problem(client: UserPoolClient, version: int) -> str:
    """Return why no one can sign in on the pages; empty if they can (H008, H009, H018)."""
    settings = client.settings
    providers = settings.get("SupportedIdentityProviders") or ()
    if not settings.get("AllowedOAuthFlowsUserPoolClient"):
        return "set AllowedOAuthFlowsUserPoolClient to true"
    if not _response_type(client):
        return "AllowedOAuthFlows has neither code nor implicit"
    if not settings.get("CallbackURLs"):
        return "it has no CallbackURLs"
    if "COGNITO" not in providers:
        return "SupportedIdentityProviders has no COGNITO"
    if version == MANAGED_LOGIN and client.client_id not in client.pool.branded_clients:
        return "version 2 shows no pages without a style: create-managed-login-branding"
    return ""
