"""The words of a test in the record of a run: its sentence, its variant, its pool."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass
from datetime import timedelta
from enum import Enum
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pytest

from harness.plugin.run.markers import pool_keywords

if TYPE_CHECKING:
    from harness.pools.making.provision_spec import ProvisionedPool
    from harness.pools.spec.pool_spec import PoolSpec

__all__ = ["area_of", "note_pool", "pool_id", "pool_words", "sentence_of", "variant_words"]

_POOL = pytest.StashKey["ProvisionedPool"]()
_VARIANT = "variant"
#: Values of parameters can be secrets.
_PARAMETERS = "parameters"
#: Fields of a specification that decide how users sign in, also with Cognito's default.
_ALWAYS = (
    "mfa",
    "device_tracking",
    "sign_in_names",
    "client_secret",
    "auth_flows",
    "prevent_user_existence_errors",
)


def area_of(node_id: str) -> str:
    """Return the area of a test: its module, without ``test_``."""
    return PurePosixPath(node_id.partition("::")[0]).stem.removeprefix("test_")


def sentence_of(item: pytest.Item) -> str:
    """Return what must hold: the first line of the docstring."""
    documented = getattr(getattr(item, "obj", None), "__doc__", None)
    return inspect.cleandoc(documented).partition("\n")[0] if documented else ""


def variant_words(item: pytest.Item) -> dict[str, str]:
    """Return the variant of a test by dimension.

    It is the parameter or the fixture ``variant`` if that is a dataclass. Otherwise it is what the
    markers of the test say about the pool and the flow.
    """
    parameters: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    variant = parameters.get(_VARIANT) or (getattr(item, "funcargs", None) or {}).get(_VARIANT)
    if is_dataclass(variant) and not isinstance(variant, type):
        return {field.name: _word(getattr(variant, field.name)) for field in fields(variant)}
    said = {name: value for name, value in pool_keywords(item).items() if name != _PARAMETERS}
    words = {name: _word(value) for name, value in said.items()}
    flow = item.get_closest_marker("cognito_flow")
    return words if flow is None else {**words, "flow": _word(flow.args[0])}


def note_pool(item: pytest.Item, pool: ProvisionedPool) -> None:
    """Note the pool that a test has got."""
    item.stash[_POOL] = pool


def pool_id(item: pytest.Item) -> str:
    """Return the id of the pool of a test; empty if it has none."""
    pool = item.stash.get(_POOL, None)
    return "" if pool is None else pool.user_pool_id


def pool_words(item: pytest.Item) -> dict[str, Any]:
    """Return the settings of the pool of a test that decide how its users sign in.

    Of a pool that nobody has described, only the ids are known. Settings with Cognito's default
    are left out unless they are about the factors, the names and the flows.
    """
    pool = item.stash.get(_POOL, None)
    if pool is None:
        return {}
    ids = {"user_pool_id": pool.user_pool_id, "client_id": pool.app.client_id}
    from harness.plugin.run.existing_pool import UndescribedPool

    return ids if isinstance(pool, UndescribedPool) else {**ids, **_settings(pool.spec)}


@lru_cache(maxsize=256)
def _settings(spec: PoolSpec) -> dict[str, Any]:
    usual = type(spec)()
    return {
        field.name: _plain(value)
        for field in fields(spec)
        if field.name != "name"
        and (
            (value := getattr(spec, field.name)) != getattr(usual, field.name)
            or field.name in _ALWAYS
        )
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, timedelta):
        return value.total_seconds()
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _word(value: Any) -> str:
    if isinstance(value, Enum):
        # The words of the test's id.
        return str(getattr(value, "label", value.name))
    return ", ".join(str(each) for each in value) if isinstance(value, tuple) else str(value)
