"""Compares two configurations of a pool and says how each difference affects sign-in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from harness.pools.configuration.defaults import completed
from harness.pools.configuration.pool_configuration import (
    Kind,
    Part,
    PoolConfiguration,
    SourceLocation,
    Unknown,
    format_value,
    join,
    split,
)
from harness.pools.configuration.setting_effects import effect_of
from harness.pools.configuration.shared_clients import with_shared_clients

__all__ = ["Difference", "Drift", "drift"]

#: ``unknown``: only a deployment knows; ``missing`` and ``added`` are for whole app clients.
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
            side = "first" if self.before is not None else "second"
            pool = self.before or self.after
            return f"whether the app client {self.part} of the {side} is one of the pool is {pool}"
        values = (
            f"{format_value(self.before)} in the first and {format_value(self.after)} in the second"
        )
        return f"{self.path} of {self.part} is {values}"


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


def drift(before: PoolConfiguration, after: PoolConfiguration) -> Drift:
    """Compare two configurations; a setting that is left out counts as Cognito's default.

    Names and tags are not compared, because they differ from pool to pool. App clients are matched
    by name, or because each side has only one.
    """
    before, after = with_shared_clients(before, after), with_shared_clients(after, before)
    found = [
        *_of_parts(completed(before).pool, completed(after).pool, before.pool),
        *_of_parts(completed(before).mfa, completed(after).mfa, before.mfa),
        *_of_clients(before, after),
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


def _of_clients(before: PoolConfiguration, after: PoolConfiguration) -> Iterator[Difference]:
    ours, theirs = _by_name(completed(before)), _by_name(completed(after))
    originals = _by_name(before)
    if len(ours) == len(theirs) == 1:
        (name, part), (other,) = *ours.items(), theirs.values()
        yield from _of_parts(part, other, originals[name])
        return
    for name, part in ours.items():
        if name in theirs:
            yield from _of_parts(part, theirs[name], originals[name])
        else:
            means = "sign-in with this app client fails with ResourceNotFoundException"
            yield Difference(
                "missing", "client", name, "", means=means, place=originals[name].place("")
            )
    for name in theirs:
        if name not in ours:
            means = (
                "users can also sign in with this app client; it has its own flows and lifetimes"
            )
            yield Difference("added", "client", name, "", means=means)


def _of_unassigned(before: PoolConfiguration, after: PoolConfiguration) -> Iterator[Difference]:
    for one in before.unassigned:
        yield Difference("unknown", "client", one.name, "", one.reason, None, place=one.place)
    for one in after.unassigned:
        yield Difference("unknown", "client", one.name, "", None, one.reason)


def _by_name(configuration: PoolConfiguration) -> dict[str, Part]:
    """Return the app clients by ClientName, or by the name in the source if that is not unique."""
    names = Counter(part.value("ClientName") for part in configuration.clients)
    return {
        name
        if isinstance(name := part.value("ClientName"), str) and names[name] == 1
        else (part.name): part
        for part in configuration.clients
    }


def _of_parts(before: Part, after: Part, original: Part) -> Iterator[Difference]:
    for path, old, new in _differing(before.members, after.members, ""):
        if (before.kind, split(path)[0]) in _NAMES:
            continue
        hidden = isinstance(old, Unknown) or isinstance(new, Unknown)
        yield Difference(
            change="unknown" if hidden else "changed",
            kind=before.kind,
            part=before.name,
            path=path,
            before=old,
            after=new,
            means=effect_of(before.kind, path),
            place=original.place(path),
        )


def _differing(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield the innermost members that differ; lists are compared as a whole."""
    if old == new and not isinstance(old, Unknown):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in [*old, *(name for name in new if name not in old)]:
            yield from _differing(old.get(name), new.get(name), join(path, name))
    else:
        yield path, old, new
