"""What a failing test can be explained with: its pool, its target, and its calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.pools.making.provision_spec import ProvisionedPool
    from harness.targets.base import Target

__all__ = ["Surroundings", "note_surroundings", "surroundings_of"]


@dataclass(frozen=True)
class Surroundings:
    """The pool and the target of a test."""

    pool: ProvisionedPool
    target: Target


_SURROUNDINGS = pytest.StashKey[Surroundings]()


def note_surroundings(item: pytest.Item, pool: ProvisionedPool, target: Target) -> None:
    """Keep the pool and the target of a test for the report of its failure."""
    item.stash[_SURROUNDINGS] = Surroundings(pool, target)


def surroundings_of(item: pytest.Item) -> Surroundings | None:
    """Return the pool and the target; ``None`` if the test did not get as far as a pool."""
    return item.stash.get(_SURROUNDINGS, None)
