"""Verdicts: how one statement about a service turned out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

__all__ = ["NOT", "Check", "RefusalCheck", "Verdict", "worst"]

#: Begins a statement that says what must not happen.
NOT = "not: "


class Verdict(str, Enum):
    """How a statement about a service turned out; the texts are those of reports and records."""

    HOLDS = "holds"
    OTHER_WORDS = "refused in other words"
    NOT_ASKED = "could not be asked"
    OTHER_CODE = "refused with another code"
    ANSWERED_OTHERWISE = "answered otherwise"
    NOT_REFUSED = "not refused"

    def __str__(self) -> str:
        """Return the text."""
        return self.value


@dataclass(frozen=True)
class Check:
    """One statement that was held against a service.

    Attributes:
        statement: what must hold, as a sentence; after ``not:``, what must not happen.
        verdict: how it turned out.
        facts: the numbers of the facts that say so, such as ``A037``; empty without one.
        expected: what the service must answer, in words, codes and texts; without secrets. Empty
            if the statement holds and was checked by :func:`harness.verdicts.checklist.check`.
        answered: what it answered; empty if the statement holds.
    """

    statement: str
    verdict: Verdict
    facts: str = ""
    expected: str = ""
    answered: str = ""


class RefusalCheck(Check):
    """A statement that the service refuses a call; records and reports show it as any check."""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that weighs most, or HOLDS without any: a missing refusal first."""
    order = list(Verdict)
    return max(verdicts, key=order.index, default=Verdict.HOLDS)
