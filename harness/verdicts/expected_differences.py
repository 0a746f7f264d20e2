"""The differences between two services that are known, from a TOML file.

::

    [[expected]]
    operation = "SignUp"
    what = "text"
    reason = "the service words its password policy differently"

An entry that meets no difference is an alarm: the services agree where they were known to differ.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError, nearest_match
from harness.verdicts.differences import KINDS, AnswerDifference, Comparison

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["Judged", "KnownDifference", "judge", "read_expectations"]

_MEMBERS = ("scenario", "operation", "what", "contains", "reason")


@dataclass(frozen=True)
class KnownDifference:
    """A difference that is known.

    Attributes:
        reason: why the services differ.
        what: the kind of difference; any without it.
        operation: of Cognito's API; any without it.
        scenario: a part of the scenario's id, or a pattern with ``*``; any without it.
        contains: a text in one of the two answers; any without it.
    """

    reason: str
    what: str = ""
    operation: str = ""
    scenario: str = ""
    contains: str = ""

    def __str__(self) -> str:
        """Return what it says, as in the file."""
        given = [(name, str(getattr(self, name))) for name in _MEMBERS]
        return ", ".join(f"{name} {text!r}" for name, text in given if text)

    def meets(self, difference: AnswerDifference, scenario: str) -> bool:
        """Return whether this is about a difference in a scenario."""
        return (
            self.what in ("", difference.kind)
            and self.operation in ("", difference.operation)
            and self.contains in f"{difference.recorded}\n{difference.replayed}"
            and self._is_about(scenario)
        )

    def was_asked(self, comparison: Comparison) -> bool:
        """Return whether the two runs asked what this is about."""
        return any(
            self._is_about(scenario) and (not self.operation or self.operation in operations)
            for scenario, operations in comparison.asked.items()
        )

    def _is_about(self, scenario: str) -> bool:
        return not self.scenario or fnmatchcase(scenario, f"*{self.scenario}*")


@dataclass(frozen=True)
class Judged:
    """A comparison, held against what is known.

    Attributes:
        unexpected: the differences that nothing expects, with the scenarios that are left.
        known: how often each expectation met a difference.
        agreeing: the expectations that met none although it was asked.
        not_asked: the expectations about what was not asked.
    """

    unexpected: tuple[AnswerDifference, ...]
    known: tuple[tuple[KnownDifference, int], ...] = ()
    agreeing: tuple[KnownDifference, ...] = ()
    not_asked: tuple[KnownDifference, ...] = ()


def judge(comparison: Comparison, expectations: Sequence[KnownDifference]) -> Judged:
    """Hold the differences of two runs against those that are known."""
    counts = [0] * len(expectations)
    unexpected = []
    for difference in comparison.differences:
        left = []
        for scenario in difference.ids:
            met = [n for n, item in enumerate(expectations) if item.meets(difference, scenario)]
            for number in met:
                counts[number] += 1
            left += [] if met else [scenario]
        if left:
            answers = (difference.recorded, difference.replayed)
            unexpected.append(
                AnswerDifference(difference.operation, difference.kind, *answers, tuple(left))
            )
    silent = [item for item, count in zip(expectations, counts, strict=True) if not count]
    return Judged(
        unexpected=tuple(unexpected),
        known=tuple((item, n) for item, n in zip(expectations, counts, strict=True) if n),
        agreeing=tuple(item for item in silent if item.was_asked(comparison)),
        not_asked=tuple(item for item in silent if not item.was_asked(comparison)),
    )


def read_expectations(path: Path) -> tuple[KnownDifference, ...]:
    """Read the differences that are known.

    Raises:
        ConfigurationError: the file cannot be read, or has something else.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _unusable(path, f"it cannot be read: {reason}") from None
    entries = found.get("expected")
    if not isinstance(entries, list) or set(found) != {"expected"}:
        raise _unusable(path, "it must have tables [[expected]] and nothing else")
    return tuple(_expectation(path, number, item) for number, item in enumerate(entries, start=1))


def _expectation(path: Path, number: int, entry: Any) -> KnownDifference:
    where = f"entry {number}"
    if not isinstance(entry, dict) or not all(isinstance(item, str) for item in entry.values()):
        raise _unusable(path, f"{where}: each member must be a text")
    for name in entry:
        if name not in _MEMBERS:
            nearest = nearest_match(name, _MEMBERS)
            also = f"; did you mean {nearest!r}?" if nearest else ""
            raise _unusable(
                path, f"{where}: there is no {name!r}, only {', '.join(_MEMBERS)}{also}"
            )
    if not entry.get("reason"):
        raise _unusable(path, f"{where}: it needs a reason")
    if entry.get("what", "") not in ("", *KINDS):
        raise _unusable(path, f"{where}: what is {entry['what']!r}, not {', '.join(KINDS)}")
    if (operation := entry.get("operation")) and operation not in _operations():
        nearest = nearest_match(operation, _operations())
        also = f"; did you mean {nearest!r}?" if nearest else ""
        raise _unusable(path, f"{where}: Cognito has no operation {operation!r}{also}")
    if not any(entry.get(name) for name in _MEMBERS if name != "reason"):
        raise _unusable(path, f"{where}: it would expect everything; name what differs")
    return KnownDifference(**entry)


@cache
def _operations() -> frozenset[str]:
    """Return the names of Cognito's operations, as botocore knows them."""
    from botocore.loaders import Loader  # few runs read expectations

    return frozenset(Loader().load_service_model("cognito-idp", "service-2")["operations"])


def _unusable(path: Path, hint: str) -> ConfigurationError:
    return ConfigurationError("--expected", given=str(path), hint=hint)
