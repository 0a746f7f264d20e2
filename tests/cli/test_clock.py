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

    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ("1999-01-01T00:00:00Z", "1999-01-01T00:00:00+00:00"),
            ("2030-06-01T12:00:00+02:00", "2030-06-01T10:00:00+00:00"),
            ("2030-06-01T12:00:00", "2030-06-01T12:00:00+00:00"),
            ("1970-01-01", "1970-01-01T00:00:00+00:00"),
        ],
    )
    def test_the_clock_is_set(
        self, cli: CommandLine, served: EmulatorServer, given: str, shown: str
    ) -> None:
        """The clock shows the given moment, forward or back; without a time zone it is in UTC."""
        outcome = cli("clock", "--endpoint-url", served.url, "--set", given)

        assert (outcome.code, outcome.out) == (0, f"{shown}\n")
        assert served.emulator.clock.now() == datetime.fromisoformat(shown)

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (("--set", "yesterday"), "it must be an ISO 8601 date"),
            (("--set", "1969-12-31"), "it must be in the years 1970 to 9999"),
            (("--set", "9999-12-31T12:00:00"), "it must be in the years 1970 to 9999"),
            (("--set", "0001-01-01T00:00:00+10:00"), "it must be in the years 1970 to 9999"),
            (("--set", "1999-01-01", "--advance", "1s"), "--advance is given too"),
        ],
    )
    def test_what_the_clock_cannot_be_set_to(
        self, cli: CommandLine, served: EmulatorServer, arguments: tuple[str, ...], reason: str
    ) -> None:
        """Anything else is refused in one line, and the clock stays."""
        outcome = cli("clock", "--endpoint-url", served.url, *arguments)

        assert outcome.code == 2
        assert outcome.err.count("\n") == 1
        assert reason in outcome.err
        assert served.emulator.clock.now() == START

    def test_an_unreachable_address_is_misuse(self, cli: CommandLine) -> None:
        """An address without a server is one line and exit code 2."""
        outcome = cli("clock", "--endpoint-url", "http://127.0.0.1:1")

        assert (outcome.code, outcome.out) == (2, "")
        said = "no emulator at http://127.0.0.1:1; start one with `cognito-harness serve`"
        assert outcome.err == f"cognito-harness: {said}\n"
