"""The seed that an emulator was given, so that an export gives back what is as it was made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["SeedMemory", "SeededPool"]


@dataclass(frozen=True)
class SeededPool:
    """One pool of the seed.

    Attributes:
        given: its entry in the document, with passwords.
        made: what an export says of it as long as nothing has changed it.
    """

    given: dict[str, Any] = field(repr=False)
    made: dict[str, Any] = field(repr=False)


@dataclass
class SeedMemory:
    """The newest seed, if there is one.

    Attributes:
        head: the members of its document beside the pools.
        pools: its pools by their ids.
        seed: all of it, to make it again.
        read_again: reads its file again; ``None`` if it came from none.
    """

    head: dict[str, Any] = field(default_factory=dict)
    pools: dict[str, SeededPool] = field(default_factory=dict, repr=False)
    seed: dict[str, Any] | None = field(default=None, repr=False)
    read_again: Callable[[], dict[str, Any]] | None = field(default=None, repr=False)
