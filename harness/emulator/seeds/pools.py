"""Makes one pool of a seed: its configuration, its app clients and its groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from harness.emulator.api.request import ACCOUNT, Caller
from harness.emulator.domain.client_secrets import MOST_SECRETS, ClientSecret, secret_id
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.engine import Engine
from harness.emulator.seeds import derived
from harness.emulator.seeds.form import join
from harness.emulator.seeds.managed_login import (
    believe_providers,
    make_domains,
    make_styles,
    resource_servers,
)
from harness.emulator.seeds.refused import SeedRefused
from harness.emulator.seeds.requests import check_known, send

__all__ = ["make_pool"]

_POOL, _MFA, _CLIENT = "CreateUserPool", "SetUserPoolMfaConfig", "CreateUserPoolClient"
#: Members of the requests that a seed file has in another place.
_ELSEWHERE = {
    _POOL: frozenset({"MfaConfiguration"}),
    _MFA: frozenset({"UserPoolId"}),
    _CLIENT: frozenset({"UserPoolId", "ClientSecret"}),
    "CreateResourceServer": frozenset({"UserPoolId"}),
}
_GROUP = {"description": "Description", "role_arn": "RoleArn", "precedence": "Precedence"}


@dataclass(frozen=True)
class _Making:
    """The pool that is being made, and where its entry in the document is."""

    engine: Engine
    pool: Pool
    caller: Caller
    path: str

    def send(self, operation: str, members: Mapping[str, Any], path: str) -> Any:
        """Carry out an operation on the pool."""
        members = {"UserPoolId": self.pool.pool_id, **members}
        return send(self.engine, operation, members, self.caller, path)


def make_pool(
    engine: Engine, entry: Mapping[str, Any], configuration: Mapping[str, Any], path: str
) -> Pool:
    """Make a pool with the ids of its entry, without users.

    Args:
        engine: an engine without other pools than those of the seed.
        entry: the pool's entry in the document, which fits the schema.
        configuration: its configuration: that of the entry, or what its template says.
        path: the place of the entry in the document.

    Raises:
        SeedRefused: Cognito would refuse it, or two things have the same id.
    """
    place = join(path, "configuration" if "configuration" in entry else "template")
    caller = _caller(entry)
    pool = _created(engine, entry, configuration, caller, place)
    making = _Making(engine, pool, caller, path)
    make_domains(pool, configuration, place, making.send)
    _set_mfa(making, configuration, join(place, "MfaConfig"))
    for key, server in resource_servers(configuration):
        server_path = join(join(place, "ResourceServers"), key)
        check_known("CreateResourceServer", server, server_path, _ELSEWHERE["CreateResourceServer"])
        making.send("CreateResourceServer", server, server_path)
    clients = _make_clients(making, entry, configuration, join(place, "UserPoolClients"))
    styles: Mapping[str, Any] = configuration.get("ManagedLoginBranding") or {}
    make_styles(clients, styles, join(place, "ManagedLoginBranding"), making.send)
    _make_groups(making, entry)
    return pool


def _caller(entry: Mapping[str, Any]) -> Caller:
    region = str(entry["id"]).partition("_")[0]
    prefixes = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    partition = next((name for start, name in prefixes.items() if region.startswith(start)), "aws")
    return Caller(entry.get("account", ACCOUNT), region, partition)


def _created(
    engine: Engine,
    entry: Mapping[str, Any],
    configuration: Mapping[str, Any],
    caller: Caller,
    place: str,
) -> Pool:
    members, path = configuration.get("UserPool") or {}, join(place, "UserPool")
    check_known(_POOL, members, path, _ELSEWHERE[_POOL])
    name = members.get("PoolName") or configuration.get("Name") or entry["id"]
    request = {**members, "PoolName": name}
    made = send(engine, _POOL, request, caller, path)["UserPool"]["Id"]
    pool = engine.pools.pop(made)
    pool.pool_id = entry["id"]
    pool.device_group_key = entry.get("device_group_key") or derived.device_group_key(entry["id"])
    engine.add_pool(pool)
    return pool


def _set_mfa(making: _Making, configuration: Mapping[str, Any], path: str) -> None:
    members = configuration.get("MfaConfig")
    if members:
        check_known(_MFA, members, path, _ELSEWHERE[_MFA])
        making.send(_MFA, members, path)


def _make_clients(
    making: _Making, entry: Mapping[str, Any], configuration: Mapping[str, Any], place: str
) -> dict[str, UserPoolClient]:
    """Make the app clients, and return them by their names in the document."""
    made = {}
    configured: Mapping[str, Any] = configuration.get("UserPoolClients") or {}
    pinned = dict(_by_name(entry.get("clients") or (), join(making.path, "clients")))
    others = (pin.get("settings") or {} for _, pin in pinned.values())
    believe_providers(making.pool, chain(configured.values(), others))
    for name, members in configured.items():
        path, pin = pinned.get(name, (join(place, name), {}))
        if "settings" in pin:
            hint = f"the pool's configuration has settings of {name} already"
            raise SeedRefused(join(path, "settings"), given="an object", hint=hint)
        made[name] = _make_client(making, name, members, pin, path)
    for name, (path, pin) in pinned.items():
        if name in configured:
            continue
        if "settings" not in pin:
            hint = "an app client that the configuration does not have needs settings"
            raise SeedRefused(join(path, "name"), given=name, allowed=configured, hint=hint)
        made[name] = _make_client(making, name, pin["settings"], pin, path)
    return made


def _by_name(
    entries: Sequence[dict[str, Any]], path: str
) -> Iterator[tuple[str, tuple[str, dict[str, Any]]]]:
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        place = join(path, number)
        if entry["name"] in seen:
            raise SeedRefused(join(place, "name"), given=entry["name"], hint="it occurs twice")
        seen.add(entry["name"])
        yield entry["name"], (place, entry)


def _make_client(
    making: _Making, name: str, members: Mapping[str, Any], pin: Mapping[str, Any], path: str
) -> UserPoolClient:
    check_known(_CLIENT, members, join(path, "settings"), _ELSEWHERE[_CLIENT])
    pool, engine = making.pool, making.engine
    request = {"ClientName": name, **members}
    pin = _with_secret(pool, name, pin, path, generated=bool(request.pop("GenerateSecret", False)))
    secrets = [pin.get("secret"), *(pin.get("added_secrets") or ())]
    if any(secrets):
        # Which flows an app client may have depends on it (H011).
        request["ClientSecret"] = next(filter(None, secrets))
    made = making.send(_CLIENT, request, path)["UserPoolClient"]["ClientId"]
    client = pool.clients.pop(made)
    del engine.clients[made]
    client.client_id = pin.get("id") or derived.client_id(pool.pool_id, name)
    if client.client_id in engine.clients:
        raise SeedRefused(join(path, "id"), given=client.client_id, hint="it occurs twice")
    pool.clients[client.client_id] = engine.clients[client.client_id] = client
    _give_secrets(client, pin, path)
    return client


def _with_secret(
    pool: Pool, name: str, pin: Mapping[str, Any], path: str, *, generated: bool
) -> Mapping[str, Any]:
    """Return the entry of an app client with the secret that it has, if it has one."""
    if pin.get("secret") is None and generated:
        return {**pin, "secret": derived.client_secret(pool.pool_id, name)}
    if "secret" in pin and not generated and "settings" not in pin:
        hint = "the app client has no secret in the pool's configuration (GenerateSecret)"
        raise SeedRefused(join(path, "secret"), given="[redacted]", hint=hint)
    return pin


def _give_secrets(client: UserPoolClient, pin: Mapping[str, Any], path: str) -> None:
    client.secret = pin.get("secret")
    for value in pin.get("added_secrets") or ():
        if len(client.secrets) >= MOST_SECRETS:
            hint = f"an app client has at most {MOST_SECRETS} secrets"
            raise SeedRefused(join(path, "added_secrets"), given="[redacted]", hint=hint)
        taken = {known.secret_id for known in client.secrets}
        made = secret_id(client.client_id, client.created, taken)
        client.added_secrets.append(ClientSecret(made, value, client.created))


def _make_groups(making: _Making, entry: Mapping[str, Any]) -> None:
    for number, group in enumerate(entry.get("groups") or ()):
        path = join(join(making.path, "groups"), number)
        if group["name"] in making.pool.groups:
            raise SeedRefused(join(path, "name"), given=group["name"], hint="it occurs twice")
        members = {_GROUP[name]: value for name, value in group.items() if name in _GROUP}
        making.send("CreateGroup", {"GroupName": group["name"], **members}, path)
