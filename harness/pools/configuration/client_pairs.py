"""Finds which app client of one configuration is which of another.

Users know an app client by its ClientName, so clients of one name are compared. A template need not
name its clients (CloudFormation then makes a name up), and a name can be one that only a deployment
knows. Such a client is compared with the one that differs least among those that are left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.pools.configuration.pool_configuration import Part

__all__ = ["ClientPairs", "pair_clients"]


@dataclass(frozen=True)
class ClientPairs:
    """The app clients of two configurations.

    Attributes:
        pairs: the clients of both, each with its counterpart.
        missing: the clients that only the first has.
        added: the clients that only the second has.
    """

    pairs: tuple[tuple[Part, Part], ...]
    missing: tuple[Part, ...] = ()
    added: tuple[Part, ...] = ()


def pair_clients(
    ours: Sequence[Part], theirs: Sequence[Part], distance: Callable[[Part, Part], int]
) -> ClientPairs:
    """Pair the app clients of two configurations.

    If each has only one, these are a pair whatever their names are.

    Args:
        ours: the app clients of the first configuration.
        theirs: those of the second.
        distance: returns in how many settings two clients certainly differ.
    """
    if len(ours) == len(theirs) == 1:
        return ClientPairs(((ours[0], theirs[0]),))
    by_name = _by_name(theirs)
    known = [(part, name) for name, part in _by_name(ours).items() if name in by_name]
    found = {part.name: by_name.pop(name) for part, name in known}
    left = [part for part in ours if part.name not in found]
    others = list(by_name.values())
    for part, other in _nearest(left, others, distance):
        found[part.name] = other
        left.remove(part)
        others.remove(other)
    pairs = tuple((part, found[part.name]) for part in ours if part.name in found)
    return ClientPairs(pairs, tuple(left), tuple(others))


def _by_name(clients: Sequence[Part]) -> dict[str, Part]:
    """Return the app clients by ClientName, or by the name in the source if that is not unique."""
    names = Counter(part.value("ClientName") for part in clients)
    return {
        name
        if isinstance(name := part.value("ClientName"), str) and names[name] == 1
        else (part.name): part
        for part in clients
    }


def _nearest(
    ours: Sequence[Part], theirs: Sequence[Part], distance: Callable[[Part, Part], int]
) -> list[tuple[Part, Part]]:
    """Pair clients one of whose names is not known, those that differ least first."""
    candidates = [
        (distance(part, other), part, other)
        for part in ours
        for other in theirs
        if not (_is_named(part) and _is_named(other))
    ]
    chosen: list[tuple[Part, Part]] = []
    for _, part, other in sorted(candidates, key=lambda candidate: candidate[0]):
        if all(part is not mine and other is not its for mine, its in chosen):
            chosen.append((part, other))
    return chosen


def _is_named(part: Part) -> bool:
    return isinstance(part.value("ClientName"), str)
