"""What a run says about its progress, in one line."""

from __future__ import annotations

import io
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from harness.flows.quotas import RATES, category_of
from harness.verdicts.verdict import Verdict

__all__ = ["Progress", "render"]

#: Calls of so many seconds make the rate that is held against a quota.
_WINDOW_SECONDS = 10.0
_BAR_WIDTH = 20
_WORDS = {
    Verdict.HOLDS: "hold",
    Verdict.OTHER_WORDS: "in other words",
    Verdict.NOT_ASKED: "not asked",
    Verdict.OTHER_CODE: "with another code",
    Verdict.ANSWERED_OTHERWISE: "answered otherwise",
    Verdict.NOT_REFUSED: "not refused",
}
_STYLES = {Verdict.HOLDS: "green", Verdict.OTHER_WORDS: "yellow", Verdict.NOT_ASKED: "yellow"}


@dataclass
class Progress:
    """How far a run is.

    Attributes:
        total: how many tests it has; 0 if that is not known yet.
        share: share of the quotas that it may use; ``None`` without quotas.
        began_at: when its first test began, in seconds by any clock.
        done: how many tests are over.
        failed: how many of them failed.
        verdicts: how many of them have each verdict.
    """

    total: int
    began_at: float
    share: float | None = None
    done: int = 0
    failed: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    _calls: deque[tuple[float, str, int]] = field(default_factory=deque)

    def note_calls(self, operations: Mapping[str, int], now: float) -> None:
        """Note how often a test that has ended now called each operation."""
        for operation, count in operations.items():
            category = category_of(operation)
            if category is not None:
                self._calls.append((now, category, count))
        while self._calls and self._calls[0][0] < now - _WINDOW_SECONDS:
            self._calls.popleft()

    def parts(self, now: float) -> Iterator[tuple[str, str]]:
        """Yield the parts of the line, each with a style of rich."""
        if self.failed:
            yield f"{self.failed} failed", "red"
        for verdict in Verdict:
            if count := self.verdicts[verdict]:
                yield f"{count} {_WORDS[verdict]}", _STYLES.get(verdict, "red")
        elapsed = now - self.began_at
        if elapsed > 0 and self.done:
            rate = self.done / elapsed
            yield f"{rate:.1f}/s", ""
            if self.total > self.done:
                left = timedelta(seconds=round((self.total - self.done) / rate))
                yield f"{left} left", ""
        if (quota := self._fullest(now)) is not None:
            yield quota, ""

    def _fullest(self, now: float) -> str | None:
        """Return the use of the quota that is used most."""
        if self.share is None:
            return None
        counted: Counter[str] = Counter()
        for when, category, count in self._calls:
            if when >= now - _WINDOW_SECONDS:
                counted[category] += count
        seconds = min(max(now - self.began_at, 1.0), _WINDOW_SECONDS)
        allowed = {name: RATES[name] * self.share * seconds for name in counted}
        used = {name: counted[name] / allowed[name] for name in counted}
        if not used:
            return None
        name = max(used, key=lambda category: used[category])
        return f"{name} {used[name]:.0%} of its quota"


def render(progress: Progress, now: float, width: int, *, color: bool) -> str:
    """Return the line as text for a terminal of this width."""
    from rich.console import Console
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    console = Console(
        file=io.StringIO(),
        force_terminal=True,
        width=width,
        color_system="standard" if color else None,
        legacy_windows=False,
    )
    total = f"/{progress.total}" if progress.total else ""
    count = f"{progress.done}{total}"
    bar = ProgressBar(total=progress.total or None, completed=progress.done, width=_BAR_WIDTH)
    parts = Text(" · ").join(Text(text, style) for text, style in progress.parts(now))
    line = Table.grid(padding=(0, 1))
    line.add_column(no_wrap=True, min_width=len(count))
    line.add_column(min_width=_BAR_WIDTH)
    line.add_column(no_wrap=True, overflow="ellipsis")
    if width < _BAR_WIDTH * 3:
        line.columns[1].min_width = bar.width = 0
    line.add_row(count, bar, parts)
    with console.capture() as captured:
        console.print(line, end="")
    return captured.get().rstrip("\n")
