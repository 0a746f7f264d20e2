"""Rules about managed login: the OAuth settings of app clients, and the domains of pools.

Several of them find what Cognito would refuse, before the pool is deployed. Fact numbers refer to
``docs/fidelity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.pools.audit.conditions import (
    all_of,
    allows_oauth,
    has_flow,
    has_oauth_settings,
    has_version_2,
    is_prefix_domain,
    without,
)
from harness.pools.audit.expectations import Is, Lacks, Present, Satisfies
from harness.pools.audit.rules import Rule, Severity
from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown
from harness.pools.configuration.possibly_equal import first_unknown
from harness.pools.spec.callback_urls import is_private, why_no_callback
from harness.pools.spec.managed_login import STANDARD_SCOPES

__all__ = ["RULES"]

_MACHINE = "client_credentials"
_RESERVED = ("amazon", "aws", "cognito")
#: Flows that sign people in by the API.
_PEOPLE = (
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
)


@dataclass(frozen=True)
class _DefaultRedirect:
    """DefaultRedirectURI beside the URLs that it must be one of."""

    url: str
    callbacks: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether it is one of them, as a whole string."""
        return self.url in self.callbacks

    def __str__(self) -> str:
        """Return the URL in words."""
        return self.url if self.fits else f"{self.url}, which is not among CallbackURLs"


def _default_redirect(client: Part) -> Any:
    url, urls = client.value("DefaultRedirectURI"), client.value("CallbackURLs") or ()
    if url is None or isinstance(url, Unknown):
        return url
    hidden = first_unknown(urls)
    known = () if isinstance(urls, Unknown) else tuple(urls)
    return url if url in known else hidden or _DefaultRedirect(url, known)


def _all_urls(client: Part) -> Any:
    found: list[Any] = []
    for member in ("CallbackURLs", "LogoutURLs"):
        urls = client.value(member) or ()
        found += [urls] if isinstance(urls, Unknown) else urls
    return found


def _flows_and_scopes(client: Part) -> Any:
    flows, scopes = client.value("AllowedOAuthFlows"), client.value("AllowedOAuthScopes")
    return scopes if flows is not None else None


def _domains(configuration: PoolConfiguration, _client: Part) -> Any:
    # A domain whose name is unknown is one.
    found = [part.condition or part.name for part in configuration.domains]
    return found or configuration.not_shown.get("domain")


def _branding(configuration: PoolConfiguration, client: Part) -> Any:
    named = [part.value("ClientId") for part in configuration.branding]
    if client.name in named:
        return "a branding of this client"
    return first_unknown(named) or configuration.not_shown.get("branding")


def _are_whole(urls: Any) -> bool:
    return all("*" not in url and why_no_callback(url, any_http=True) is None for url in urls)


def _are_private(urls: Any) -> bool:
    return all(is_private(url) for url in urls or ())


def _are_known(scopes: Any) -> bool:
    return all(scope in STANDARD_SCOPES or "/" in scope for scope in scopes or ())


def _has_openid(scopes: Any) -> bool:
    return "openid" in (scopes or ()) or not {"email", "phone", "profile"} & set(scopes or ())


def _fits(redirect: Any) -> bool:
    return not isinstance(redirect, _DefaultRedirect)


def _is_apart(flows: Any) -> bool:
    return _MACHINE not in (flows or ()) or set(flows) == {_MACHINE}


def _has_no_reserved_word(domain: Any) -> bool:
    return domain is None or not any(word in domain for word in _RESERVED)


RULES = (
    Rule(
        id="oauth-switched-on",
        title="OAuth settings have an effect",
        severity=Severity.MEDIUM,
        kind="client",
        setting="AllowedOAuthFlowsUserPoolClient",
        expected=Is(True),
        reason="without it, flows, scopes and URLs have no effect, and managed login refuses the "
        "client",
        fix="set AllowedOAuthFlowsUserPoolClient to true, or remove the OAuth settings",
        applies=has_oauth_settings,
        facts=("H009", "H027"),
    ),
    Rule(
        id="oauth-flows-and-scopes",
        title="A client that may use OAuth has flows and scopes",
        severity=Severity.MEDIUM,
        kind="client",
        setting="AllowedOAuthScopes",
        expected=Present(),
        reason="Cognito refuses the client without both",
        fix="set AllowedOAuthFlows and AllowedOAuthScopes, or AllowedOAuthFlowsUserPoolClient to "
        "false",
        applies=allows_oauth,
        read=_flows_and_scopes,
        facts=("H010",),
    ),
    Rule(
        id="oauth-known-scopes",
        title="Scopes are Cognito's own or a resource server's",
        severity=Severity.MEDIUM,
        kind="client",
        setting="AllowedOAuthScopes",
        expected=Satisfies(
            _are_known, f"{', '.join(STANDARD_SCOPES)}, or IDENTIFIER/NAME", of_each=True
        ),
        reason="Cognito has no other scopes, such as offline_access or groups, and refuses the "
        "client",
        fix="remove the scope; every client of the code flow gets a refresh token without one",
        facts=("H012", "H028"),
    ),
    Rule(
        id="oauth-openid",
        title="Scopes about people come with openid",
        severity=Severity.MEDIUM,
        kind="client",
        setting="AllowedOAuthScopes",
        expected=Satisfies(_has_openid, "openid beside email, phone and profile"),
        reason="email, phone and profile say what an ID token contains, and only openid asks for "
        "one",
        fix="add openid to AllowedOAuthScopes",
        applies=allows_oauth,
        facts=("H030",),
    ),
    Rule(
        id="oauth-exact-urls",
        title="Callback and logout URLs are whole addresses",
        severity=Severity.MEDIUM,
        kind="client",
        setting="CallbackURLs",
        expected=Satisfies(
            _are_whole, "absolute URLs without wildcards and fragments", of_each=True
        ),
        reason="they are compared as whole strings: a wildcard matches nothing but itself, and a "
        "fragment is refused",
        fix="list each address, with its port and the slash at its end exactly as the app sends it",
        read=_all_urls,
        facts=("H014", "H023"),
    ),
    Rule(
        id="oauth-logout-urls",
        title="Logout URLs use HTTPS",
        severity=Severity.LOW,
        kind="client",
        setting="LogoutURLs",
        expected=Satisfies(_are_private, "https, or http for localhost", of_each=True),
        reason="Cognito refuses the client with any other http URL",
        fix="use https, and http only for localhost, 127.0.0.1 and [::1]",
        facts=("H014", "H015"),
    ),
    Rule(
        id="oauth-default-redirect",
        title="The default redirect URI is one of the callback URLs",
        severity=Severity.MEDIUM,
        kind="client",
        setting="DefaultRedirectURI",
        expected=Satisfies(_fits, "one of CallbackURLs"),
        reason="Cognito refuses the client otherwise",
        fix="add the URI to CallbackURLs, letter by letter, or remove DefaultRedirectURI",
        read=_default_redirect,
        facts=("H016",),
    ),
    Rule(
        id="oauth-machine-apart",
        title="Machines have a client of their own",
        severity=Severity.MEDIUM,
        kind="client",
        setting="AllowedOAuthFlows",
        expected=Satisfies(_is_apart, "client_credentials alone, or other flows"),
        reason="Cognito refuses client_credentials beside code and implicit: a machine that has "
        "its own secret signs in no people",
        fix="make an app client with a secret for client_credentials alone",
        facts=("H011",),
    ),
    Rule(
        id="oauth-machine-secret",
        title="A client for machines has a secret",
        severity=Severity.MEDIUM,
        kind="client",
        setting="GenerateSecret",
        expected=Is(True),
        reason="the secret is all that client_credentials checks, and Cognito refuses the client "
        "without one",
        fix="set GenerateSecret to true, which makes another app client",
        applies=has_flow(_MACHINE),
        facts=("H011",),
    ),
    Rule(
        id="oauth-machine-scopes",
        title="A client for machines has scopes of resource servers",
        severity=Severity.MEDIUM,
        kind="client",
        setting="AllowedOAuthScopes",
        expected=Lacks(STANDARD_SCOPES),
        reason="openid and the other standard scopes are about a user; Cognito refuses them with "
        "client_credentials",
        fix="define a resource server with the scopes of your API, and list those",
        applies=all_of(has_flow(_MACHINE), without(has_flow("code", "implicit"))),
        facts=("H012",),
    ),
    Rule(
        id="oauth-machine-signs-no-one-in",
        title="A client for machines signs no people in",
        severity=Severity.LOW,
        kind="client",
        setting="ExplicitAuthFlows",
        expected=Lacks(_PEOPLE),
        reason="whoever has the machine's secret could try passwords with it, past the client that "
        "the app uses; without ExplicitAuthFlows the client allows SRP",
        fix="set ExplicitAuthFlows to ALLOW_REFRESH_TOKEN_AUTH alone",
        applies=all_of(has_flow(_MACHINE), without(has_flow("code", "implicit"))),
        facts=("A105",),
    ),
    Rule(
        id="login-domain",
        title="A pool whose clients use OAuth has a domain",
        severity=Severity.INFO,
        kind="client",
        setting="Domain",
        expected=Present(),
        reason="without a domain there is neither a sign-in page nor a token endpoint",
        fix="add a domain to the pool; waive this rule if it is in another template",
        applies=allows_oauth,
        read_whole=_domains,
        facts=("H001",),
    ),
    Rule(
        id="login-domain-name",
        title="The domain has a name that Cognito allows",
        severity=Severity.MEDIUM,
        kind="domain",
        setting="Domain",
        expected=Satisfies(_has_no_reserved_word, f"without {', '.join(_RESERVED)}"),
        reason="Cognito refuses a prefix with a reserved word in it",
        fix="choose another prefix",
        applies=is_prefix_domain,
        facts=("H003",),
    ),
    Rule(
        id="login-branding",
        title="Managed login has pages for each client",
        severity=Severity.HIGH,
        kind="client",
        setting="ManagedLoginBranding",
        expected=Present(),
        reason="with ManagedLoginVersion 2, a client without a branding gets only `Login pages "
        "unavailable` with status 403, and only the console makes one by itself",
        fix="add a branding for the client (in CloudFormation AWS::Cognito::ManagedLoginBranding "
        "with UseCognitoProvidedValues), or set ManagedLoginVersion of the domain to 1",
        applies=all_of(allows_oauth, has_flow("code", "implicit"), has_version_2),
        read_whole=_branding,
        facts=("H008",),
    ),
)
