"""Compares two configurations of a pool and says how each difference affects sign-in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from harness.pools.configuration.client_pairs import pair_clients
from harness.pools.configuration.defaults import completed, without_factors
from harness.pools.configuration.pool_configuration import (
    Kind,
    Part,
    PoolConfiguration,
    SourceLocation,
    UnassignedClient,
    Unknown,
    format_value,
    join,
    split,
)
from harness.pools.configuration.possibly_equal import first_unknown, may_be_equal
from harness.pools.configuration.setting_effects import effect_of
from harness.pools.configuration.shared_clients import with_shared_clients

__all__ = ["Difference", "Drift", "drift"]

#: ``unknown``: whether they differ depends on what only a deployment knows; ``missing`` and
#: ``added`` are for whole app clients.
Change = Literal["changed", "unknown", "missing", "added"]

#: Names and tags differ between two pools of the same template, and have no effect.
_NAMES = frozenset({("pool", "PoolName"), ("pool", "UserPoolTags"), ("client", "ClientName")})


@dataclass(frozen=True)
class Difference:
    """One setting in which two configurations differ.

    Attributes:
        change: how they differ.
        kind: whether it is a setting of the pool, its MFA configuration or an app client.
        part: the name of the pool or app client in the first configuration.
        path: the path of the setting; empty for a whole app client.
        before: the value in the first configuration; ``None`` if it is not set.
        after: the value in the second configuration.
        means: the effect of the setting on sign-in; ``None`` if it has none.
        place: where the setting is in the first configuration, or where it belongs.
    """

    change: Change
    kind: Kind
    part: str
    path: str
    before: Any = None
    after: Any = None
    means: str | None = None
    place: SourceLocation | None = None

    def __str__(self) -> str:
        """Return the difference in one sentence, with its effect."""
        return f"{self.sentence} ({self.means})" if self.means else self.sentence

    @property
    def sentence(self) -> str:
        """The difference in one sentence, without its effect."""
        if self.change == "missing":
            return f"the app client {self.part} is only in the first"
        if self.change == "added":
            return f"the app client {self.part} is only in the second"
        if self.change == "unknown" and not self.path:
            return self._unknown_client()
        values = (
            f"{format_value(self.before)} in the first and {format_value(self.after)} in the second"
        )
        return f"{self.path} of {self.part} is {values}"

    def _unknown_client(self) -> str:
        if self.before is not None and self.after is not None:
            first, second = ("first", "second") if self.before == self.part else ("second", "first")
            unknown = self.after if self.before == self.part else self.before
            return (
                f"whether the app client {self.part} of the {first} is in the {second} is {unknown}"
            )
        side = "first" if self.before is not None else "second"
        pool = self.before or self.after
        return f"whether the app client {self.part} of the {side} is one of the pool is {pool}"


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
    found = [
        *_of_parts(ours.pool, theirs.pool, before.pool),
        *_of_parts(*_with_equal_factors(ours.mfa, theirs.mfa), before.mfa),
        *_of_clients(ours, theirs, before),
        *_of_unassigned(before, after),
    ]
    return Drift(before, after, tuple(_with_hidden_clients(found, before, after)))


def _with_hidden_clients(
    found: Iterable[Difference], before: PoolConfiguration, after: PoolConfiguration
) -> Iterator[Difference]:
    """Yield the differences; a side that does not show all its app clients lacks none for sure."""
    for item in found:
        if item.change == "added" and before.other_clients is not None:
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
    ours: PoolConfiguration, theirs: PoolConfiguration, before: PoolConfiguration
) -> Iterator[Difference]:
    originals = {part.name: part for part in before.clients}
    found = pair_clients(ours.clients, theirs.clients, _certain_differences)
    for part, other in found.pairs:
        yield from _of_parts(part, other, originals[part.name])
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
    found = _of_parts(before, after, before)
    return sum(1 for item in found if item.change == "changed")


def _of_unassigned(before: PoolConfiguration, after: PoolConfiguration) -> Iterator[Difference]:
    for one in before.unassigned:
        yield Difference("unknown", "client", one.name, "", one.reason, None, place=one.place)
    for one in after.unassigned:
        yield Difference("unknown", "client", one.name, "", None, one.reason)


def _of_parts(before: Part, after: Part, original: Part) -> Iterator[Difference]:
    for path, old, new in _differing(before.members, after.members, ""):
        if (before.kind, split(path)[0]) in _NAMES:
            continue
        hidden = first_unknown(old) or first_unknown(new)
        yield Difference(
            change="unknown" if hidden and may_be_equal(old, new) else "changed",
            kind=before.kind,
            part=before.name,
            path=path,
            before=old,
            after=new,
            means=effect_of(before.kind, path),
            place=original.place(path),
        )


def _differing(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield the innermost members that differ or may differ; lists are compared as a whole."""
    if old == new and first_unknown(old) is None:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in [*old, *(name for name in new if name not in old)]:
            yield from _differing(old.get(name), new.get(name), join(path, name))
    else:
        yield path, old, new
