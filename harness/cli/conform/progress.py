"""Shows on stderr how far a run is: a bar in a terminal, elsewhere a line now and then."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.clock import stopwatch

__all__ = ["percentage"]

#: Where stderr is not a terminal, one line at the start and for each quarter.
_STEP = 25


@contextmanager
def percentage(what: str) -> Iterator[Callable[[int], None]]:
    """Show a percentage that grows inside a block.

    Yields:
        A function that takes the percentage.

    Args:
        what: what is done, such as ``asking http://127.0.0.1:5000``.
    """
    if sys.stderr.isatty():
        with _bar(what) as tell:
            yield tell
        return
    # The first quarter can take a minute.
    print(f"conform: {what}", file=sys.stderr, flush=True)
    elapsed, shown = stopwatch(), [0]

    def tell_in_lines(percent: int) -> None:
        if percent - shown[0] >= _STEP:
            shown[0] = percent - percent % _STEP
            line = f"conform: {what}: {shown[0]} %, {elapsed():.0f} s"
            print(line, file=sys.stderr, flush=True)

    yield tell_in_lines


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(what, total=100)
        yield lambda percent: progress.update(task, completed=percent)
