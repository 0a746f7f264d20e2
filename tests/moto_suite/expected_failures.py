"""The list of moto's tests that must fail, with the facts about Cognito that they contradict."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = Path(__file__).with_name("expected_failures.toml")


@dataclass(frozen=True)
class ExpectedFailure:
    """Tests of moto that expect something Cognito does not do.

    Attributes:
        expects: what the tests expect or do.
        cognito: what Cognito does instead, as the facts say.
        facts: the ids of these facts.
        error: a part of the first line of each test's failure.
    """

    expects: str
    cognito: str
    facts: tuple[str, ...]
    error: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class MotoVersion:
    """The version of moto that the list was made with, and how many tests it has."""

    moto: str
    tests: int
    verified: int


@dataclass(frozen=True)
class ExpectedFailures:
    """The whole list."""

    tested: MotoVersion
    entries: tuple[ExpectedFailure, ...]

    @property
    def tests(self) -> list[str]:
        """Every listed test."""
        return [test for entry in self.entries for test in entry.tests]

    @property
    def errors(self) -> dict[str, str]:
        """A part of the first line of every listed test's failure, by test."""
        return {test: entry.error for entry in self.entries for test in entry.tests}

    def mistakes(self, facts: Collection[str]) -> list[str]:
        """Return what is wrong with the list itself.

        Args:
            facts: the ids of all facts that exist.
        """
        twice = [test for test, count in Counter(self.tests).items() if count > 1]
        return [
            *(mistake for entry in self.entries for mistake in _mistakes(entry, facts)),
            *(f"{test}: is listed twice" for test in twice),
        ]


def _mistakes(entry: ExpectedFailure, facts: Collection[str]) -> Iterable[str]:
    where = entry.tests[0] if entry.tests else f"the entry without tests ({entry.expects})"
    if not entry.tests:
        yield f"{where}: excuses no test"
    if not entry.facts:
        yield f"{where}: names no fact about Cognito"
    for fact in entry.facts:
        if fact not in facts:
            yield f"{where}: there is no fact {fact}"


def read(text: str) -> ExpectedFailures:
    """Read a list from its TOML text."""
    content: dict[str, Any] = tomllib.loads(text)
    entries = (
        ExpectedFailure(
            expects=entry["expects"],
            cognito=entry["cognito"],
            facts=tuple(entry["facts"]),
            error=entry["error"],
            tests=tuple(f"{entry['file']}::{test}" for test in entry["tests"]),
        )
        for entry in content["expected_failure"]
    )
    return ExpectedFailures(MotoVersion(**content["tested"]), tuple(entries))


def expected_failures() -> ExpectedFailures:
    """Return the project's list."""
    return read(FILE.read_text(encoding="utf-8"))
