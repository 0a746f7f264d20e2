"""``serve --set faults=…``: printed, in force, turned off again, and refused in one line."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from harness.cli.serve.emulator_settings import make_settings
from harness.errors import ConfigurationError
from harness.targets.control import ControlSurface
from harness.targets.faults import ServedFaults
from tests.cli.processes import cognito_harness, serving
from tests.emulator.support.connection import Connection, post

LIST: dict[str, Any] = {"MaxResults": 1}


def status_of(url: str) -> int:
    """Return the status of one call."""
    with Connection(url) as wire:
        wire.send(post("ListUserPools", LIST))
        return wire.response()[0]


def test_a_profile_is_printed_and_in_force(tmp_path: Path) -> None:
    """The banner has the profile and its seed; the control surface turns it off."""
    path = tmp_path / "faults.toml"
    path.write_text('[[fault]]\nkind = "unavailable"\nrate = 1\n', encoding="utf-8")
    with serving("--seed", "7", "--set", f"faults={path}") as served:
        assert status_of(served.url) == 503
        ServedFaults(ControlSurface(served.url)).set_profile(None)
        assert status_of(served.url) == 200
        _, out, _ = served.stop(signal.SIGTERM)
    assert "\nfaults: unavailable:1, drawn with seed 7\n" in f"\n{out}"


def test_a_drawn_seed_is_printed() -> None:
    """Without --seed the banner has the seed that repeats the run."""
    with serving("--set", "faults=throttle:0.5") as served:
        statuses = [status_of(served.url) for _ in range(12)]
        _, out, _ = served.stop(signal.SIGTERM)
    (line,) = [line for line in out.splitlines() if line.startswith("faults: ")]
    text, _, seed = line.removeprefix("faults: ").partition(", drawn with seed ")
    with serving("--set", f"faults={text},seed:{seed}") as again:
        assert [status_of(again.url) for _ in range(12)] == statuses


def test_a_profile_is_kept_with_the_state(tmp_path: Path) -> None:
    """It goes on after a restart and is printed again; ``off`` ends it."""
    state = ("--state", str(tmp_path / "pools.json"))
    with serving(*state, "--set", "faults=throttle:1,seed:3") as served:
        assert served.stop(signal.SIGTERM)[0] == 0
    with serving(*state) as served:
        assert status_of(served.url) == 400
        assert "faults: throttle:1, drawn with seed 3\n" in served.stop(signal.SIGTERM)[1]
    with serving(*state, "--set", "faults=off") as served:
        assert status_of(served.url) == 200
        assert "faults: " not in served.stop(signal.SIGTERM)[1]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("thottle:0.1", "did you mean 'throttle'?"),
        ("throttle:0.7,drop:0.5", "the rates add up to 1.2"),
        ("throttle@SingUp:0.1", "did you mean 'SignUp'?"),
        ("slow:0.1:30s", "write milliseconds"),
        ("missing.toml", "No such file"),
    ],
)
def test_a_wrong_profile_is_one_line(value: str, problem: str) -> None:
    """The setting is checked before anything starts."""
    with pytest.raises(ConfigurationError) as caught:
        make_settings(None, [f"faults={value}"])
    assert str(caught.value).startswith("--set faults: cannot use ")
    assert problem in str(caught.value)


def test_a_wrong_profile_ends_with_exit_code_2() -> None:
    """One line on stderr, and nothing else."""
    finished = cognito_harness("serve", "--port", "0", "--set", "faults=throttle:2")
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.count("\n") == 1
    assert "the rate of throttle is 2.0; it must be from 0 to 1" in finished.stderr


def test_one_emulator_is_one_process() -> None:
    """There is no option for several processes, which could not share what each call changes."""
    finished = cognito_harness("serve", "--port", "0", "--processes", "2")
    assert (finished.returncode, finished.stdout) == (2, "")
    assert "there is no option --processes" in finished.stderr
