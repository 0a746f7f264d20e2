"""A small selection of combinations that still contains every pair of values.

Most faults of configurable systems need one setting or two together, rarely three, see
https://csrc.nist.gov/projects/automated-combinatorial-testing-for-software.

This is not a library because there are few enough candidates to list them all, so the selection is
made among *allowed* combinations only. Generators that build rows value by value and call a filter
on the way, as ``allpairspy`` does, may reach a dead end and leave out a pair that an allowed
combination has. That cannot happen here, and the order is fixed by construction.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations
from typing import TypeVar

Row = TypeVar("Row", bound="tuple[Hashable, ...]")
Pair = frozenset[tuple[int, Hashable]]


def all_pairs(rows: Sequence[Row]) -> list[Row]:
    """Return some of ``rows`` that together contain every pair of values that all of them contain.

    Args:
        rows: the allowed combinations, all of the same length. If each row has one value, every
            value is kept.

    Returns:
        The selection, in the order of ``rows``; always the same for the same rows.
    """
    pairs = {row: pairs_of(row) for row in rows}
    missing = {pair for those in pairs.values() for pair in those}
    chosen: set[Row] = set()
    while missing:
        # max returns the first of several that are equally good.
        best = max(pairs, key=lambda row: len(pairs[row] & missing))
        chosen.add(best)
        missing -= pairs[best]
    return [row for row in pairs if row in chosen]


def pairs_of(row: tuple[Hashable, ...]) -> frozenset[Pair]:
    """Return the pairs of values in a combination, each value with its position."""
    together = min(2, len(row))
    return frozenset(frozenset(pair) for pair in combinations(enumerate(row), together))
