"""Reads the user pools of a raw state of Terraform or OpenTofu, such as ``terraform.tfstate``.

https://developer.hashicorp.com/terraform/internals/v1-compatibility-promises keeps the JSON of
``terraform show`` stable, not this file, so only the version that Terraform has written since 0.12
is read. Secrets that the state holds are dropped first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import (
    Kind,
    Origin,
    Part,
    PoolConfiguration,
    SourceLocation,
    Unknown,
)
from harness.pools.configuration.service_members import check_members
from harness.pools.sources.arguments import (
    ConvertedArguments,
    convert_beside,
    convert_client,
    convert_pool,
)
from harness.pools.sources.documents import Document
from harness.pools.sources.managed_login import described_domains
from harness.pools.sources.terraform_objects import CheckedObjects

__all__ = ["POOL", "branding_of", "converted", "read", "recognizes"]

POOL, _CLIENT = "aws_cognito_user_pool", "aws_cognito_user_pool_client"
_BESIDE: Mapping[str, Kind] = {
    "aws_cognito_user_pool_domain": "domain",
    "aws_cognito_resource_server": "resource_server",
    "aws_cognito_managed_login_branding": "branding",
}
_NOT_IN_STATE = Unknown("only a deployment knows it: the state has the domain, not its resource")
_VERSION = 4
_SHOWN = "run terraform show -json > state.json where the project is, and give that file"
_SECRET = "client_secret"


@dataclass(frozen=True)
class _Instance:
    """One instance of a resource in the state."""

    type: str
    address: str
    path: str
    values: Mapping[str, Any] = field(repr=False)


def recognizes(document: Document) -> bool:
    """Return whether a document is a state: it has a lineage, or is encrypted by OpenTofu."""
    found = document.value
    return isinstance(found, Mapping) and (
        {"version", "lineage"} <= set(found)
        or {"version", "backend"} <= set(found)
        or {"encrypted_data", "encryption_version"} <= set(found)
    )


def read(document: Document) -> list[PoolConfiguration]:
    """Return the user pools of a state, each with the app clients that have its id.

    Raises:
        ConfigurationError: the state has another version or is encrypted, or a setting is not
            valid.
    """
    _require_readable(document)
    instances = list(_instances(document))
    return [_configuration(document, pool, instances) for pool in instances if pool.type == POOL]


def _configuration(
    document: Document, pool: _Instance, instances: list[_Instance]
) -> PoolConfiguration:
    pool_id = pool.values.get("id")
    own = [one for one in instances if one.values.get("user_pool_id") == pool_id]
    clients = {str(one.values.get("id")): one.address for one in own if one.type == _CLIENT}

    def parts(kind: Kind) -> tuple[Part, ...]:
        return tuple(_part(document, one, kind) for one in own if _BESIDE.get(one.type) == kind)

    return PoolConfiguration(
        origin=Origin("Terraform state", document.name),
        pool=_part(document, pool, "pool"),
        mfa=_part(document, pool, "mfa"),
        clients=tuple(_part(document, one, "client") for one in own if one.type == _CLIENT),
        domains=parts("domain")
        or described_domains(pool.values, _NOT_IN_STATE, ("domain", "custom_domain")),
        resource_servers=parts("resource_server"),
        branding=branding_of(parts("branding"), clients),
    )


def branding_of(parts: Iterable[Part], clients: Mapping[str, str]) -> tuple[Part, ...]:
    """Return brandings that have the names of app clients in place of their ids.

    Args:
        parts: the brandings.
        clients: the names of the app clients, by their ids.
    """
    return tuple(
        replace(part, members={"ClientId": clients.get(found, Unknown(f"the app client {found}"))})
        for part in parts
        for found in [str(part.value("ClientId"))]
    )


def converted(values: Mapping[str, Any], kind: Kind) -> ConvertedArguments:
    """Convert the attributes of a resource; of a secret, only say that there is one."""
    if kind in ("pool", "mfa"):
        return convert_pool(values, kind)
    if kind != "client":
        return convert_beside(values, kind)
    kept = {name: value for name, value in values.items() if name != _SECRET}
    if values.get(_SECRET):
        kept["generate_secret"] = True
    return convert_client(kept)


def _require_readable(document: Document) -> None:
    found = document.value
    if "encrypted_data" in found:
        hint = "OpenTofu has encrypted it; run tofu show -json > state.json, and give that file"
        raise ConfigurationError("file", given=document.name, hint=hint)
    if "backend" in found:
        hint = f"it only says where the state is; {_SHOWN}"
        raise ConfigurationError("file", given=document.name, hint=hint)
    if found["version"] != _VERSION or not isinstance(found.get("resources", []), list):
        source = document.source("version")
        hint = f"states of version {_VERSION} can be read; {_SHOWN}"
        raise ConfigurationError("version", given=found["version"], source=source, hint=hint)


def _instances(document: Document) -> Iterator[_Instance]:
    objects = CheckedObjects(document)
    wanted = (POOL, _CLIENT, *_BESIDE)
    for index, resource in enumerate(objects.several(document.value, "resources", "")):
        if resource.get("mode") != "managed" or resource.get("type") not in wanted:
            continue
        path = f"resources[{index}]"
        for number, instance in enumerate(objects.several(resource, "instances", path)):
            # A deposed instance is about to be deleted.
            if "deposed" not in instance:
                yield _instance(document, resource, instance, f"{path}.instances[{number}]")


def _instance(
    document: Document, resource: Mapping[str, Any], instance: Mapping[str, Any], path: str
) -> _Instance:
    values = instance.get("attributes")
    if not isinstance(values, Mapping):
        source = document.source(path)
        hint = f"it has no attributes; {_SHOWN}"
        raise ConfigurationError(path, given=resource.get("type"), source=source, hint=hint)
    address = f"{resource['type']}.{resource.get('name')}"
    if "index_key" in instance:
        address += f"[{json.dumps(instance['index_key'])}]"
    if module := resource.get("module"):
        address = f"{module}.{address}"
    return _Instance(str(resource["type"]), address, path, values)


def _part(document: Document, instance: _Instance, kind: Kind) -> Part:
    settings = converted(instance.values, kind)
    places = {"": SourceLocation(instance.address, document.lines.get(instance.path))}
    for member, argument in settings.arguments.items():
        line = document.lines.get(f"{instance.path}.attributes.{argument}")
        places[member] = SourceLocation(f"{instance.address}.{argument}", line)
    return check_members(Part(kind, instance.address, settings.members, places), document.name)
