"""Compares two configurations of a pool and says how each difference affects sign-in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from harness.pools.configuration.client_pairs import ClientPairs, pair_clients
from harness.pools.configuration.defaults import completed, without_factors
from harness.pools.configuration.difference import Difference, differences_of
from harness.pools.configuration.login_drift import differences_beside
from harness.pools.configuration.pool_configuration import (
    Part,
    PoolConfiguration,
    UnassignedClient,
    Unknown,
)
from harness.pools.configuration.shared_clients import with_shared_clients

__all__ = ["Difference", "Drift", "drift"]


@dataclass(frozen=True)
class Drift:
    """Two configurations and their differences."""

    before: PoolConfiguration
    after: PoolConfiguration
    differences: tuple[Difference, ...]

    @property
    def found(self) -> list[Difference]:
        """The differences that are certain, without the unknown ones."""
        return [item for item in self.differences if item.change != "unknown"]

    @property
    def unknown(self) -> list[Difference]:
        """The settings that differ or not, depending on what only a deployment knows."""
        return [item for item in self.differences if item.change == "unknown"]


def drift(before: PoolConfiguration, after: PoolConfiguration) -> Drift:
    """Compare two configurations; a setting that is left out counts as Cognito's default.

    Names and tags are not compared, because they differ from pool to pool. App clients are matched
    by name, or because each side has only one. A list or structure with an unknown part is unknown
    if that part alone can make the difference; its known parts can differ for certain.
    """
    before, after = with_shared_clients(before, after), with_shared_clients(after, before)
    ours, theirs = completed(before), completed(after)
    pairs = pair_clients(ours.clients, theirs.clients, _certain_differences)
    found = [
        *differences_of(ours.pool, theirs.pool, before.pool),
        *differences_of(*_with_equal_factors(ours.mfa, theirs.mfa), before.mfa),
        *_of_clients(pairs, ours, theirs, before),
        *_of_unassigned(before, after),
        *differences_beside(ours, theirs, before, pairs),
    ]
    return Drift(before, after, tuple(_with_hidden_clients(found, before, after)))


def _with_hidden_clients(
    found: Iterable[Difference], before: PoolConfiguration, after: PoolConfiguration
) -> Iterator[Difference]:
    """Yield the differences; a side that does not show all its app clients lacks none for sure."""
    for item in found:
        if item.kind != "client":
            yield item
        elif item.change == "added" and before.other_clients is not None:
            yield replace(item, change="unknown", after=before.other_clients)
        elif item.change == "missing" and after.other_clients is not None:
            yield replace(item, change="unknown", before=after.other_clients)
        else:
            yield item


def _with_equal_factors(before: Part, after: Part) -> tuple[Part, Part]:
    """Return the MFA configurations without factors if one is unknown and the other is OFF.

    Cognito keeps no factors while MFA is OFF (A195), so only the unknown setting decides on them.
    """
    settings = [part.value("MfaConfiguration") for part in (before, after)]
    if "OFF" not in settings or not any(isinstance(item, Unknown) for item in settings):
        return before, after
    return without_factors(before), without_factors(after)


def _of_clients(
    found: ClientPairs,
    ours: PoolConfiguration,
    theirs: PoolConfiguration,
    before: PoolConfiguration,
) -> Iterator[Difference]:
    originals = {part.name: part for part in before.clients}
    for part, other in found.pairs:
        yield from differences_of(part, other, originals[part.name])
    for part, one in _with_candidates(found.missing, theirs):
        place = originals[part.name].place("")
        if one is not None:
            pool = Unknown(f"the user pool of {one.name}")
            yield Difference("unknown", "client", part.name, "", part.name, pool, place=place)
            continue
        means = "sign-in with this app client fails with ResourceNotFoundException"
        yield Difference("missing", "client", part.name, "", means=means, place=place)
    for part, one in _with_candidates(found.added, ours):
        if one is not None:
            pool = Unknown(f"the user pool of {one.name}")
            yield Difference("unknown", "client", part.name, "", pool, part.name)
            continue
        means = "users can also sign in with this app client; it has its own flows and lifetimes"
        yield Difference("added", "client", part.name, "", means=means)


def _with_candidates(
    clients: Sequence[Part], other: PoolConfiguration
) -> Iterator[tuple[Part, UnassignedClient | None]]:
    """Yield app clients, each with one of an unknown pool on the other side that it may be.

    Those with a known name have been compared with the client of that name already.
    """
    unnamed = (one for one in other.unassigned if one.client_name is None)
    for part in clients:
        yield part, next(unnamed, None)


def _certain_differences(before: Part, after: Part) -> int:
    found = differences_of(before, after, before)
    return sum(1 for item in found if item.change == "changed")


def _of_unassigned(before: PoolConfiguration, after: PoolConfiguration) -> Iterator[Difference]:
    for one in before.unassigned:
        yield Difference("unknown", "client", one.name, "", one.reason, None, place=one.place)
    for one in after.unassigned:
        yield Difference("unknown", "client", one.name, "", None, one.reason)
