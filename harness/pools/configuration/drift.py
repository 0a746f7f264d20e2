"""Where two configurations of a pool differ, and what that means for signing in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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

__all__ = ["Difference", "Drift", "drift"]

#: ``changed``; ``unknown``, only a deployment can tell; ``missing`` and ``added`` app clients.
Change = Literal["changed", "unknown", "missing", "added"]

#: What differs between a pool and the next one made of the same template, and decides nothing.
_NAMES = frozenset({("pool", "PoolName"), ("pool", "UserPoolTags"), ("client", "ClientName")})


@dataclass(frozen=True)
class Difference:
    """One setting in which two configurations differ.

    Attributes:
        change: in which way.
        kind: of the pool, its MFA configuration or an app client.
        part: the name of the pool or of the app client, as the first configuration has it.
        path: the path of the setting; empty where a whole app client is meant.
        before: its value in the first configuration, ``None`` where it has none.
        after: its value in the second.
        means: what it decides about signing in; ``None`` where it decides nothing.
        place: where it stands in the first configuration, or would belong.
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
        """Return the difference in one sentence, with what it means."""
        return f"{self.sentence} ({self.means})" if self.means else self.sentence

    @property
    def sentence(self) -> str:
        """The difference alone."""
        if self.change == "missing":
            return f"the app client {self.part} is in the first only"
        if self.change == "added":
            return f"the app client {self.part} is in the second only"
        values = (
            f"{format_value(self.before)} in the first and {format_value(self.after)} in the second"
        )
        return f"{self.path} of {self.part} is {values}"


@dataclass(frozen=True)
class Drift:
    """Two configurations and all in which they differ."""

    before: PoolConfiguration
    after: PoolConfiguration
    differences: tuple[Difference, ...]

    @property
    def found(self) -> list[Difference]:
        """What really differs, as far as can be told."""
        return [item for item in self.differences if item.change != "unknown"]


def drift(before: PoolConfiguration, after: PoolConfiguration) -> Drift:
    """Return what differs, settings that are left out being compared by Cognito's defaults.

    Names and tags are not compared: they differ from pool to pool. App clients belong together
    by their names, and by being the only one on each side.
    """
    found = [
        *_of_parts(completed(before).pool, completed(after).pool, before.pool),
        *_of_parts(completed(before).mfa, completed(after).mfa, before.mfa),
        *_of_clients(before, after),
    ]
    return Drift(before, after, tuple(found))


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
            means = "sign-in through this app client fails with ResourceNotFoundException"
            yield Difference(
                "missing", "client", name, "", means=means, place=originals[name].place("")
            )
    for name in theirs:
        if name not in ours:
            means = "one more way in, with flows and lifetimes of its own"
            yield Difference("added", "client", name, "", means=means)


def _by_name(configuration: PoolConfiguration) -> dict[str, Part]:
    """App clients by their names at the service, by the source's where several have one."""
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
    """The innermost members that differ; lists are compared whole, their items have no names."""
    if old == new and not isinstance(old, Unknown):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in [*old, *(name for name in new if name not in old)]:
            yield from _differing(old.get(name), new.get(name), join(path, name))
    else:
        yield path, old, new
