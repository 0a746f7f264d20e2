"""The facts about Cognito that checks rest on: their texts, and how well each is known."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

__all__ = ["KnownFact", "facts_in"]

_RANGE = re.compile(r"\b([A-Z]+)(\d{3}) to (?:[A-Z]+)(\d{3})\b")


@dataclass(frozen=True)
class KnownFact:
    """One fact about Cognito.

    Attributes:
        number: its number, such as ``A226``.
        level: how it is known: measured, documented, reported, …; empty for a source.
        text: what it says; empty for a source without a number, such as ``amplify-js 10582``.
    """

    number: str
    level: str = ""
    text: str = ""


def facts_in(numbers: str) -> list[KnownFact]:
    """Return the facts that a text such as ``A037, A092`` names, in that order.

    A part that names no numbered fact, such as a public issue, comes back with its name alone.
    """
    spelled_out = _RANGE.sub(_all_of, numbers)
    named = (part.strip() for part in spelled_out.split(","))
    return [_fact(part) for part in dict.fromkeys(named) if part]


def _fact(name: str) -> KnownFact:
    known = _texts().get(name)
    return KnownFact(name) if known is None else KnownFact(name, *known)


def _all_of(found: re.Match[str]) -> str:
    kind, first, last = found.groups()
    return ", ".join(f"{kind}{number:03}" for number in range(int(first), int(last) + 1))


@cache
def _texts() -> dict[str, list[str]]:
    """Read the file, which ``python -m tests.fidelity`` writes from the list of facts."""
    text = resources.files("harness.verdicts").joinpath("facts.json").read_text(encoding="utf-8")
    found: dict[str, list[str]] = json.loads(text)
    return found
