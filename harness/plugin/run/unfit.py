"""Why a test was skipped: which settings of the pool decide, or what the target cannot do.

A reason is an ordinary text for pytest, which keeps it as it is in the exception of a skip. So the
settings can still be told from it where pytest makes the report of the test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["BECAUSE_OF_THE_POOL", "BECAUSE_OF_THE_TARGET", "SkipReason", "UnfitSetting"]

BECAUSE_OF_THE_POOL = "pool"
BECAUSE_OF_THE_TARGET = "target"

#: A longer value would leave no room for its setting.
_LONGEST_VALUE = 40


@dataclass(frozen=True)
class UnfitSetting:
    """A setting of the run's pool that is not as a test needs it.

    Attributes:
        setting: its name in Cognito's API.
        value: its value as text.
        file: where the pool is from: a file or an id.
        line: the line in that file, if it is known.
        path: the path inside the file, if it is known.
        needed: what the test needs, as a sentence.
    """

    setting: str
    value: str
    needed: str
    file: str
    line: int | None = None
    path: str = ""

    @property
    def label(self) -> str:
        """The setting, its value if that is short, and its line: what tests are counted by."""
        value = f" is {self.value}" if len(self.value) <= _LONGEST_VALUE else ""
        return f"{self.setting}{value} ({self._line})"

    def __str__(self) -> str:
        """Return the setting, where it is, and what the test needs."""
        where = f"{self._line}, {self.path}" if self.path else self._line
        return f"{self.setting} is {self.value} ({where}); {self.needed}"

    @property
    def _line(self) -> str:
        return self.file if self.line is None else f"{self.file}, line {self.line}"


class SkipReason(str):
    """The reason of a skipped test, as the text that pytest shows.

    Attributes:
        because_of: ``pool`` or ``target``.
        labels: what the test is counted by in the summary of the run.
    """

    because_of: str
    labels: tuple[str, ...]

    @classmethod
    def of(cls, text: str, because_of: str, labels: Iterable[str] = ()) -> SkipReason:
        """Return a reason; without labels, tests are counted by the text itself."""
        reason = cls(text)
        reason.because_of = because_of
        reason.labels = tuple(dict.fromkeys(labels)) or (text,)
        return reason

    @classmethod
    def of_misfits(cls, misfits: Iterable[UnfitSetting]) -> SkipReason:
        """Return the reason why a test does not apply to the run's pool."""
        found = list(misfits)
        text = f"does not apply to this pool: {'; '.join(map(str, found))}"
        return cls.of(text, BECAUSE_OF_THE_POOL, (misfit.label for misfit in found))
