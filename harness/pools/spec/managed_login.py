"""Managed login of a pool: its OAuth settings, its resource servers, and what Cognito refuses.

Fact numbers refer to ``docs/fidelity.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from harness.errors import ConfigurationError
from harness.pools.configuration.resource_servers import server_name
from harness.pools.spec.callback_urls import why_no_callback
from harness.pools.spec.field_types import require_field_types

__all__ = [
    "STANDARD_SCOPES",
    "ManagedLogin",
    "OAuthFlow",
    "ResourceServer",
    "require_servers",
    "require_usable",
]

#: AllowedOAuthFlows; ``implicit`` is the one that answers with tokens (H013).
OAuthFlow = Literal["code", "implicit", "client_credentials"]
#: The scopes that every pool has; all others are of a resource server.
STANDARD_SCOPES = ("openid", "email", "phone", "profile", "aws.cognito.signin.user.admin")

_MACHINE: OAuthFlow = "client_credentials"
#: The classic hosted UI, and managed login (H007).
_VERSIONS = (1, 2)
# ResourceServerIdentifierType and ResourceServerScopeNameType of the service model.
_IDENTIFIER = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]{1,256}")
_SCOPE = re.compile(r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256}")
# H017
_MOST_URLS, _MOST_SCOPES, _MOST_SERVERS, _MOST_SERVER_SCOPES = 100, 50, 25, 100


@dataclass(frozen=True)
class ManagedLogin:
    """The pages and OAuth endpoints of a pool: its domain, and how the app client uses them (H001).

    Attributes:
        callback_urls: CallbackURLs, where a sign-in may end; compared as whole strings (H023).
        logout_urls: LogoutURLs, where a sign-out may end (H096).
        flows: AllowedOAuthFlows: ``code``, ``implicit``, or ``client_credentials`` alone (H011).
        scopes: AllowedOAuthScopes; those of a resource server are ``IDENTIFIER/NAME``.
        version: ManagedLoginVersion of the domain: 1 is the classic hosted UI, 2 managed login;
            with 2 the app client gets Cognito's own branding, without which there is no page
            (H008).
    """

    callback_urls: tuple[str, ...] = ("http://localhost:3000/callback",)
    logout_urls: tuple[str, ...] = ("http://localhost:3000/",)
    flows: tuple[OAuthFlow, ...] = ("code",)
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse values that no pool has."""
        require_field_types(self)
        for field in ("callback_urls", "logout_urls", "scopes"):
            _require_items(field, getattr(self, field), str)
        for flow in self.flows:
            if flow not in get_args(OAuthFlow):
                raise ConfigurationError("flows", given=flow, allowed=get_args(OAuthFlow))
        if self.version not in _VERSIONS:
            hint = "it must be 1, the classic hosted UI, or 2, managed login"
            raise ConfigurationError("version", given=self.version, hint=hint)

    def __str__(self) -> str:
        """Return what matters to an app, in words."""
        flows, scopes = ", ".join(self.flows), " ".join(self.scopes)
        return f"managed login with the flow {flows} and the scopes {scopes}"

    def fits(self, found: ManagedLogin | None) -> bool:
        """Return whether managed login of a pool has what this one asks for.

        The URLs matter only if they are not the usual ones: an app takes those that the pool has.
        A higher version has the endpoints of a lower one.

        Args:
            found: managed login of the pool, if it has any.
        """
        if found is None or self.version > found.version:
            return False
        usual = ManagedLogin()
        fields = ["flows", "scopes"]
        fields += [
            name
            for name in ("callback_urls", "logout_urls")
            if getattr(self, name) != getattr(usual, name)
        ]
        has_urls = bool(found.callback_urls) or not self.signs_people_in
        return has_urls and all(
            set(getattr(self, name)) <= set(getattr(found, name)) for name in fields
        )

    def is_like(self, other: ManagedLogin | None) -> bool:
        """Return whether another one is the same; the order of its lists means nothing (M085)."""
        if other is None or self.version != other.version:
            return False
        lists = ("flows", "scopes", "callback_urls", "logout_urls")
        return all(set(getattr(self, name)) == set(getattr(other, name)) for name in lists)

    @property
    def signs_people_in(self) -> bool:
        """Whether the app client has a flow that leads to the sign-in page."""
        return set(self.flows) != {_MACHINE}

    def client_members(self) -> dict[str, Any]:
        """Return the members of CreateUserPoolClient (H009)."""
        members: dict[str, Any] = {
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": list(self.flows),
            "AllowedOAuthScopes": list(self.scopes),
            # Without COGNITO the sign-in page has no form (H018).
            "SupportedIdentityProviders": ["COGNITO"],
        }
        if self.signs_people_in:
            members["CallbackURLs"] = list(self.callback_urls)
            members["LogoutURLs"] = list(self.logout_urls)
        return members


@dataclass(frozen=True)
class ResourceServer:
    """An API of the app, with the scopes that access tokens can have for it.

    Attributes:
        identifier: Identifier, such as ``https://api.example.com``; its scopes start with it.
        scopes: the names of its scopes, such as ``read``.
        name: Name; by default the identifier, without what a name cannot have.
    """

    identifier: str
    scopes: tuple[str, ...] = ()
    name: str | None = None

    def __post_init__(self) -> None:
        """Refuse what Cognito would refuse."""
        require_field_types(self)
        _require_items("scopes", self.scopes, str)
        if not _IDENTIFIER.fullmatch(self.identifier):
            hint = 'it must have 1 to 256 characters, without spaces, " and \\'
            raise ConfigurationError("identifier", given=self.identifier, hint=hint)
        for scope in self.scopes:
            if not _SCOPE.fullmatch(scope):
                hint = 'it must have 1 to 256 characters, without spaces, /, " and \\'
                raise ConfigurationError("scopes", given=scope, hint=hint)
        _require_at_most(_MOST_SERVER_SCOPES, "scopes", self.scopes)

    def __str__(self) -> str:
        """Return its scopes, or its identifier if it has none."""
        return " ".join(self.full_scopes) or self.identifier

    @property
    def full_scopes(self) -> tuple[str, ...]:
        """The scopes as an app asks for them, such as ``https://api.example.com/read``."""
        return tuple(f"{self.identifier}/{scope}" for scope in self.scopes)

    def members(self) -> dict[str, Any]:
        """Return the members of CreateResourceServer, without UserPoolId."""
        return {
            "Identifier": self.identifier,
            "Name": self.name or server_name(self.identifier),
            "Scopes": [{"ScopeName": one, "ScopeDescription": one} for one in self.scopes],
        }


def require_servers(servers: Iterable[ResourceServer]) -> None:
    """Refuse what is no resource server, and two of one identifier.

    Raises:
        ConfigurationError: names the field.
    """
    _require_items("resource_servers", servers, ResourceServer)
    identifiers = [server.identifier for server in servers]
    for identifier in identifiers:
        if identifiers.count(identifier) > 1:
            hint = "two of them have this identifier"
            raise ConfigurationError("resource_servers", given=identifier, hint=hint)


def require_usable(
    login: ManagedLogin | None, servers: Sequence[ResourceServer], *, client_secret: bool
) -> None:
    """Refuse OAuth settings that Cognito refuses, or that nobody could use.

    A pool that exists is believed, and so is a file: the service refuses what is wrong in it.

    Args:
        login: the OAuth settings of the app client, if it has any.
        servers: the resource servers of the pool.
        client_secret: whether the app client has a secret.

    Raises:
        ConfigurationError: names the field.
    """
    _require_at_most(_MOST_SERVERS, "resource_servers", servers)
    if login is None:
        return
    _require_flows(login, client_secret)
    _require_scopes(login, servers)
    if login.signs_people_in:
        if not login.callback_urls:
            hint = f"with the flow {login.flows[0]} a sign-in must be able to end somewhere"
            raise ConfigurationError("callback_urls", hint=hint)
        _require_urls("callback_urls", login.callback_urls)
        _require_urls("logout_urls", login.logout_urls)


def _require_flows(login: ManagedLogin, client_secret: bool) -> None:
    if not login.flows:
        raise ConfigurationError("flows", allowed=get_args(OAuthFlow), hint="name one (H010)")
    if _MACHINE not in login.flows:
        return
    if login.signs_people_in:
        given, hint = ", ".join(login.flows), f"{_MACHINE} must be alone (H011)"
        raise ConfigurationError("flows", given=given, hint=hint)
    if not client_secret:
        hint = "this flow needs client_secret=True (H011)"
        raise ConfigurationError("flows", given=_MACHINE, hint=hint)


def _require_scopes(login: ManagedLogin, servers: Iterable[ResourceServer]) -> None:
    if not login.scopes:
        raise ConfigurationError("scopes", hint="name one (H010)")
    _require_at_most(_MOST_SCOPES, "scopes", login.scopes)
    standard = STANDARD_SCOPES if login.signs_people_in else ()
    allowed = [*standard, *(scope for server in servers for scope in server.full_scopes)]
    for scope in login.scopes:
        if scope not in allowed:
            hint = "others need a ResourceServer among resource_servers (H012)"
            raise ConfigurationError("scopes", given=scope, allowed=allowed, hint=hint)


def _require_urls(field: str, urls: Sequence[str]) -> None:
    _require_at_most(_MOST_URLS, field, urls)
    for url in urls:
        if reason := why_no_callback(url):
            raise ConfigurationError(field, given=url, hint=reason)


def _require_items(field: str, values: Iterable[object], kind: type) -> None:
    for value in values:
        if not isinstance(value, kind):
            what = "a text" if kind is str else f"a {kind.__name__}"
            raise ConfigurationError(field, given=value, hint=f"each of them must be {what}")


def _require_at_most(most: int, field: str, values: Sequence[object]) -> None:
    if len(values) > most:
        hint = f"Cognito allows at most {most} (H017)"
        raise ConfigurationError(field, given=f"{len(values)} values", hint=hint)
