"""What every chapter of the demo is handed: the pool, the player, and the means to tell of it."""

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
    """The surroundings of a demo.

    Attributes:
        actions: the operations on the pool, user's side.
        trace: observes their client.
        engine: makes the SRP proofs.
        clock: the service's time.
        player: who takes part.
        screen: where it is shown.
        auth_flow: how sign-ins begin.
        png: where the QR code's picture goes.
        existing_pool: whether the pool was there before, and is not ours.
    """

    actions: Actions
    trace: Trace
    engine: SrpEngine
    clock: Clock
    player: Player
    screen: Screen
    auth_flow: AuthFlow
    png: Path
    existing_pool: bool
    _chapters: int = field(default=0, init=False)
    _shown: int = field(default=0, init=False)

    def chapter(self, title: str, text: str) -> None:
        """Begin the next chapter."""
        self._chapters += 1
        self.screen.chapter(self._chapters, title, text)

    def _catch_up(self) -> None:
        """Show the calls made since the last time."""
        calls = self.trace.calls
        for call in calls[self._shown :]:
            self.screen.call(call)
        self._shown = len(calls)

    @contextmanager
    def shown_calls(self) -> Iterator[None]:
        """Show the calls made inside the block at its end, refused or not."""
        try:
            yield
        finally:
            self._catch_up()

    def ask_again(self, error: ClientError, *codes: str) -> None:
        """Raise ``error`` unless it has one of the ``codes`` and the player can do better."""
        if not self.player.at_terminal or error_code(error) not in codes:
            raise error


def error_code(error: ClientError) -> str:
    """Return Cognito's code of a refusal."""
    return str(error.response["Error"]["Code"])
