"""What every chapter of the demo works with: the pool, the player and the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from botocore.exceptions import ClientError

from harness.cli.demo.player import Player
from harness.cli.demo.screen import Screen
from harness.clock import Clock
from harness.flows.actions import Actions
from harness.flows.progress import AuthFlow
from harness.flows.trace import Trace
from harness.srp.engines import SrpEngine

__all__ = ["Stage", "error_code"]


@dataclass
class Stage:
    """The context of a demo.

    Attributes:
        actions: the user's operations on the pool.
        trace: observes their boto3 client.
        engine: computes the SRP proofs.
        clock: the time of the service.
        player: who plays the user.
        screen: where the demo prints.
        auth_flow: the flow that starts a sign-in.
        png: the file for the QR code; ``None`` if nobody would scan it.
        existing_pool: whether the demo uses an existing pool instead of its own.
    """

    actions: Actions
    trace: Trace
    engine: SrpEngine
    clock: Clock
    player: Player
    screen: Screen
    auth_flow: AuthFlow
    png: Path | None
    existing_pool: bool
    _chapters: int = field(default=0, init=False)
    _shown: int = field(default=0, init=False)

    def chapter(self, title: str, text: str) -> None:
        """Start the next chapter."""
        self._chapters += 1
        self.screen.chapter(self._chapters, title, text)

    def _catch_up(self) -> None:
        """Show the calls since the last time."""
        calls = self.trace.calls
        for call in calls[self._shown :]:
            self.screen.call(call)
        self._shown = len(calls)

    @contextmanager
    def shown_calls(self) -> Iterator[None]:
        """Show the calls of the block at its end, also if one of them failed."""
        try:
            yield
        finally:
            self._catch_up()

    def ask_again(self, error: ClientError, *codes: str) -> None:
        """Raise ``error`` unless its code is among ``codes`` and a person can answer again."""
        if not self.player.at_terminal or error_code(error) not in codes:
            raise error


def error_code(error: ClientError) -> str:
    """Return the code of an error from Cognito."""
    return str(error.response["Error"]["Code"])
