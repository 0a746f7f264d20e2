"""Tells which user pool an app client of a Terraform plan or state belongs to.

A state has the ids. A plan that has yet to create the pool has only the names that an expression
mentions, so the pool is known if it is the only thing in them that the plan does not know.

https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.pools.configuration.pool_configuration import Unknown

__all__ = ["POOL", "Configured", "ShownResource", "client_named_by", "pool_of", "without_keys"]

POOL = "aws_cognito_user_pool"
_KEY = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')
#: A resource, its instance key if that is constant, and the rest of the reference.
_RESOURCE = re.compile(rf"([a-z]\w*\.[\w-]+)({_KEY.pattern})?(?:\.(.+))?")
_MODULE = re.compile(rf"(module\.[\w-]+(?:{_KEY.pattern})?)(?:\.([\w-]+))?.*")
#: What Terraform always knows when it plans.
_ALWAYS_KNOWN = ("path.", "terraform.", "each.key", "count.index")
_ID = "user_pool_id"


@dataclass(frozen=True)
class ShownResource:
    """A resource in the output of terraform show.

    Attributes:
        module: the address of its module; empty for the root module.
        type: the type of the resource.
        name: the name of the resource.
        key: the key of the instance, as it is written in an address.
        values: the arguments and attributes.
    """

    module: str
    type: str
    name: str
    key: str
    values: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Configured:
    """The configuration of a plan.

    Attributes:
        root: the root module.
    """

    root: Mapping[str, Any]

    def module(self, address: str) -> Mapping[str, Any]:
        """Return the configuration of a module."""
        found: Any = self.root
        for name in _module_names(address):
            found = _part(_part(_part(found, "module_calls"), name), "module")
        return found if isinstance(found, Mapping) else {}

    def call(self, address: str) -> Mapping[str, Any]:
        """Return how a module is called."""
        *_, name = _module_names(address)
        return _part(_part(self.module(_parent(address)), "module_calls"), name)

    def resource(self, module: str, address: str) -> Mapping[str, Any]:
        """Return the configuration of a resource."""
        resources = self.module(module).get("resources") or ()
        return next((one for one in resources if one.get("address") == address), {})


def pool_of(
    client: ShownResource, pools: Sequence[ShownResource], configured: Configured | None
) -> ShownResource | Unknown | None:
    """Return the pool of an app client; ``None`` if it is in neither the plan nor the state.

    Args:
        client: the app client.
        pools: all pools.
        configured: the configuration; ``None`` for a state.
    """
    pool_id = client.values.get(_ID)
    if isinstance(pool_id, str):
        same = [pool for pool in pools if pool.values.get("id") == pool_id]
        return same[0] if same else None
    if configured is None:
        return Unknown(f"{_ID}, which is not in the file")
    resource = configured.resource(client.module, f"{client.type}.{client.name}")
    references = _named_in(_part(resource.get("expressions"), _ID))
    block = _Block(client.module, resource, client.key)
    found = list(_PoolSearch(configured, pools).sources(block, references))
    if len({str(one) for one in found}) == 1 and isinstance(found[0], ShownResource):
        return found[0]
    return Unknown(", ".join(_outermost(references)) or f"{_ID}, which is not set")


def client_named_by(
    resource: ShownResource, clients: Sequence[ShownResource], configured: Configured
) -> ShownResource | None:
    """Return the app client of the same module that ``client_id`` of a resource names.

    Args:
        resource: the resource.
        clients: the app clients of its pool.
        configured: the configuration.
    """
    found = configured.resource(resource.module, f"{resource.type}.{resource.name}")
    references = _outermost(_named_in(_part(found.get("expressions"), "client_id")))
    for one in references:
        named = _RESOURCE.fullmatch(one)
        same = [
            client
            for client in clients
            if named
            and client.module == resource.module
            and f"{client.type}.{client.name}" == named[1]
            and client.key == (named[2] or resource.key)
        ]
        if same:
            return same[0]
    return None


def without_keys(address: str) -> str:
    """Return an address without the instance keys of count and for_each."""
    return _KEY.sub("", address)


@dataclass(frozen=True)
class _Block:
    """A block of the configuration, whose expressions are looked at.

    Attributes:
        module: the address of its module.
        configured: the block.
        key: the key of its instance; ``None`` if it is not known which one it is.
    """

    module: str
    configured: Mapping[str, Any] = field(repr=False)
    key: str | None = None


@dataclass(frozen=True)
class _PoolSearch:
    """Finds what an expression refers to that the plan does not know."""

    configured: Configured
    pools: Sequence[ShownResource]

    def sources(
        self,
        block: _Block,
        references: Iterable[str],
        seen: frozenset[tuple[str, str]] = frozenset(),
    ) -> Iterator[ShownResource | str]:
        """Yield the pools, and as text all else that can be unknown."""
        outermost = _outermost(references)
        for one in outermost:
            if one.startswith(_ALWAYS_KNOWN):
                continue
            step = (block.module, one)
            if step in seen:
                yield one
            elif found := _RESOURCE.fullmatch(one) if one.startswith(f"{POOL}.") else None:
                yield self._instance(block, found, _has_own_key(outermost)) or one
            else:
                yield from self._sources_of(block, one, seen | {step})

    def _sources_of(
        self, block: _Block, one: str, seen: frozenset[tuple[str, str]]
    ) -> Iterator[ShownResource | str]:
        if one.startswith("var."):
            yield from self._variable(block, one, seen)
        elif one.startswith("each.value"):
            named = _named_in(block.configured.get("for_each_expression"))
            yield from self.sources(_Block(block.module, {}, block.key), named, seen)
        elif one.startswith("module."):
            yield from self._output(block, one, seen)
        elif found := _RESOURCE.fullmatch(one):
            yield from self._attribute(block, one, found, seen)
        else:
            yield one

    def _instance(
        self, block: _Block, found: re.Match[str], has_own_key: bool
    ) -> ShownResource | None:
        address, key = found[1], found[2] or ""
        every = [
            pool
            for pool in self.pools
            if pool.module == block.module and f"{pool.type}.{pool.name}" == address
        ]
        if not key and len(every) == 1:
            return every[0]
        # pools[each.key]: the plan names both, and does not show how they are put together.
        wanted = block.key if has_own_key and not key else key
        return next((pool for pool in every if pool.key == wanted), None)

    def _attribute(
        self, block: _Block, one: str, found: re.Match[str], seen: frozenset[tuple[str, str]]
    ) -> Iterator[ShownResource | str]:
        """Follow the ``user_pool_id`` of another resource, such as a domain: it is given to it."""
        resource = self.configured.resource(block.module, found[1])
        named = _named_in(_part(resource.get("expressions"), _ID)) if found[3] == _ID else []
        yield from self.sources(_Block(block.module, resource), named, seen) if named else (one,)

    def _variable(
        self, block: _Block, one: str, seen: frozenset[tuple[str, str]]
    ) -> Iterator[ShownResource | str]:
        # The variables of the root module are always known in a plan.
        if block.module:
            call = self.configured.call(block.module)
            name = re.split(r"[.\[]", one)[1]
            named = _named_in(_part(call, "expressions").get(name))
            keys = re.findall(rf"{_KEY.pattern}$", block.module)
            yield from self.sources(
                _Block(_parent(block.module), call, keys[0] if keys else ""), named, seen
            )

    def _output(
        self, block: _Block, one: str, seen: frozenset[tuple[str, str]]
    ) -> Iterator[ShownResource | str]:
        found = _MODULE.fullmatch(one)
        if found is None or found[2] is None:
            yield one
            return
        below = f"{block.module}.{found[1]}" if block.module else found[1]
        output = _part(self.configured.module(below), "outputs").get(found[2])
        named = _named_in(_part(output, "expression"))
        yield from self.sources(_Block(below, {}), named, seen) if named else (one,)


def _has_own_key(references: list[str]) -> bool:
    """Return whether an expression mentions one thing and the key of its own instance."""
    keys = [one for one in references if one in ("each.key", "count.index")]
    return len(references) == 2 and len(keys) == 1


def _named_in(expression: Any) -> list[str]:
    found = expression.get("references") if isinstance(expression, Mapping) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _outermost(references: Iterable[str]) -> list[str]:
    """Return the whole references: Terraform also lists the beginnings of each one."""
    found = list(dict.fromkeys(references))
    return [
        one
        for one in found
        if not any(other != one and other.startswith((f"{one}.", f"{one}[")) for other in found)
    ]


def _part(value: Any, name: str) -> Mapping[str, Any]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _module_names(address: str) -> list[str]:
    return [name for name in without_keys(address).split(".") if name != "module" and name]


def _parent(address: str) -> str:
    """Return the address of the module that calls this one."""
    keys: list[str] = []

    def kept(found: re.Match[str]) -> str:
        keys.append(found[0])
        return f"[{len(keys) - 1}]"

    # Keys can contain anything, so they are taken out before the address is split.
    plain = _KEY.sub(kept, address)
    above = plain.rpartition(".module.")[0]
    return re.sub(r"\[(\d+)\]", lambda found: keys[int(found[1])], above)
