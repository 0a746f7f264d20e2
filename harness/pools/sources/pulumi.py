"""Reads the user pools of a Pulumi stack: ``pulumi stack export``, ``sst state export``.

Pulumi's resources have the arguments of Terraform's provider, in camel case. What Pulumi keeps
encrypted is unknown, and its plain text is never used.

https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_export/
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import (
    Kind,
    Origin,
    Part,
    PoolConfiguration,
    SourceLocation,
    UnassignedClient,
    Unknown,
    join,
)
from harness.pools.configuration.service_members import check_members
from harness.pools.sources.documents import Document
from harness.pools.sources.managed_login import described_domains
from harness.pools.sources.terraform_state import branding_of, converted

__all__ = ["POOL", "read", "recognizes"]

POOL, _CLIENT = "aws:cognito/userPool:UserPool", "aws:cognito/userPoolClient:UserPoolClient"
_BESIDE: Mapping[str, Kind] = {
    "aws:cognito/userPoolDomain:UserPoolDomain": "domain",
    "aws:cognito/resourceServer:ResourceServer": "resource_server",
    "aws:cognito/managedLoginBranding:ManagedLoginBranding": "branding",
}
_NOT_IN_STACK = Unknown("only a deployment knows it: the stack has the domain, not its resource")
_NATIVE_POOL = "aws-native:cognito:UserPool"
#: Where the resources are: in an export, in a file of a backend of your own, in SST's export.
_PLACES = ("deployment.resources", "checkpoint.latest.resources", "latest.resources")
#: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = Unknown("a secret of Pulumi")
_RENAMED = {"schemas": "schema"}
#: Arguments whose keys are the user's own.
_FREE_KEYS = frozenset({"tags", "tagsAll"})


@dataclass(frozen=True)
class _StackResource:
    """A resource of the stack, with Terraform's names."""

    type: str
    id: str
    name: str
    path: str
    values: Mapping[str, Any] = field(repr=False)
    lines: Mapping[str, int] = field(repr=False)


def recognizes(document: Document) -> bool:
    """Return whether a document is an exported stack: it has a deployment or a checkpoint."""
    found = document.value
    is_stack = isinstance(found, Mapping) and "version" in found
    return _resources_path(document) is not None or (
        is_stack and bool({"deployment", "checkpoint"} & set(found))
    )


def read(document: Document) -> list[PoolConfiguration]:
    """Return the user pools of a stack, each with the app clients that have its id.

    Raises:
        ConfigurationError: the pools are of the provider aws-native, or a setting is not valid.
    """
    resources = list(_resources(document))
    pools = [resource for resource in resources if resource.type == POOL]
    if not pools and any(resource.type == _NATIVE_POOL for resource in resources):
        hint = (
            "pools of aws-native are not read; give the output of aws cognito-idp "
            "describe-user-pool of the deployed pool"
        )
        raise ConfigurationError("file", given=document.name, hint=hint)
    return [_configuration(document, pool, resources) for pool in pools]


def _configuration(
    document: Document, pool: _StackResource, resources: list[_StackResource]
) -> PoolConfiguration:
    clients = [resource for resource in resources if resource.type == _CLIENT]
    pool_ids = [(client, client.values.get("user_pool_id")) for client in clients]

    def parts(kind: Kind) -> tuple[Part, ...]:
        return tuple(
            _part(document, one, kind)
            for one in resources
            if _BESIDE.get(one.type) == kind and one.values.get("user_pool_id") == pool.id
        )

    return PoolConfiguration(
        origin=Origin("Pulumi stack", document.name),
        pool=_part(document, pool, "pool"),
        mfa=_part(document, pool, "mfa"),
        domains=parts("domain")
        or described_domains(pool.values, _NOT_IN_STACK, ("domain", "custom_domain")),
        resource_servers=parts("resource_server"),
        branding=branding_of(parts("branding"), {one.id: one.name for one in clients}),
        clients=tuple(
            _part(document, client, "client")
            for client, pool_id in pool_ids
            if pool.id and pool_id == pool.id
        ),
        unassigned=tuple(
            _unassigned(document, client, pool)
            for client, pool_id in pool_ids
            if isinstance(pool_id, Unknown)
        ),
    )


def _unassigned(
    document: Document, client: _StackResource, pool: _StackResource
) -> UnassignedClient:
    name = client.values.get("name")
    line = client.lines.get("user_pool_id")
    return UnassignedClient(
        name=client.name,
        client_name=name if isinstance(name, str) else None,
        reason=_SECRET,
        place=SourceLocation(f"{client.name}.user_pool_id", line, file=document.name),
        remedy=f'"userPoolId": "{pool.id}"',
        read=functools.partial(_part, document, client, "client"),
    )


def _resources_path(document: Document) -> str | None:
    for path in _PLACES:
        found = document.value
        for key in path.split("."):
            found = found.get(key) if isinstance(found, Mapping) else None
        if isinstance(found, list):
            return path
    return None


def _resources(document: Document) -> Iterator[_StackResource]:
    path = _resources_path(document)
    if path is None:
        return
    found = document.value
    for key in path.split("."):
        found = found[key]
    for index, resource in enumerate(found):
        if isinstance(resource, Mapping) and _is_wanted(resource):
            yield _resource(document, resource, join(path, index))


def _is_wanted(resource: Mapping[str, Any]) -> bool:
    # A resource with "delete" was replaced and is about to be deleted.
    wanted = (POOL, _CLIENT, *_BESIDE, _NATIVE_POOL)
    return resource.get("type") in wanted and not resource.get("delete")


def _resource(document: Document, resource: Mapping[str, Any], path: str) -> _StackResource:
    side = "outputs" if isinstance(resource.get("outputs"), Mapping) else "inputs"
    values = resource.get(side)
    kept = values if isinstance(values, Mapping) else {}
    lines = {
        _snake_path(below.removeprefix(f"{path}.{side}.")): line
        for below, line in document.lines.items()
        if below.startswith(f"{path}.{side}.")
    }
    name = str(resource.get("urn", "")).rpartition("::")[2]
    return _StackResource(
        str(resource["type"]), str(resource.get("id", "")), name, path, _snake(kept), lines
    )


def _part(document: Document, resource: _StackResource, kind: Kind) -> Part:
    settings = converted(resource.values, kind)
    places = {"": SourceLocation(resource.name, document.lines.get(resource.path))}
    for member, argument in settings.arguments.items():
        line = resource.lines.get(argument)
        places[member] = SourceLocation(f"{resource.name}.{argument}", line)
    return check_members(Part(kind, resource.name, settings.members, places), document.name)


def _snake(value: Any) -> Any:
    """Return a value with Terraform's names of arguments, and without secrets."""
    if isinstance(value, Mapping):
        if _SIGNATURE in value:
            return _SECRET
        return {
            _snake_name(key): item if key in _FREE_KEYS else _snake(item)
            for key, item in value.items()
        }
    return [_snake(item) for item in value] if isinstance(value, list) else value


def _snake_path(path: str) -> str:
    return ".".join(_snake_name(part) for part in path.split("."))


def _snake_name(name: str) -> str:
    plain, bracket, index = name.partition("[")
    plain = _RENAMED.get(plain, plain)
    return re.sub(r"(?<!^)(?=[A-Z])", "_", plain).lower() + bracket + index
