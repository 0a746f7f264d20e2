"""The attributes of a seeded user: text, or what the pool's schema says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.emulator.domain.contacts import VERIFIED_FLAG
from harness.emulator.domain.pools import Pool
from harness.emulator.seeds.form import join
from harness.emulator.seeds.refused import SeedRefused

__all__ = ["attributes_of", "written_attributes"]

_FLAGS = frozenset(VERIFIED_FLAG.values())


def attributes_of(pool: Pool, given: Mapping[str, Any], path: str) -> dict[str, str]:
    """Return attributes as Cognito keeps them, as texts.

    YAML reads ``+12065550100`` without quotes as a number, without its plus sign; so a number is
    taken for an attribute of that type only.

    Raises:
        SeedRefused: an attribute is ``sub``, is blank, or has a value of another type.
    """
    found = {}
    for name, value in given.items():
        place = join(path, name)
        if name == "sub":
            raise SeedRefused(place, given=value, hint="it is a member of the user, not of these")
        if value == "":
            raise SeedRefused(place, given=value, hint="leave out an attribute without a value")
        found[name] = value if isinstance(value, str) else _text(pool, name, value, place)
    return found


def _text(pool: Pool, name: str, value: float | bool, path: str) -> str:
    kind = pool.schema[name].data_type if name in pool.schema else "String"
    if isinstance(value, bool) and (kind == "Boolean" or name in _FLAGS):
        return "true" if value else "false"
    if not isinstance(value, bool) and kind == "Number":
        return str(value)
    hint = f"the attribute has the type {kind}, so write the value in quotes"
    raise SeedRefused(path, given=value, hint=hint)


def written_attributes(attributes: Mapping[str, str]) -> dict[str, Any]:
    """Return attributes as a seed file has them, sorted by name; verified flags are truth values.

    All others are texts, which every attribute may be.
    """
    words = {"true": True, "false": False}
    return {
        name: words.get(value, value) if name in _FLAGS else value
        for name, value in sorted(attributes.items())
    }
