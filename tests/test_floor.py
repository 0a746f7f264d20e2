"""Errors and clocks: what everything else stands on, beside redaction and the SRP group."""

from __future__ import annotations

import math
import threading
import time
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import clock, errors


class TestErrors:
    """Two families, each message one clear line."""

    def test_families_do_not_mix(self) -> None:
        """Misuse is never an assertion, a finding is never a harness error."""
        for name in errors.__all__:
            kind = getattr(errors, name)
            assert issubclass(kind, errors.HarnessError) != issubclass(kind, AssertionError)

    def test_configuration_error_says_everything(self) -> None:
        """Setting, value, source, allowed values, nearest match and hint are on one line."""
        error = errors.ConfigurationError(
            "--cognito-target",
            given="emulatr",
            source="pytest.ini",
            allowed=["emulator", "server"],
            hint="see\n--help",
        )
        assert str(error) == (
            "--cognito-target: cannot use 'emulatr' (from pytest.ini); "
            "did you mean 'emulator'? allowed: emulator, server; see --help"
        )

    def test_configuration_error_without_a_value(self) -> None:
        """A missing value is called missing, and nothing is proposed for it."""
        error = errors.ConfigurationError("--cognito-client-id", source="environment")
        assert str(error) == "--cognito-client-id: no value given (from environment)"

    @pytest.mark.parametrize(
        ("allowed", "message"),
        [
            (["yes", "no"], "x: cannot use 'q'; allowed: yes, no"),
            ([], "x: cannot use 'q'; allowed: nothing"),
        ],
    )
    def test_configuration_error_without_a_near_match(
        self, allowed: list[str], message: str
    ) -> None:
        """Nothing is proposed when nothing is near."""
        assert str(errors.ConfigurationError("x", given="q", allowed=allowed)) == message

    def test_nearest_match_ignores_case(self) -> None:
        """What differs by case only is proposed in its right spelling."""
        assert errors.nearest_match("ON", ["on", "off"]) == "on"

    def test_deadline_exceeded(self) -> None:
        """It says what was awaited, for how long, and where to look."""
        error = errors.DeadlineExceeded("code for alice", 30.0, hint="is the mailbox right?")
        assert str(error) == "there was no code for alice within 30 s; is the mailbox right?"

    def test_missing_capability(self) -> None:
        """Capability, target and reason come in the same form every time."""
        error = errors.MissingCapability("clock", "aws", "its clock cannot be moved")
        assert str(error) == ("target 'aws' has no capability 'clock': its clock cannot be moved")

    def test_unexpected_challenge(self) -> None:
        """It names the challenge and what is missing, or else the handlers there are."""
        known = ["SMS_OTP"]
        error = errors.UnexpectedChallenge("SMS_MFA", known, reason="no mailbox")
        assert str(error) == "unexpected challenge 'SMS_MFA': no mailbox"
        error = errors.UnexpectedChallenge("X", known)
        assert str(error) == (
            "unexpected challenge 'X': it has no handler; there are handlers for: SMS_OTP"
        )
        assert str(errors.UnexpectedChallenge("X")).endswith("there are handlers for: none")


class TestSystemClock:
    """The machine's clock."""

    def test_it_shows_the_machines_time(self) -> None:
        """Both forms of the present are the machine's, and ``now`` is aware and in UTC."""
        before = time.time()
        shown, moment = clock.SystemClock().time(), clock.SystemClock().now()
        assert before <= shown <= moment.timestamp() + 1e-6 <= time.time() + 1e-6
        assert moment.tzinfo is timezone.utc

    def test_it_sleeps_in_short_stretches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Waiting sleeps, never long at once, and ends when the moment has come."""
        present, slept = [1000.0], []

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            present[0] += seconds

        monkeypatch.setattr(time, "time", lambda: present[0])
        monkeypatch.setattr(time, "sleep", sleep)
        clock.SystemClock().wait_until(1002.5)
        assert slept == [1.0, 1.0, 0.5]

    def test_it_does_not_sleep_for_the_past(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A moment that has passed is not waited for."""
        monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("slept"))
        clock.SystemClock().wait_until(0)

    @pytest.mark.parametrize("present", [1000.0, 5.0])
    def test_a_stopped_clock_is_not_waited_for_forever(
        self, monkeypatch: pytest.MonkeyPatch, present: float
    ) -> None:
        """If the date stands still or goes back, waiting ends after the time that was left."""
        presents, slept = [1000.0], []

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            presents[0] = present

        monkeypatch.setattr(time, "time", lambda: presents[0])
        monkeypatch.setattr(time, "sleep", sleep)
        clock.SystemClock().wait_until(1002.5)
        assert slept == [1.0, 1.0, 0.5]

    def test_a_jump_ends_the_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """If the date jumps beyond the moment, waiting ends."""
        presents, slept = [1000.0], []

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            presents[0] = 5000.0

        monkeypatch.setattr(time, "time", lambda: presents[0])
        monkeypatch.setattr(time, "sleep", sleep)
        clock.SystemClock().wait_until(1002.5)
        assert slept == [1.0]


class TestSteadyClock:
    """Real time for waits and limits."""

    def test_it_passes(self) -> None:
        """It never goes back, and it is the clock of time limits."""
        first, limit, second = (
            clock.SteadyClock().time(),
            clock.steady_seconds(),
            clock.SteadyClock().time(),
        )
        assert first <= limit <= second

    def test_it_waits(self) -> None:
        """Waiting ends when the moment has come, and at once for the past."""
        steady = clock.SteadyClock()
        moment = steady.time() + 0.02
        steady.wait_until(moment)
        assert steady.time() >= moment
        steady.wait_until(0)

    def test_what_waits_like_a_clock(self) -> None:
        """In place of the machine's clock it is real time; another clock waits itself."""
        virtual = clock.VirtualClock()
        assert isinstance(clock.waits_of(clock.SystemClock()), clock.SteadyClock)
        assert clock.waits_of(virtual) is virtual


class TestVirtualClock:
    """The clock that a test can move."""

    def test_it_starts_at_the_machines_time(self) -> None:
        """Without a start it shows the present."""
        before = time.time()
        assert before <= clock.VirtualClock(frozen=True).time() <= time.time()

    def test_it_runs_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Unless frozen it follows the present, ahead by what it was moved by."""
        present = [50.0]
        monkeypatch.setattr(time, "time", lambda: present[0])
        running = clock.VirtualClock(start=1000.0)
        present[0] += 7
        assert running.time() == 1007.0
        running.advance(30)
        present[0] += 1
        assert running.time() == 1038.0
        present[0] -= 8
        assert running.time() == 1030.0

    def test_unmoved_it_is_the_present(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before a move it shows exactly the present, wherever that goes."""
        running = clock.VirtualClock()
        for present in (1_893_456_000.3, 915_148_800.1, 1_795_372_815.7):
            monkeypatch.setattr(time, "time", lambda present=present: present)
            assert running.time() == present

    @pytest.mark.parametrize(("present", "shown"), [(-5.0, 0.0), (3e11, clock.LAST_MOMENT)])
    def test_it_stays_in_range(
        self, monkeypatch: pytest.MonkeyPatch, present: float, shown: float
    ) -> None:
        """Before 1970 and after 9999 it stands still."""
        monkeypatch.setattr(time, "time", lambda: present)
        running = clock.VirtualClock()
        assert running.time() == shown
        assert running.now().timestamp() == shown

    @pytest.mark.parametrize("frozen", [True, False])
    def test_no_move_leaves_the_range(self, frozen: bool) -> None:
        """A start or a move beyond 1970 or 9999 ends there, also while the clock stands still."""
        early = clock.VirtualClock(start=-1e13, frozen=frozen)
        assert early.now().year == 1970
        for move in (early.advance, clock.VirtualClock(frozen=frozen).wait_until):
            move(1e13)
        late = clock.VirtualClock(frozen=frozen)
        late.advance(1e13)
        assert (early.time(), late.time()) == (clock.LAST_MOMENT, clock.LAST_MOMENT)
        assert late.now().year == 9999

    @given(st.floats(min_value=0, max_value=clock.LAST_MOMENT))
    def test_its_datetimes_are_those_of_every_system(self, moment: float) -> None:
        """They are what Python gives where its C library reaches so far, to a microsecond."""
        expected = datetime.fromtimestamp(moment, timezone.utc)
        assert abs(clock.utc_of(moment) - expected) <= timedelta(microseconds=1)

    def test_it_can_be_set(self) -> None:
        """A set clock shows the moment, also an earlier one."""
        frozen = clock.VirtualClock(start=1000.0, frozen=True)
        for moment in (5000.0, 0.0, clock.LAST_MOMENT):
            frozen.set(moment)
            assert frozen.time() == moment

    @pytest.mark.parametrize("moment", [-1, math.nan, math.inf, clock.LAST_MOMENT + 1])
    def test_it_is_set_within_range(self, moment: float) -> None:
        """A moment outside 1970 to 9999 is refused and changes nothing."""
        frozen = clock.VirtualClock(start=1000.0, frozen=True)
        with pytest.raises(ValueError, match=r"1970 to 9999|finite"):
            frozen.set(moment)
        assert frozen.time() == 1000.0

    def test_frozen_it_stands_still(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Frozen, only moves change it."""
        present = [50.0]
        monkeypatch.setattr(time, "time", lambda: present[0])
        frozen = clock.VirtualClock(start=1000.0, frozen=True)
        present[0] += 7
        assert frozen.frozen
        assert frozen.time() == 1000.0
        frozen.advance(0.5)
        assert frozen.time() == 1000.5

    def test_now_is_aware(self) -> None:
        """``now`` is the same moment as ``time``, in UTC."""
        frozen = clock.VirtualClock(start=0, frozen=True)
        assert frozen.now() == datetime(1970, 1, 1, tzinfo=timezone.utc)

    @given(st.floats(0, 4e9), st.floats(0, 4e9))
    def test_waiting_hits_the_moment(self, start: float, moment: float) -> None:
        """After waiting the clock shows exactly the moment, or what it showed if that is later."""
        frozen = clock.VirtualClock(start=start, frozen=True)
        frozen.wait_until(moment)
        assert frozen.time() == max(start, moment)

    @pytest.mark.parametrize("seconds", [-1, -0.001, math.nan, math.inf, -math.inf])
    def test_it_never_goes_back(self, seconds: float) -> None:
        """A move by a negative number, or by none, is refused and changes nothing."""
        frozen = clock.VirtualClock(start=1000.0, frozen=True)
        with pytest.raises(ValueError, match=r"forward|finite"):
            frozen.advance(seconds)
        assert frozen.time() == 1000.0

    @pytest.mark.parametrize("moment", [math.nan, math.inf])
    def test_moments_are_finite(self, moment: float) -> None:
        """Neither a start nor a moment to wait for may lie outside time."""
        with pytest.raises(ValueError, match="finite"):
            clock.VirtualClock(start=moment)
        with pytest.raises(ValueError, match="finite"):
            clock.VirtualClock().wait_until(moment)

    def test_moves_from_many_threads_add_up(self) -> None:
        """No move is lost when several threads make them at once."""
        frozen = clock.VirtualClock(start=0, frozen=True)

        def move() -> None:
            for _ in range(200):
                frozen.advance(1)

        threads = [threading.Thread(target=move) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert frozen.time() == 1600


def test_stopwatch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopwatch gives the seconds since it was started, each time it is asked."""
    present = [5.0]
    monkeypatch.setattr(clock, "steady_seconds", lambda: present[0])
    elapsed = clock.stopwatch()
    present[0] = 5.25
    assert elapsed() == 0.25
    present[0] = 6.0
    assert elapsed() == 1.0
