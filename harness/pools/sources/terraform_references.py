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

__all__ = ["POOL", "Configured", "ShownResource", "pool_of", "without_keys"]

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
    search = _PoolSearch(configured, pools, client)
    found = list(search.sources(client.module, _references(client, configured)))
    addresses = {str(one): one for one in found}
    if len(addresses) == 1 and isinstance(found[0], ShownResource):
        return found[0]
    named = ", ".join(_outermost(_references(client, configured))) or f"{_ID}, which is not set"
    return Unknown(named)


def without_keys(address: str) -> str:
    """Return an address without the instance keys of count and for_each."""
    return _KEY.sub("", address)


@dataclass(frozen=True)
class _PoolSearch:
    """Finds what an expression refers to that the plan does not know."""

    configured: Configured
    pools: Sequence[ShownResource]
    client: ShownResource

    def sources(
        self, module: str, references: Iterable[str], seen: frozenset[tuple[str, str]] = frozenset()
    ) -> Iterator[ShownResource | str]:
        """Yield the pools, and as text all else that can be unknown."""
        outermost = _outermost(references)
        for one in outermost:
            if one.startswith(_ALWAYS_KNOWN):
                continue
            if (module, one) in seen:
                yield one
                continue
            yield from self._sources_of(module, one, outermost, seen | {(module, one)})

    def _sources_of(
        self, module: str, one: str, beside: list[str], seen: frozenset[tuple[str, str]]
    ) -> Iterator[ShownResource | str]:
        if one.startswith("var."):
            yield from self._variable(module, one, seen)
        elif one.startswith("each.value"):
            resource = self.configured.resource(module, f"{self.client.type}.{self.client.name}")
            yield from self.sources(module, _named_in(resource.get("for_each_expression")), seen)
        elif one.startswith("module."):
            yield from self._output(module, one, seen)
        elif found := _RESOURCE.fullmatch(one):
            yield from self._resource(module, one, found, beside, seen)
        else:
            yield one

    def _resource(
        self,
        module: str,
        one: str,
        found: re.Match[str],
        beside: list[str],
        seen: frozenset[tuple[str, str]],
    ) -> Iterator[ShownResource | str]:
        address, key, attribute = found[1], found[2] or "", found[3]
        if address.startswith(f"{POOL}."):
            yield from self._instances(module, one, address, key, beside)
        elif attribute == _ID:
            # Other resources of a pool, such as its domain, repeat the id that they are given.
            expressions = self.configured.resource(module, address).get("expressions")
            named = _named_in(_part(expressions, _ID))
            yield from self.sources(module, named, seen) if named else (one,)
        else:
            yield one

    def _instances(
        self, module: str, one: str, address: str, key: str, beside: list[str]
    ) -> Iterator[ShownResource | str]:
        every = [
            pool
            for pool in self.pools
            if pool.module == module and f"{pool.type}.{pool.name}" == address
        ]
        chosen = [pool for pool in every if pool.key == key]
        if not key and len(every) == 1:
            chosen = every
        elif not key and _by_own_key(beside):
            # pools[each.key]: the plan names both, and does not show how they are put together.
            chosen = [pool for pool in every if pool.key == self.client.key]
        yield from chosen if len(chosen) == 1 else (one,)

    def _variable(
        self, module: str, one: str, seen: frozenset[tuple[str, str]]
    ) -> Iterator[ShownResource | str]:
        # The variables of the root module are always known in a plan.
        if module:
            call = self.configured.call(module)
            argument = _part(call, "expressions").get(one.split(".")[1])
            yield from self.sources(_parent(module), _named_in(argument), seen)

    def _output(
        self, module: str, one: str, seen: frozenset[tuple[str, str]]
    ) -> Iterator[ShownResource | str]:
        found = _MODULE.fullmatch(one)
        if found is None or found[2] is None:
            yield one
            return
        below = f"{module}.{found[1]}" if module else found[1]
        output = _part(self.configured.module(below), "outputs").get(found[2])
        named = _named_in(_part(output, "expression"))
        yield from self.sources(below, named, seen) if named else (one,)


def _by_own_key(beside: list[str]) -> bool:
    keys = [one for one in beside if one in ("each.key", "count.index")]
    return len(beside) == 2 and len(keys) == 1


def _references(client: ShownResource, configured: Configured) -> list[str]:
    resource = configured.resource(client.module, f"{client.type}.{client.name}")
    return _named_in(_part(resource.get("expressions"), _ID))


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
