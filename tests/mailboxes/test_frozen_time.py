"""Real waits under frozen time: they neither hang nor end at once."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from harness.clock import SteadyClock, SystemClock, VirtualClock, stopwatch
from harness.emulator import Emulator
from harness.emulator.state import StateError, StateFile
from harness.errors import DeadlineExceeded, HarnessError
from harness.flows.pacing import OwnSlots, Pacer
from harness.flows.quotas import RATES
from harness.redaction import Secret
from harness.users.mailboxes import command
from harness.users.mailboxes.command import CommandMailbox
from harness.users.mailboxes.outbox import OutboxMailbox
from tests.emulator.support.frozen_app import FUTURE, LIBRARIES, PAST, client, frozen

MESSAGE = {"kind": "mfa", "username": "ada", "code": "123456", "sent_at": PAST.timestamp()}


class Outbox:
    """An outbox that gets its message before a certain look."""

    def __init__(self, arrives_at: int) -> None:
        self.looks = 0
        self._arrives_at = arrives_at

    def __call__(
        self, *, username: str, user_pool_id: str, kind: str | None
    ) -> Sequence[Mapping[str, Any]]:
        """Look once."""
        self.looks += 1
        return [MESSAGE] if self.looks >= self._arrives_at else []


@pytest.mark.parametrize("library", LIBRARIES)
def test_mailbox_waits_while_time_stands_still(library: str) -> None:
    """A code that comes later is found, and one that does not come is not awaited forever."""
    with frozen(library, PAST):
        late, never = Outbox(3), Outbox(10_000)
        mailbox = OutboxMailbox(late, "pool", VirtualClock(), patience_seconds=20)
        assert mailbox.newest_code("ada").value == Secret("123456")
        with pytest.raises(DeadlineExceeded, match=r"within 0\.3 s"):
            OutboxMailbox(never, "pool", VirtualClock()).newest_code("ada", deadline_seconds=0.3)
        assert never.looks > 1


@pytest.mark.parametrize("library", LIBRARIES)
def test_mailbox_waits_on_when_time_jumps(library: str) -> None:
    """A freeze in the future that begins during a wait does not end the wait."""
    with ExitStack() as freeze:

        class Jumping(Outbox):
            def __call__(self, **names: Any) -> Sequence[Mapping[str, Any]]:
                if self.looks == 0:
                    freeze.enter_context(frozen(library, FUTURE))
                return super().__call__(**names)

        mailbox = OutboxMailbox(Jumping(3), "pool", VirtualClock(), patience_seconds=20)
        assert mailbox.newest_code("ada").value == Secret("123456")


@pytest.mark.parametrize("library", LIBRARIES)
def test_program_that_never_ends_is_ended(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time limit of a mailbox command holds while time stands still."""
    monkeypatch.setattr(command, "_SHORTEST_RUN_SECONDS", 0.3)
    words = (sys.executable, "-c", "import signal; signal.pause()")
    with frozen(library, PAST), pytest.raises(HarnessError, match=r"did not end within 0\.3 s"):
        CommandMailbox(words, "pool").newest_code("ada", deadline_seconds=0)


@pytest.mark.parametrize("library", LIBRARIES)
def test_durations_are_real(library: str) -> None:
    """A stopwatch and a steady clock go on as if nothing had happened."""
    elapsed, steady = stopwatch(), SteadyClock()
    begin = steady.time()
    for moment in (FUTURE, PAST):
        with frozen(library, moment):
            assert 0 <= elapsed() < 600
            assert begin <= steady.time() < begin + 600
            steady.wait_until(steady.time() + 0.01)
            SystemClock().wait_until(SystemClock().time() + 0.01)


@pytest.mark.parametrize("library", LIBRARIES)
def test_pacing_does_not_pile_up(library: str) -> None:
    """A call waits for its own slot, not for all slots that were given out while time stood."""
    waits = []

    class Recording(OwnSlots):
        def take(
            self, rows: Mapping[str, float], now: float, beyond: Mapping[str, float] | None = None
        ) -> float:
            moment = super().take(rows, now, beyond)
            waits.append(moment - now)
            return moment

    cognito = client()
    Emulator(mock=False).attach(cognito)
    Pacer(Recording(), SystemClock(), place="here", share=1.0).attach(cognito)
    with frozen(library, FUTURE):
        for _ in range(4):
            cognito.list_user_pools(MaxResults=1)
    assert len(waits) == 4
    assert max(waits) <= 1 / RATES["UserPoolRead"] + 0.001


@pytest.mark.parametrize("library", LIBRARIES)
def test_locked_state_file_is_refused_at_once(library: str, tmp_path: Path) -> None:
    """A state file that another server has is not waited for."""
    with StateFile(tmp_path / "state.json").held(), frozen(library, PAST):
        other = StateFile(tmp_path / "state.json")
        with pytest.raises(StateError, match="another server has it"), other.held():
            pass
