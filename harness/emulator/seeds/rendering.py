"""What a pool is like, as the entry of a seed document; what the API made and a file made, alike.

Whoever compares two of these entries sees whether something has changed. Secrets are as the file
had them if they still hold, and otherwise in the form in which the service keeps them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from harness.emulator.api.request import ACCOUNT
from harness.emulator.api.service_model import input_shape
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.schema import Schema
from harness.emulator.domain.standard_attributes import STANDARD_ATTRIBUTES
from harness.emulator.rules.pool_mfa import described_mfa
from harness.emulator.seeds import derived
from harness.emulator.seeds.managed_login import rendered_domains, rendered_styles
from harness.emulator.seeds.rendered_users import rendered_user

__all__ = ["rendered"]

_GROUP = {"Description": "description", "RoleArn": "role_arn", "Precedence": "precedence"}
#: In SetUserPoolMfaConfig, of which the seed file has the request anyway.
_IN_MFA = frozenset({"MfaConfiguration"})
_OLDER_NAMES = ("SmsVerificationMessage", "EmailVerificationMessage", "EmailVerificationSubject")


def rendered(pool: Pool, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a pool as the entry of a seed document, with everything written out.

    Args:
        pool: the pool.
        given: its entry in the newest seed, whose secrets are kept if they hold.
    """
    entries = (given or {}).get("users") or ()
    users = {
        each.get("sub") or derived.sub(pool.pool_id, each["username"]): each for each in entries
    }
    entry: dict[str, Any] = {"id": pool.pool_id}
    if pool.account != ACCOUNT:
        entry["account"] = pool.account
    entry["configuration"] = _configuration(pool)
    entry["device_group_key"] = pool.device_group_key
    entry["clients"] = _clients(pool)
    entry["groups"] = [_group(group.name, group.settings) for group in pool.groups.values()]
    entry["users"] = [rendered_user(pool, user, users) for user in pool.users]
    return entry


def _configuration(pool: Pool) -> dict[str, Any]:
    servers = [
        {"Identifier": identifier, **settings}
        for identifier, settings in pool.resource_servers.items()
    ]
    members: dict[str, Any] = {"UserPool": _pool_members(pool)}
    mfa = described_mfa(pool.mfa)
    if len(mfa) > 1:
        members["MfaConfig"] = mfa
    if servers:
        members["ResourceServers"] = servers
    names = {entry["id"]: entry["name"] for entry in _clients(pool)}
    return {**members, **rendered_domains(pool), **rendered_styles(pool, names)}


def _pool_members(pool: Pool) -> dict[str, Any]:
    """Return the members of CreateUserPool that make the pool again."""
    shape = input_shape("CreateUserPool")
    known = frozenset(shape.members) if shape is not None else frozenset()
    settings = {
        name: value
        for name, value in pool.settings.items()
        if name in known - _IN_MFA and value not in (None, {}, [])
    }
    for name in _OLDER_NAMES:
        settings.pop(name, None)  # VerificationMessageTemplate has the same texts (M019, M020)
    # The policy has the same days, and no request may have both (M046).
    config = dict(settings.get("AdminCreateUserConfig") or {})
    config.pop("UnusedAccountValidityDays", None)
    settings["AdminCreateUserConfig"] = config
    schema = _schema(pool.schema)
    return {"PoolName": pool.name, **dict(sorted(settings.items())), **schema}


def _schema(schema: Schema) -> dict[str, Any]:
    """Return Schema without the standard attributes that are as every pool has them."""
    ordinary = {attribute.name: attribute for attribute in Schema()}
    members = []
    for attribute in schema:
        if ordinary.get(attribute.name) == attribute:
            continue
        described = attribute.described()
        if attribute.name not in STANDARD_ATTRIBUTES:
            described["Name"] = attribute.name.removeprefix("dev:").removeprefix("custom:")
        members.append({name: value for name, value in described.items() if value != {}})
    return {"Schema": members} if members else {}


def _clients(pool: Pool) -> list[dict[str, Any]]:
    """Return the app clients; two with the same ClientName are told apart by their ids."""
    counted = Counter(client.settings["ClientName"] for client in pool.clients.values())
    return [
        _client(client, unique=counted[client.settings["ClientName"]] == 1)
        for client in pool.clients.values()
    ]


def _client(client: UserPoolClient, *, unique: bool) -> dict[str, Any]:
    name = client.settings["ClientName"]
    entry: dict[str, Any] = {"name": name if unique else client.client_id, "id": client.client_id}
    if client.secret is not None:
        entry["secret"] = client.secret
    if client.added_secrets:
        entry["added_secrets"] = [secret.value for secret in client.added_secrets]
    settings = dict(sorted(client.settings.items()))
    if unique:
        del settings["ClientName"]
    return {**entry, "settings": settings}


def _group(name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, **{_GROUP[key]: value for key, value in settings.items()}}
