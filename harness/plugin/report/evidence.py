"""What a failing test can be explained with: its pool, its target, and its calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.pools.making.provision_spec import ProvisionedPool
    from harness.targets.base import Target

__all__ = [
    "Surroundings",
    "elsewhere_of",
    "forget_elsewhere",
    "note_elsewhere",
    "note_surroundings",
    "surroundings_of",
]

#: A loop of an app must not fill the report.
_MOST_ELSEWHERE = 10


@dataclass(frozen=True)
class Surroundings:
    """The pool and the target of a test."""

    pool: ProvisionedPool
    target: Target


_ELSEWHERE = pytest.StashKey[list[str]]()
_SURROUNDINGS = pytest.StashKey[Surroundings]()


def note_surroundings(item: pytest.Item, pool: ProvisionedPool, target: Target) -> None:
    """Keep the pool and the target of a test for the report of its failure."""
    item.stash[_SURROUNDINGS] = Surroundings(pool, target)


def surroundings_of(item: pytest.Item) -> Surroundings | None:
    """Return the pool and the target; ``None`` if the test did not get as far as a pool."""
    return item.stash.get(_SURROUNDINGS, None)


def note_elsewhere(item: pytest.Item, line: str) -> None:
    """Keep a call that went elsewhere than to the target, for the report of a failure."""
    noted = item.stash.setdefault(_ELSEWHERE, [])
    if line not in noted and len(noted) < _MOST_ELSEWHERE:
        noted.append(line)


def forget_elsewhere(item: pytest.Item) -> None:
    """Drop these calls: a test may run again."""
    item.stash[_ELSEWHERE] = []


def elsewhere_of(item: pytest.Item) -> list[str]:
    """Return the calls of the app that went elsewhere than to the target."""
    return item.stash.get(_ELSEWHERE, [])
