"""``cognito-harness login-url``: prints the address at which a person signs in to an app client."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import typer

from harness.cli.options import EndpointUrl, usable
from harness.errors import ConfigurationError, HarnessError
from harness.settings import values as rules

__all__ = ["login_url"]

#: A client of the control surface's list of domains.
_Client = Mapping[str, Any]


_ClientOption = Annotated[
    str | None,
    typer.Option(
        "--client",
        metavar="ID",
        help="The app client: its id or its name.",
        show_default="the only one that can sign in",
    ),
]
_PoolOption = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        parser=lambda text: usable("--user-pool-id", rules.user_pool_id, text),
        help="Only domains of this user pool.",
        show_default="any",
    ),
]
_RedirectOption = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Where the app expects the code: one of the CallbackURLs.",
        show_default="the default or first one",
    ),
]
_ScopeOption = Annotated[
    str | None,
    typer.Option(
        metavar="SCOPES",
        help="The scopes, with spaces between them.",
        show_default="all of the app client",
    ),
]
_StateOption = Annotated[
    str | None, typer.Option(metavar="TEXT", help="What the app gets back unchanged.")
]
_NonceOption = Annotated[
    str | None, typer.Option(metavar="TEXT", help="What the ID token will contain.")
]
_HintOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="The username that the page fills in.")
]
_PkceOption = Annotated[
    bool,
    typer.Option("--pkce", help="Add a code challenge, and print its verifier in a second line."),
]


def login_url(
    endpoint_url: EndpointUrl,
    client: _ClientOption = None,
    user_pool_id: _PoolOption = None,
    redirect_uri: _RedirectOption = None,
    scope: _ScopeOption = None,
    state: _StateOption = None,
    nonce: _NonceOption = None,
    login_hint: _HintOption = None,
    pkce: _PkceOption = False,
) -> None:
    """Print the address at which a person signs in to an app client, on the emulator's pages.

    Open it in a browser. The pool needs a domain, and the app client AllowedOAuthFlows, scopes and
    CallbackURLs. With --pkce, the second line is the parameter code_verifier of the token endpoint.
    """
    from harness.flows.managed_login.authorization import challenge_of
    from harness.redaction import Secret
    from harness.targets.control import ControlSurface

    found = ControlSurface(endpoint_url).domains(user_pool_id)
    chosen = _chosen(found, client)
    _check("--redirect-uri", redirect_uri, chosen["redirect_uris"])
    for each in (scope or "").split():
        _check("--scope", each, chosen["scopes"])
    if pkce and _query(str(chosen["login_url"])).get("response_type") != "code":
        raise HarnessError(
            f"--pkce is for codes, and app client {chosen['client_id']} ({chosen['name']}) has the "
            "flow implicit alone; leave it out, or add code to AllowedOAuthFlows"
        )
    verifier = Secret(secrets.token_urlsafe(48)) if pkce else None
    more = {
        "redirect_uri": redirect_uri,
        "scope": scope,
        "state": state,
        "nonce": nonce,
        "login_hint": login_hint,
        "code_challenge": challenge_of(verifier) if verifier else None,
        "code_challenge_method": "S256" if verifier else None,
    }
    print(_with(str(chosen["login_url"]), more))
    if verifier:
        print(f"code_verifier={verifier.reveal()}")


def _chosen(domains: Sequence[Mapping[str, Any]], client: str | None) -> _Client:
    """Return the app client that was asked for, or the only one with pages."""
    if not domains:
        raise HarnessError(
            "no user pool has a domain, and without one there are no sign-in pages; "
            "create-user-pool-domain makes one"
        )
    every: list[_Client] = [each for domain in domains for each in domain["clients"]]
    if not every:
        names = ", ".join(str(domain["domain"]) for domain in domains)
        raise HarnessError(
            f"the pool of the domain {names} has no app client; create-user-pool-client makes one"
        )
    named = [each for each in every if client in (None, each["client_id"], each["name"])]
    if not named:
        hint = f"no user pool with a domain has this app client; it must be one of {_named(every)}"
        raise ConfigurationError("--client", given=client, hint=hint)
    able = [each for each in named if not each["problem"]]
    if not able:
        raise HarnessError(f"nobody can sign in: {'; '.join(map(_why, named))}")
    if len({each["client_id"] for each in able}) > 1:
        hint = f"it must be one of {_named(able)}"
        raise ConfigurationError("--client", given=client, hint=hint)
    return able[0]


def _named(clients: Sequence[_Client]) -> str:
    return ", ".join(f"{each['client_id']} ({each['name']})" for each in clients)


def _why(client: _Client) -> str:
    return f"app client {client['client_id']} ({client['name']}): {client['problem']}"


def _check(option: str, given: str | None, allowed: Sequence[str]) -> None:
    """Refuse what the pages would refuse; they would show an error, or send the app one."""
    if given is not None and given not in allowed:
        raise ConfigurationError(option, given=given, allowed=allowed)


def _with(url: str, more: Mapping[str, str | None]) -> str:
    parts = urlsplit(url)
    given = {name: value for name, value in more.items() if value is not None}
    return urlunsplit(parts._replace(query=urlencode({**_query(url), **given})))


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
