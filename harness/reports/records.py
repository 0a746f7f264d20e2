"""The records of a report on a configuration: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Outcome", "Record", "Report"]

#: Only ``failed`` affects the exit code; ``waived`` and ``unknown`` are only reported.
Outcome = Literal["passed", "failed", "waived", "unknown"]


@dataclass(frozen=True)
class Record:
    """What a command found about one setting.

    Attributes:
        id: the rule, or the kind of difference.
        title: the subject in a few words.
        outcome: the result.
        severity: ``info`` to ``critical``.
        part: the name of the pool or app client.
        setting: the path of the setting.
        message: the finding in one sentence.
        reason: why it matters.
        fix: what to do, for an unknown result to know it; empty if there is nothing to do.
        elsewhere: the names of the same rule in other tools.
        file: the file with the setting, as the user wrote it; ``None`` for a live pool.
        line: counted from 1; ``None`` if it is not known.
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
        title: what the command did.
        records: the records, in the order of the report.
        notices: anything else that the reader should know.
    """

    title: str
    records: tuple[Record, ...]
    notices: tuple[str, ...] = ()

    def of(self, *outcomes: Outcome) -> list[Record]:
        """Return the records with one of these outcomes."""
        return [record for record in self.records if record.outcome in outcomes]

    def summary(self) -> str:
        """Return the number of records by outcome, in one line."""
        counts = [
            f"{len(self.of(outcome))} {outcome}"
            for outcome in ("failed", "waived", "unknown", "passed")
            if self.of(outcome)
        ]
        return ", ".join(counts) or "nothing to report"
