"""Wait for what another thread does, up to a deadline.

Tests that read a clock of the emulator never need this: they move it.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from harness.clock import stopwatch

#: Far longer than anything here takes, even on a busy machine.
SECONDS = 20

#: How long the other threads run before the condition is looked at again.
_PAUSE_SECONDS = 0.005


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds.

    Raises:
        AssertionError: it does not hold in time.
    """
    elapsed, never = stopwatch(), Event()
    while not condition():
        assert elapsed() < SECONDS, "it did not happen"
        never.wait(_PAUSE_SECONDS)
