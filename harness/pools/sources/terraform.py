"""Reads the user pools in the output of ``terraform show -json``, for a plan or a state.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import (
    Kind,
    Origin,
    Part,
    PoolConfiguration,
    SourceFormat,
    SourceLocation,
    UnassignedClient,
    Unknown,
)
from harness.pools.configuration.service_members import check_members
from harness.pools.sources.arguments import (
    ConvertedArguments,
    convert_beside,
    convert_client,
    convert_pool,
    with_unknown,
)
from harness.pools.sources.documents import Document
from harness.pools.sources.managed_login import described_domains
from harness.pools.sources.pool_choice import FoundPool, FoundPools
from harness.pools.sources.renaming import lacks_second_factor
from harness.pools.sources.terraform_objects import CheckedObjects
from harness.pools.sources.terraform_references import (
    POOL,
    Configured,
    ShownResource,
    client_named_by,
    pool_of,
    without_keys,
)

__all__ = ["POOL", "find", "read", "recognizes"]

_CLIENT = "aws_cognito_user_pool_client"
_BESIDE: Mapping[str, Kind] = {
    "aws_cognito_user_pool_domain": "domain",
    "aws_cognito_resource_server": "resource_server",
    "aws_cognito_managed_login_branding": "branding",
}
_WANTED = (POOL, _CLIENT, *_BESIDE)
_NOT_IN_FILE = Unknown("only a deployment knows it: the file has the domain, not its resource")


def recognizes(document: Document) -> bool:
    """Return whether a document is from ``terraform show -json``: it has a format_version."""
    return isinstance(document.value, Mapping) and "format_version" in document.value


def read(document: Document) -> list[PoolConfiguration]:
    """Return the user pools of a plan or a state, each with the app clients that refer to it.

    Raises:
        ConfigurationError: the document has no values, or a setting is not valid.
    """
    return find(document).read_all()


def find(document: Document) -> FoundPools:
    """Return the user pools of a plan or a state, none of which is read yet.

    Raises:
        ConfigurationError: the document has no values.
    """
    shown = _Shown(document)
    resources = list(shown.resources())
    pools = [resource for resource in resources if resource.type == POOL]
    clients = [
        (resource, pool_of(resource, pools, shown.configured))
        for resource in resources
        if resource.type == _CLIENT
    ]
    beside = [
        (resource, pool_of(resource, pools, shown.configured))
        for resource in resources
        if resource.type in _BESIDE
    ]
    found = tuple(_found(shown, pool, clients, beside) for pool in pools)
    return FoundPools(document.name, found)


def _found(
    shown: _Shown, pool: _Resource, clients: list[_Assigned], beside: list[_Assigned]
) -> FoundPool:
    own = [client for client, found in clients if found is pool]
    name = pool.values.get("name")
    return FoundPool(
        name=pool.address,
        pool_name=name if isinstance(name, str) else None,
        clients=tuple(client.address for client in own),
        read=functools.partial(_read_pool, shown, pool, own, clients, beside),
    )


def _read_pool(
    shown: _Shown,
    pool: _Resource,
    own: list[_Resource],
    clients: list[_Assigned],
    beside: list[_Assigned],
) -> PoolConfiguration:
    document = pool.document
    others = [resource for resource, owner in beside if owner is pool]
    domains = _parts(document, others, "domain")
    return PoolConfiguration(
        origin=Origin(shown.format, document.name),
        pool=_part(document, pool, "pool"),
        mfa=_part(document, pool, "mfa"),
        clients=tuple(_part(document, client, "client") for client in own),
        domains=domains
        or described_domains(pool.values, _NOT_IN_FILE, ("domain", "custom_domain")),
        resource_servers=_parts(document, others, "resource_server"),
        branding=tuple(
            Part("branding", one.address, {"ClientId": shown.client_of(one, own)}, _first(one))
            for one in others
            if _BESIDE[one.type] == "branding"
        ),
        unassigned=tuple(
            _unassigned(client, found, pool)
            for client, found in clients
            if isinstance(found, Unknown)
        ),
    )


def _unassigned(client: _Resource, reason: Unknown, pool: _Resource) -> UnassignedClient:
    name = client.values.get("name")
    return UnassignedClient(
        name=client.address,
        client_name=name if isinstance(name, str) else None,
        reason=reason,
        place=SourceLocation(
            f"{client.address}.user_pool_id",
            client.line("user_pool_id") or client.line(""),
            file=client.document.name,
        ),
        remedy=f"user_pool_id = {pool.type}.{pool.name}{pool.key}.id"
        if client.module == pool.module
        else f"the id of {pool.address} as its user_pool_id",
        read=functools.partial(_part, client.document, client, "client"),
    )


def _parts(document: Document, resources: list[_Resource], kind: Kind) -> tuple[Part, ...]:
    return tuple(_part(document, one, kind) for one in resources if _BESIDE[one.type] == kind)


def _first(resource: _Resource) -> dict[str, SourceLocation]:
    return {"": SourceLocation(resource.address, resource.line(""))}


def _converted(values: Mapping[str, Any], kind: Kind) -> ConvertedArguments:
    if kind == "client":
        return convert_client(values)
    return convert_pool(values, kind) if kind in ("pool", "mfa") else convert_beside(values, kind)


def _part(document: Document, resource: _Resource, kind: Kind) -> Part:
    settings = _converted(resource.values, kind)
    # A state can lack a factor that its provider does not know.
    if resource.is_planned and kind == "mfa" and lacks_second_factor(settings.members):
        raise _without_factor(document, resource)
    places = _first(resource)
    for member, argument in settings.arguments.items():
        line = resource.line(argument)
        places[member] = SourceLocation(f"{resource.address}.{argument}", line)
    return check_members(Part(kind, resource.address, settings.members, places), document.name)


def _without_factor(document: Document, resource: _Resource) -> ConfigurationError:
    line = resource.line("mfa_configuration")
    return ConfigurationError(
        f"{resource.address}.mfa_configuration",
        given=resource.values["mfa_configuration"],
        source=document.name if line is None else f"{document.name}, line {line}",
        hint="Cognito refuses it without a second factor; add a block "
        "software_token_mfa_configuration, sms_configuration or email_mfa_configuration",
    )


@dataclass(frozen=True)
class _Resource(ShownResource):
    """A resource with its place in the document."""

    document: Document = field(repr=False, compare=False)
    path: str
    address: str

    def line(self, argument: str) -> int | None:
        path = f"{self.path}.values" + (f".{argument}" if argument else "")
        return self.document.lines.get(path)

    @property
    def is_planned(self) -> bool:
        """Whether it is in a plan, not in a state."""
        return self.path.startswith("planned_values")


#: An app client with its pool, as :func:`pool_of` returns it.
_Assigned = tuple[_Resource, "ShownResource | Unknown | None"]


class _Shown:
    """The output of terraform show: the values, and what a plan knows only after apply."""

    def __init__(self, document: Document) -> None:
        self._document = document
        found: Mapping[str, Any] = document.value
        self.format: SourceFormat = "Terraform state" if "values" in found else "Terraform plan"
        self._key = "values" if "values" in found else "planned_values"
        if not isinstance(found.get(self._key), Mapping):
            hint = "the output of terraform show -json must have values or planned_values"
            raise ConfigurationError("file", given=document.name, hint=hint)
        self._objects = CheckedObjects(document)
        self._unknown = dict(self._unknown_after(found))
        configuration = found.get("configuration")
        self.configured: Configured | None = None
        self._expressions: dict[str, Mapping[str, Any]] | None = None
        if isinstance(configuration, Mapping):
            root = self._objects.one(configuration, "root_module", "configuration")
            self._expressions = dict(self._expressions_of(root, "configuration.root_module", ""))
            self.configured = Configured(root)

    def resources(self) -> Iterator[_Resource]:
        root = self._objects.one(self._document.value[self._key], "root_module", self._key)
        yield from self._of_module(root, f"{self._key}.root_module", "")

    def client_of(self, branding: _Resource, clients: list[_Resource]) -> str | Unknown:
        """Return the address of the app client that a branding is for."""
        client_id = branding.values.get("client_id")
        if isinstance(client_id, str):
            same = [one.address for one in clients if one.values.get("id") == client_id]
            return same[0] if same else Unknown(f"the app client {client_id}")
        named = self.configured and client_named_by(branding, clients, self.configured)
        return named.address if isinstance(named, _Resource) else Unknown("known after apply")

    def _of_module(self, module: Mapping[str, Any], path: str, name: str) -> Iterator[_Resource]:
        for index, resource in enumerate(self._objects.several(module, "resources", path)):
            if resource.get("mode") == "managed" and resource.get("type") in _WANTED:
                yield self._resource(resource, f"{path}.resources[{index}]", name)
        for index, child in enumerate(self._objects.several(module, "child_modules", path)):
            below = f"{path}.child_modules[{index}]"
            yield from self._of_module(child, below, str(child.get("address", "")))

    def _unknown_after(self, found: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for index, one in enumerate(self._objects.several(found, "resource_changes", "")):
            path = f"resource_changes[{index}]"
            change = self._objects.one(one, "change", path)
            if one.get("type") in _WANTED:
                unknown = self._objects.one(change, "after_unknown", f"{path}.change")
                yield str(one.get("address")), unknown

    def _expressions_of(
        self, module: Mapping[str, Any], path: str, prefix: str
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for index, resource in enumerate(self._objects.several(module, "resources", path)):
            expressions = self._objects.one(resource, "expressions", f"{path}.resources[{index}]")
            yield f"{prefix}{resource.get('address')}", expressions
        calls = self._objects.one(module, "module_calls", path)
        for name in calls:
            below = f"{path}.module_calls"
            call = self._objects.one(calls, name, below)
            called = self._objects.one(call, "module", f"{below}.{name}")
            yield from self._expressions_of(
                called, f"{below}.{name}.module", f"{prefix}module.{name}."
            )

    def _resource(self, shown: Mapping[str, Any], path: str, module: str) -> _Resource:
        address = self._objects.text(shown, "address", path)
        expressions = None
        if self._expressions is not None:
            expressions = self._expressions.get(without_keys(address), {})
        values = with_unknown(
            self._objects.one(shown, "values", path), self._unknown.get(address, {}), expressions
        )
        return _Resource(
            module=module,
            type=str(shown["type"]),
            name=str(shown.get("name", "")),
            key=_key(shown.get("index")),
            values=values,
            document=self._document,
            path=path,
            address=address,
        )


def _key(index: Any) -> str:
    """Return the instance key as an address has it."""
    return "" if index is None else f"[{json.dumps(index, ensure_ascii=False)}]"
