"""Decides whether two settings may be equal once a deployment has given their unknown parts values.

Only what no value of the unknown parts can make equal is a certain difference. Lists are compared
as sets: Cognito keeps no order of its lists (M085). An unknown item of a list stands for one item
at most: ``Fn::If`` can leave it out, and no function of a template puts several in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.pools.configuration.defaults import may_be_ordinary
from harness.pools.configuration.pool_configuration import Unknown, walk

__all__ = ["first_unknown", "may_be_equal"]


def first_unknown(value: Any) -> Unknown | None:
    """Return the value itself if it is unknown, or else the first unknown part inside it."""
    if isinstance(value, Unknown):
        return value
    return next((item for _, item in walk(value) if isinstance(item, Unknown)), None)


def may_be_equal(one: Any, other: Any) -> bool:
    """Return whether some values of the unknown parts make two settings equal.

    A setting that is not set is ``None``. It is equal to a structure or a list in which nothing is
    known, because a template can leave out every unknown part of it.
    """
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return True
    if _is_list(one) or _is_list(other):
        return _may_be_equal_lists(one, other)
    if isinstance(one, Mapping) or isinstance(other, Mapping):
        return _may_be_equal_structures(one, other)
    return bool(one == other)


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _may_be_equal_structures(one: Any, other: Any) -> bool:
    mine, theirs = ({} if side is None else side for side in (one, other))
    if not isinstance(mine, Mapping) or not isinstance(theirs, Mapping):
        return False
    return all(may_be_equal(mine.get(name), theirs.get(name)) for name in {**mine, **theirs})


def _may_be_equal_lists(one: Any, other: Any) -> bool:
    """Return whether every item that must be there has a partner of its own on the other side.

    If each side can be served alone, both can be served at once (Mendelsohn and Dulmage, 1958).
    """
    mine, theirs = ([] if side is None else side for side in (one, other))
    if not _is_list(mine) or not _is_list(theirs):
        return False
    return _all_served(mine, theirs) and _all_served(theirs, mine)


def _all_served(items: Sequence[Any], partners: Sequence[Any]) -> bool:
    taken: dict[int, Any] = {}
    needed = [item for item in items if not _may_be_absent(item)]
    return all(_serve(item, partners, taken, set()) for item in needed)


def _serve(item: Any, partners: Sequence[Any], taken: dict[int, Any], tried: set[int]) -> bool:
    """Find a partner for an item; move the items that already have one, if that helps."""
    for index, partner in enumerate(partners):
        if index in tried or not may_be_equal(item, partner):
            continue
        tried.add(index)
        if index not in taken or _serve(taken[index], partners, taken, tried):
            taken[index] = item
            return True
    return False


def _may_be_absent(item: Any) -> bool:
    """Return whether an item may be missing on the other side, or be one that nobody lists."""
    return isinstance(item, Unknown) or (isinstance(item, Mapping) and may_be_ordinary(item))
