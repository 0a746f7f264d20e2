"""Shows how far the preparation and the removal of a load run are, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.clock import stopwatch

__all__ = ["counted", "say"]

#: Seconds between two lines where stderr is not a terminal.
_PAUSE_SECONDS = 5.0


def say(text: str) -> None:
    """Print one line on stderr."""
    print(f"load: {text}", file=sys.stderr, flush=True)


@contextmanager
def counted(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a count that grows inside a block: a bar in a terminal, else a line now and then.

    Yields:
        A function that takes the count and the last count.

    Args:
        what: what is counted, such as ``people prepared``.
    """
    if sys.stderr.isatty():
        with _bar(what) as tell:
            yield tell
        return
    elapsed, told_at = stopwatch(), [0.0]

    def tell_in_lines(count: int, total: int) -> None:
        if count == total or elapsed() - told_at[0] >= _PAUSE_SECONDS:
            told_at[0] = elapsed()
            say(f"{what}: {count} of {total}, {elapsed():.0f} s")

    yield tell_in_lines


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(what)
        yield lambda count, total: progress.update(task, completed=count, total=total)
