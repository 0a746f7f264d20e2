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
from harness.emulator.seeds.refused import SeedRefused
from harness.emulator.seeds.requests import check_known

__all__ = [
    "believe_providers",
    "make_domains",
    "make_styles",
    "rendered_domains",
    "rendered_styles",
    "resource_servers",
]

#: Carries out an operation on the pool, for the place in the document.
Send = Callable[[str, Mapping[str, Any], str], Any]

_DOMAIN, _STYLE = "CreateUserPoolDomain", "CreateManagedLoginBranding"
#: Members of the requests that a seed file has in another place.
_ELSEWHERE = {
    _DOMAIN: frozenset({"UserPoolId"}),
    _STYLE: frozenset({"UserPoolId"}),
}


def make_domains(pool: Pool, configuration: Mapping[str, Any], place: str, send: Send) -> None:
    """Give a pool its domains: those of which only the name is known, and the others."""
    domains: Mapping[str, Any] = configuration.get("UserPoolDomains") or {}
    for name, given in domains.items():
        path = join(join(place, "UserPoolDomains"), name)
        check_known(_DOMAIN, given, path, _ELSEWHERE[_DOMAIN])
        members = {"Domain": name, **given}
        if isinstance(members.get("CustomDomainConfig"), Mapping):
            # A template may not know the certificate.
            config = {**_made_up(pool), **members["CustomDomainConfig"]}
            members["CustomDomainConfig"] = config
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
            members.setdefault("UserPoolDomains", {})[name] = _rendered_domain(name, domain)
    return members


def _rendered_domain(name: str, domain: UserPoolDomain) -> dict[str, Any]:
    config = {"CustomDomainConfig": dict(domain.custom)} if domain.custom else {}
    return {"Domain": name, "ManagedLoginVersion": domain.managed_login_version, **config}


def resource_servers(configuration: Mapping[str, Any]) -> Iterator[tuple[str | int, Any]]:
    """Yield the resource servers: a file has a list of them, a snapshot has them by identifier."""
    found = configuration.get("ResourceServers") or ()
    yield from found.items() if isinstance(found, Mapping) else enumerate(found)


def believe_providers(pool: Pool, clients: Iterator[Mapping[str, Any]]) -> None:
    """Note the identity providers that app clients have: a seed file has none of their own."""
    for members in clients:
        names = members.get("SupportedIdentityProviders")
        for name in names if isinstance(names, list) else ():
            if isinstance(name, str) and name != "COGNITO":
                pool.add_identity_provider(name)


def make_styles(
    clients: Mapping[str, UserPoolClient], styles: Mapping[str, Any], place: str, send: Send
) -> None:
    """Give app clients the styles of their pages, by default Cognito's own.

    Args:
        clients: the app clients of the pool, by their names in the document.
        styles: the members of CreateManagedLoginBranding by these names; a ClientId among them
            is the name once more, as a snapshot has it.
        place: the place of the styles in the document.
        send: carries out an operation on the pool.
    """
    for name, given in styles.items():
        path, client = join(place, name), clients.get(name)
        if client is None:
            hint = "the user pool has no app client of this name"
            raise SeedRefused(path, given=name, allowed=sorted(clients), hint=hint)
        check_known(_STYLE, given, path, _ELSEWHERE[_STYLE])
        style = {key: value for key, value in given.items() if key != "ClientId"}
        if style.get("Settings") is None:
            style.setdefault("UseCognitoProvidedValues", True)
        send(_STYLE, {"ClientId": client.client_id, **style}, path)
        made: ManagedLoginBranding = client.pool.branded_clients[client.client_id]
        made.branding_id = derived.branding_id(client.pool.pool_id, client.client_id)


def rendered_styles(pool: Pool, names: Mapping[str, str]) -> dict[str, Any]:
    """Return the styles of a pool's app clients as members of its configuration.

    Args:
        pool: the pool.
        names: the names of the app clients in the document, by their ids.
    """
    styles = {
        names[client_id]: _rendered_style(found)
        for client_id, found in pool.branded_clients.items()
    }
    return {"ManagedLoginBranding": styles} if styles else {}


def _rendered_style(found: ManagedLoginBranding) -> dict[str, Any]:
    own = found.settings is not None
    style = {"Settings": found.settings} if own else {"UseCognitoProvidedValues": True}
    assets = {"Assets": found.assets} if found.assets else {}
    return copy.deepcopy({**style, **assets})
