"""The ramp: its users, what it counts, and what it changes of a run of the locustfile."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from locust.stats import RequestStats

from harness.load.plan import PLAN_VARIABLE
from harness.load.ramp import RampUser, Window
from harness.load.results import CALL, REFUSAL, THROTTLE
from tests.load.pool import LoadPool

SECOND = 1_800_000_000
#: Prints the classes with which a run of the ramp file begins, and how they wait.
BEGINNING = """
from locust.env import Environment
from locust import events
from harness.load import ramp_file
from harness.load.ramp import RampUser

environment = Environment(events=events, user_classes=[RampUser])
environment.create_local_runner()
environment.parsed_options = ramp_file.ArgumentParser().parse_args([])
vars(environment.parsed_options).update(
    user_classes=[], class_picker=False, ramp_max_p95=500.0, ramp_max_throttled=1.0,
    ramp_max_rate=4, ramp_step_time=2.0, ramp_plot="",
)
events.init.fire(environment=environment, runner=environment.runner, web_ui=None)
print([found.__name__ for found in environment.user_classes])
print(environment.user_classes[0].wait_time is RampUser.wait_time)
"""


class Time:
    """Stands in for the steady seconds of the ramp, and for the draw of its users."""

    def __init__(self) -> None:
        self.now = 100.0

    def steady_seconds(self) -> float:
        """Return the seconds that the test has set."""
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """A time that only the test moves; users draw half a second."""
    found = Time()
    monkeypatch.setattr("harness.load.ramp.steady_seconds", found.steady_seconds)
    monkeypatch.setattr("harness.load.ramp.random", SimpleNamespace(random=lambda: 0.5))
    return found


def user() -> RampUser:
    """Return a user who has just started, without a Locust around them."""
    found = RampUser.__new__(RampUser)
    found.wait = found.wait_time  # type: ignore[method-assign]
    found.on_start()
    return found


class TestUser:
    """A user of a ramp begins one flow a second."""

    def test_it_begins_once_a_second(self, time: Time) -> None:
        """However long a flow takes, if less than a second, the next begins on its second."""
        found = user()
        time.now = 100.5
        for took in (0.1, 0.7, 0.0):
            time.now += took
            time.now += found.wait_time()
            assert time.now % 1 == pytest.approx(0.5)
        assert time.now == pytest.approx(103.5)

    def test_whoever_is_late_misses_seconds(self, time: Time) -> None:
        """After a flow of 2.3 seconds, the next begins on the third second, and no two at once."""
        found = user()
        time.now = 102.8
        assert found.wait_time() == pytest.approx(0.7)
        time.now = 103.5
        assert found.wait_time() == pytest.approx(1.0)


def stats(*requests: tuple[str, str, int, int]) -> RequestStats:
    """Return Locust's statistics of requests: kind, name, second, response time."""
    found = RequestStats()
    note(found, *requests)
    return found


def note(found: RequestStats, *requests: tuple[str, str, int, int]) -> None:
    """Add requests to statistics, each in its second."""
    for kind, name, second, milliseconds in requests:
        entry: Any = found.get(name, kind)
        # Its own notes of the seconds have the time of the machine.
        entry.num_reqs_per_sec, by_second = Counter(), entry.num_reqs_per_sec
        entry.log(milliseconds, 0)
        entry.num_reqs_per_sec = Counter(by_second) + Counter([second])


class TestWindow:
    """What a step of the ramp has measured."""

    def test_only_what_came_since_counts(self) -> None:
        """Times and seconds before the window are not in it."""
        found = stats((CALL, "InitiateAuth REFRESH_TOKEN_AUTH", SECOND - 1, 900))
        window = Window.now(found)
        note(found, *[(CALL, "InitiateAuth REFRESH_TOKEN_AUTH", SECOND, 20)] * 3)
        measured = window.measured(found, 3, SECOND, SECOND + 1)
        assert (measured.reached, measured.p95_ms, measured.throttled) == (3, 20, 0)

    def test_a_throttle_is_not_reached(self) -> None:
        """Throttled requests have a share, and neither a time nor a part in the rate."""
        found = RequestStats()
        window = Window.now(found)
        name = "InitiateAuth USER_SRP_AUTH"
        note(found, (CALL, name, SECOND, 20), (THROTTLE, name, SECOND, 900))
        measured = window.measured(found, 2, SECOND, SECOND + 1)
        assert (measured.reached, measured.p95_ms, measured.throttled) == (1, 20, 0.5)

    def test_every_flow_counts_once(self) -> None:
        """A sign-up begins a flow as a sign-in does, also one that ends with an expected error."""
        found = RequestStats()
        window = Window.now(found)
        note(
            found,
            (CALL, "SignUp", SECOND, 20),
            (CALL, "ConfirmSignUp", SECOND, 20),
            (CALL, "InitiateAuth USER_SRP_AUTH", SECOND, 20),
            (CALL, "RespondToAuthChallenge PASSWORD_VERIFIER", SECOND, 20),
            (REFUSAL, "InitiateAuth REFRESH_TOKEN_AUTH", SECOND, 20),
        )
        assert window.measured(found, 3, SECOND, SECOND + 1).reached == 3

    def test_failures_since_the_beginning_count(self) -> None:
        """A failure before the window is not one of the step."""
        found = stats((CALL, "InitiateAuth USER_SRP_AUTH", SECOND, 20))
        found.log_error(CALL, "InitiateAuth USER_SRP_AUTH", ValueError())
        window = Window.now(found)
        assert window.measured(found, 1, SECOND, SECOND + 1).failed == 0
        found.log_error(CALL, "InitiateAuth USER_SRP_AUTH", ValueError())
        assert window.measured(found, 1, SECOND, SECOND + 1).failed == 1


def test_a_ramp_has_users_of_its_own(load_pool: LoadPool, tmp_path: Path) -> None:
    """Whatever the pace of the profile, the users of a ramp keep to that of the ramp."""
    profile = tmp_path / "profile.toml"
    profile.write_text("[flows]\nRefresh = 1\n[pace]\nthroughput = 5\n", encoding="utf-8")
    plan = tmp_path / "plan.json"
    load_pool.plan(tmp_path, (), profile=profile.read_text(encoding="utf-8")).write(plan)
    done = subprocess.run(
        [sys.executable, "-c", BEGINNING],
        env={PLAN_VARIABLE: str(plan), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == ["['SignIns']", "True"], done.stderr
