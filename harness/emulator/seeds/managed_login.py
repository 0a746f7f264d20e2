"""Domains of pools and styles of app clients in a seed document: how they are made and written."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.user_pool_domains import (
    CUSTOM,
    PREFIX,
    ManagedLoginBranding,
    UserPoolDomain,
)
from harness.emulator.seeds import derived
from harness.emulator.seeds.form import join
from harness.emulator.seeds.requests import check_known

__all__ = [
    "believe_providers",
    "make_domains",
    "make_style",
    "rendered_domains",
    "rendered_style",
]

#: Carries out an operation on the pool, for the place in the document.
Send = Callable[[str, Mapping[str, Any], str], Any]

_DOMAIN, _STYLE = "CreateUserPoolDomain", "CreateManagedLoginBranding"
#: Members of the requests that a seed file has in another place.
_ELSEWHERE = {
    _DOMAIN: frozenset({"UserPoolId"}),
    _STYLE: frozenset({"UserPoolId", "ClientId"}),
}


def make_domains(pool: Pool, configuration: Mapping[str, Any], place: str, send: Send) -> None:
    """Give a pool its domains: those of which only the name is known, and the others."""
    for number, members in enumerate(configuration.get("Domains") or ()):
        path = join(join(place, "Domains"), number)
        check_known(_DOMAIN, members, path, _ELSEWHERE[_DOMAIN])
        send(_DOMAIN, members, path)
    for kind in (PREFIX, CUSTOM):
        if configuration.get(kind):
            config = {"CustomDomainConfig": _made_up(pool)} if kind == CUSTOM else {}
            send(_DOMAIN, {"Domain": configuration[kind], **config}, join(place, kind))


def _made_up(pool: Pool) -> dict[str, str]:
    """Return a CustomDomainConfig with a certificate, which the emulator never reads."""
    return {"CertificateArn": f"arn:aws:acm:us-east-1:{pool.account}:certificate/seed"}


def rendered_domains(pool: Pool) -> dict[str, Any]:
    """Return the domains of a pool as members of its configuration."""
    members: dict[str, Any] = {}
    for kind, name in pool.domains.items():
        domain = pool.domain_settings.get(name, UserPoolDomain())
        ordinary = UserPoolDomain(custom=_made_up(pool) if kind == CUSTOM else None)
        if domain == ordinary:
            members[kind] = name
        else:
            members.setdefault("Domains", []).append(_rendered_domain(name, domain))
    return members


def _rendered_domain(name: str, domain: UserPoolDomain) -> dict[str, Any]:
    config = {"CustomDomainConfig": dict(domain.custom)} if domain.custom else {}
    return {"Domain": name, "ManagedLoginVersion": domain.managed_login_version, **config}


def believe_providers(pool: Pool, clients: Iterator[Mapping[str, Any]]) -> None:
    """Note the identity providers that app clients have: a seed file has none of their own."""
    for members in clients:
        names = members.get("SupportedIdentityProviders")
        for name in names if isinstance(names, list) else ():
            if isinstance(name, str) and name != "COGNITO":
                pool.add_identity_provider(name)


def make_style(client: UserPoolClient, style: Mapping[str, Any], path: str, send: Send) -> None:
    """Give an app client the style of its pages, with an id that follows from the client's."""
    check_known(_STYLE, style, path, _ELSEWHERE[_STYLE])
    send(_STYLE, {"ClientId": client.client_id, **style}, path)
    made: ManagedLoginBranding = client.pool.branded_clients[client.client_id]
    made.branding_id = derived.branding_id(client.pool.pool_id, client.client_id)


def rendered_style(client: UserPoolClient) -> dict[str, Any]:
    """Return the style of an app client as a member of its entry, if it has one."""
    found = client.pool.branded_clients.get(client.client_id)
    if found is None:
        return {}
    own = found.settings is not None
    style = {"Settings": found.settings} if own else {"UseCognitoProvidedValues": True}
    assets = {"Assets": found.assets} if found.assets else {}
    return {"branding": copy.deepcopy({**style, **assets})}
