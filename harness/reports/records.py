"""One row of a report on a configuration, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Outcome", "Record", "Report"]

#: ``failed`` decides the exit code; ``waived`` and ``unknown`` are told and decide nothing.
Outcome = Literal["passed", "failed", "waived", "unknown"]


@dataclass(frozen=True)
class Record:
    """What was found of one setting.

    Attributes:
        id: the rule, or the kind of difference.
        title: what it is about, in a few words.
        outcome: how it ended.
        severity: ``info`` to ``critical``.
        part: the name of the pool or of the app client.
        setting: the path of the setting.
        message: the finding in one sentence.
        reason: why it matters.
        fix: what to do; empty where nothing is to be done.
        elsewhere: the same rule in other tools.
        file: where the setting stands, as the user named it; ``None`` of a live pool.
        line: counted from 1; ``None`` where it is not known.
    """

    id: str
    title: str
    outcome: Outcome
    severity: str
    part: str
    setting: str
    message: str
    reason: str = ""
    fix: str = ""
    elsewhere: tuple[str, ...] = ()
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Report:
    """All records of one command.

    Attributes:
        title: what was done to what.
        records: in the order in which they are shown.
        notices: what else the reader should know.
    """

    title: str
    records: tuple[Record, ...]
    notices: tuple[str, ...] = ()

    def of(self, *outcomes: Outcome) -> list[Record]:
        """Return the records that ended in one of these ways."""
        return [record for record in self.records if record.outcome in outcomes]

    def summary(self) -> str:
        """Return the counts in one line."""
        counts = [
            f"{len(self.of(outcome))} {outcome}"
            for outcome in ("failed", "waived", "unknown", "passed")
            if self.of(outcome)
        ]
        return ", ".join(counts) or "nothing to report"
