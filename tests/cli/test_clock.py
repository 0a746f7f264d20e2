"""``cognito-harness clock``: shows or moves the clock of a served emulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from tests.cli.conftest import CommandLine

START = datetime(2027, 1, 15, 8, tzinfo=timezone.utc)


@pytest.fixture
def served() -> Iterator[EmulatorServer]:
    """A served emulator with a stopped clock."""
    clock = VirtualClock(START.timestamp(), frozen=True)
    with EmulatorServer(emulator=Emulator(clock=clock, mock=False)) as server:
        yield server


class TestClock:
    """The output and the new time."""

    def test_the_time_is_shown(self, cli: CommandLine, served: EmulatorServer) -> None:
        """Without ``--advance`` it prints the time in ISO 8601 and UTC, and does not change it."""
        for _ in range(2):
            outcome = cli("clock", "--endpoint-url", served.url)

            assert (outcome.code, outcome.err) == (0, "")
            assert outcome.out == "2027-01-15T08:00:00+00:00\n"

    @pytest.mark.parametrize(
        ("advance", "moved"),
        [
            ("30s", timedelta(seconds=30)),
            ("5m", timedelta(minutes=5)),
            ("24h", timedelta(hours=24)),
            ("90", timedelta(seconds=90)),
        ],
    )
    def test_the_clock_is_moved(
        self, cli: CommandLine, served: EmulatorServer, advance: str, moved: timedelta
    ) -> None:
        """The emulator's clock moves forward, and the new time is printed."""
        outcome = cli("clock", "--endpoint-url", served.url, "--advance", advance)

        assert served.emulator.clock.now() == START + moved
        assert datetime.fromisoformat(outcome.out.strip()) == START + moved

    def test_a_moment_beyond_the_calendar_is_refused(
        self, cli: CommandLine, served: EmulatorServer
    ) -> None:
        """The clock does not move beyond the last possible date."""
        outcome = cli("clock", "--endpoint-url", served.url, "--advance", "9999999d")

        assert outcome.code == 2
        assert outcome.err.count("\n") == 1
        assert cli("clock", "--endpoint-url", served.url).out == "2027-01-15T08:00:00+00:00\n"

    def test_an_unreachable_address_is_misuse(self, cli: CommandLine) -> None:
        """An address without a server is one line and exit code 2."""
        outcome = cli("clock", "--endpoint-url", "http://127.0.0.1:1")

        assert (outcome.code, outcome.out) == (2, "")
        said = "no emulator at http://127.0.0.1:1; start one with `cognito-harness serve`"
        assert outcome.err == f"cognito-harness: {said}\n"
