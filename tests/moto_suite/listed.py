"""The list of moto's tests that do not pass, with the facts about Cognito that they contradict."""

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

FILE = Path(__file__).with_name("exceptions.toml")


@dataclass(frozen=True)
class Exceptional:
    """Tests of moto that expect what Cognito does not do.

    Attributes:
        asks: what they expect, or do.
        cognito: what Cognito does instead, as the facts say.
        facts: their ids.
        says: what stands in the first line of each test's failure.
    """

    asks: str
    cognito: str
    facts: tuple[str, ...]
    says: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Tried:
    """The version of moto that the list was made with, and how many tests it has."""

    moto: str
    tests: int
    verified: int


@dataclass(frozen=True)
class Listed:
    """The whole list."""

    tried: Tried
    entries: tuple[Exceptional, ...]

    @property
    def tests(self) -> list[str]:
        """Every listed test."""
        return [test for entry in self.entries for test in entry.tests]

    @property
    def says(self) -> dict[str, str]:
        """What the failure of every listed test says."""
        return {test: entry.says for entry in self.entries for test in entry.tests}

    def mistakes(self, facts: Collection[str]) -> list[str]:
        """What is wrong with the list by itself, where these facts are known."""
        twice = [test for test, count in Counter(self.tests).items() if count > 1]
        return [
            *(mistake for entry in self.entries for mistake in _mistakes(entry, facts)),
            *(f"{test}: is listed twice" for test in twice),
        ]


def _mistakes(entry: Exceptional, facts: Collection[str]) -> Iterable[str]:
    where = entry.tests[0] if entry.tests else f"the entry without tests ({entry.asks})"
    if not entry.tests:
        yield f"{where}: excuses nothing"
    if not entry.facts:
        yield f"{where}: names no fact about Cognito"
    for fact in entry.facts:
        if fact not in facts:
            yield f"{where}: there is no fact {fact}"


def read(text: str) -> Listed:
    """Read a list."""
    content: dict[str, Any] = tomllib.loads(text)
    entries = (
        Exceptional(
            asks=entry["asks"],
            cognito=entry["cognito"],
            facts=tuple(entry["facts"]),
            says=entry["says"],
            tests=tuple(f"{entry['file']}::{test}" for test in entry["tests"]),
        )
        for entry in content["exceptional"]
    )
    return Listed(Tried(**content["tried"]), tuple(entries))


def listed() -> Listed:
    """The project's list."""
    return read(FILE.read_text(encoding="utf-8"))
