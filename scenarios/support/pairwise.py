"""A small choice of combinations in which every pair of values still meets.

Most faults of configurable systems need one setting or two together, rarely three, see
https://csrc.nist.gov/projects/automated-combinatorial-testing-for-software.

Own code instead of a library: the candidates are few enough to be listed whole, so the choice can
be made among *allowed* combinations only. Generators that build rows value by value and ask a
filter on the way, as ``allpairspy`` does, may end in a dead end and leave out a pair that an
allowed combination has; here that cannot happen, and the order is fixed by construction.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations
from typing import TypeVar

Row = TypeVar("Row", bound="tuple[Hashable, ...]")
Pair = frozenset[tuple[int, Hashable]]


def all_pairs(rows: Sequence[Row]) -> list[Row]:
    """Return some of ``rows`` in which every pair that occurs in any of them occurs.

    Args:
        rows: the allowed combinations, all of one length; of rows with one value each, every
            value is kept.

    Returns:
        the choice, in the order of ``rows``; the same for the same rows.
    """
    pairs = {row: pairs_of(row) for row in rows}
    missing = {pair for those in pairs.values() for pair in those}
    chosen: set[Row] = set()
    while missing:
        # max takes the first of several that are equally good.
        best = max(pairs, key=lambda row: len(pairs[row] & missing))
        chosen.add(best)
        missing -= pairs[best]
    return [row for row in pairs if row in chosen]


def pairs_of(row: tuple[Hashable, ...]) -> frozenset[Pair]:
    """Return the pairs of values, each with its place, that a combination has."""
    together = min(2, len(row))
    return frozenset(frozenset(pair) for pair in combinations(enumerate(row), together))
