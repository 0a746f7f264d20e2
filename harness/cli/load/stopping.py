"""The signals that end a load run in order, with everything removed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

__all__ = ["stopped_by_signals"]

#: Windows has no SIGHUP, which comes when the terminal is closed or a connection breaks off.
_NAMES = ("SIGTERM", "SIGHUP")
_STDOUT, _STDERR = 1, 2


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Make SIGTERM and SIGHUP end a block as Ctrl-C does.

    A signal that is ignored, as SIGHUP under nohup, stays ignored.
    """
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    terminals = [file for file in (_STDOUT, _STDERR) if os.isatty(file)]

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        if signal.Signals(number).name == "SIGHUP":
            _leave(terminals)
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in numbers}
    caught = [number for number in numbers if before[number] != signal.SIG_IGN]
    for number in caught:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in caught:
            signal.signal(number, before[number])


def _leave(terminals: list[int]) -> None:
    """Print nothing more on a terminal that is gone: an error there would stop the removal."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for terminal in terminals:
        os.dup2(nowhere, terminal)
    os.close(nowhere)
