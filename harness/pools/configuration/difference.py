"""One setting in which two configurations differ, in words, and how parts are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from harness.pools.configuration.pool_configuration import (
    Kind,
    Part,
    SourceLocation,
    format_value,
    join,
    split,
)
from harness.pools.configuration.possibly_equal import first_unknown, may_be_equal
from harness.pools.configuration.setting_effects import effect_of

__all__ = ["Change", "Difference", "differences_of"]

#: ``unknown``: whether they differ depends on what only a deployment knows; ``missing`` and
#: ``added`` are for whole app clients, domains, resource servers and brandings.
Change = Literal["changed", "unknown", "missing", "added"]

#: Names and tags differ between two pools of the same template, and have no effect.
_NAMES = frozenset(
    {
        ("pool", "PoolName"),
        ("pool", "UserPoolTags"),
        ("client", "ClientName"),
        ("resource_server", "Name"),
    }
)
_WORDS: Mapping[Kind, str] = {
    "client": "app client",
    "resource_server": "resource server",
    "branding": "branding of the app client",
}


@dataclass(frozen=True)
class Difference:
    """One setting in which two configurations differ.

    Attributes:
        change: how they differ.
        kind: the kind of the part that has the setting.
        part: the name of the part in the first configuration.
        path: the path of the setting; empty for a whole part, such as an app client.
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
            return f"the {self._word} {self.part} is only in the first"
        if self.change == "added":
            return f"the {self._word} {self.part} is only in the second"
        if self.change == "unknown" and not self.path:
            return self._unknown_part()
        values = (
            f"{format_value(self.before)} in the first and {format_value(self.after)} in the second"
        )
        return f"{self.path} of {self.part} is {values}"

    @property
    def _word(self) -> str:
        return _WORDS.get(self.kind, self.kind)

    def _unknown_part(self) -> str:
        if self.before is not None and self.after is not None:
            first, second = ("first", "second") if self.before == self.part else ("second", "first")
            unknown = self.after if self.before == self.part else self.before
            what = f"the {self._word} {self.part}"
            return f"whether {what} of the {first} is in the {second} is {unknown}"
        side = "first" if self.before is not None else "second"
        pool = self.before or self.after
        return f"whether the app client {self.part} of the {side} is one of the pool is {pool}"


def differences_of(before: Part, after: Part, original: Part) -> Iterator[Difference]:
    """Yield the settings in which two parts of one kind differ, or may differ.

    Args:
        before: the part of the first configuration, with Cognito's defaults.
        after: the part of the second.
        original: the first part as it was read, with the places of its settings.
    """
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
