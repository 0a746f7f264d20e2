"""Fault profiles as text: the compact form, files, and errors in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.emulator.stores.fault_profile import FaultProfile, FaultRule
from harness.emulator.stores.fault_profile_text import profile_of, read_profile
from harness.errors import ConfigurationError

FILE = """
seed = 7

[[fault]]
kind = "throttle"
operations = ["InitiateAuth", "SignUp"]
rate = 0.1

[[fault]]
kind = "slow"
rate = 1
milliseconds = [200, 800]

[[fault]]
kind = "slow"
operations = ["GetUser"]
rate = 0
milliseconds = 50.5

[[fault]]
kind = "email-late"
rate = 0.25
seconds = 30
"""
COMPACT = (
    "throttle@InitiateAuth+SignUp:0.1,slow:1:200-800,slow@GetUser:0:50.5,email-late:0.25:30s,seed:7"
)


def read(text: str, seed: int | None = None) -> FaultProfile:
    """Return the profile of a text, which must not be off."""
    found = read_profile(text, "--set faults", seed)
    assert found is not None
    return found


def test_both_forms_say_the_same(tmp_path: Path) -> None:
    """A file and the compact form give the same rules and the same seed."""
    path = tmp_path / "faults.toml"
    path.write_text(FILE, encoding="utf-8")
    assert read(str(path)) == read(COMPACT)
    assert read(COMPACT).seed == 7


@pytest.mark.parametrize(
    "text",
    [
        "throttle@InitiateAuth+SignUp:0.1,slow:1:200-800,slow@GetUser:0:50.5,email-late:0.25:30s",
        "drop:1e-05,cut:0.5,internal:0.2,unavailable:0.1,email-twice:0.1,email-lost:0.01",
    ],
)
def test_the_compact_form_can_be_written_again(text: str) -> None:
    """What the emulator prints is what was given, and can be given again."""
    assert read(text).text() == text


@given(
    rate=st.floats(0, 1),
    ends=st.tuples(st.floats(0, 600), st.floats(0, 600)).map(sorted),
    late=st.floats(0, 365 * 86_400),
)
@example(rate=0.1234567, ends=[0.0041, 0.0082], late=30 * 86_400.0)
@example(rate=-0.0, ends=[-0.0, 1e-9], late=1e-7)
def test_every_profile_can_be_read_from_its_text(
    rate: float, ends: list[float], late: float
) -> None:
    """No digit of a rate or a delay is lost, and no number gets a form that is refused."""
    rules = [
        FaultRule("slow", rate, (), ends[0], ends[1]),
        FaultRule("email-late", rate, (), late, late),
    ]
    text = FaultProfile(rules, 7).text()
    assert read(text, seed=7) == FaultProfile(rules, 7)


def test_a_file_and_a_text_have_the_same_delay() -> None:
    """Milliseconds with decimals become the same seconds in both forms."""
    item = {"kind": "slow", "rate": 1, "milliseconds": [0.3, 4.1]}
    assert profile_of({"fault": [item]}, "faults", 7) == read("slow:1:0.3-4.1", seed=7)


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("1.5m", 90), ("2h", 7_200), ("1d", 86_400)]
)
def test_a_late_email_has_a_duration_with_its_unit(text: str, seconds: float) -> None:
    """Seconds, minutes, hours and days are read."""
    (rule,) = read(f"email-late:0.1:{text}").rules
    assert (rule.least, rule.most) == (seconds, seconds)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [("5", 0.005, 0.005), ("5ms", 0.005, 0.005), ("1-2.5", 0.001, 0.0025)],
)
def test_a_slow_answer_has_milliseconds(text: str, least: float, most: float) -> None:
    """One number is a fixed delay, two are a range."""
    (rule,) = read(f"slow:0.1:{text}").rules
    assert (rule.least, rule.most) == (least, most)


def test_the_seed_is_the_profiles_or_the_emulators_or_drawn() -> None:
    """Its own seed goes before the emulator's; without both, one is drawn that can be read."""
    assert read("drop:0.1,seed:7", seed=3).seed == 7
    assert read("drop:0.1", seed=3).seed == 3
    assert len({read("drop:0.1").seed for _ in range(5)}) > 1


def test_off_is_no_profile() -> None:
    """The word turns a profile off."""
    assert read_profile("off", "--set faults") is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "KIND[@OPERATION+OPERATION]:RATE[:DELAY]"),
        ("thottle:0.1", "did you mean 'throttle'?"),
        ("drop:0.1,", "cannot use ''"),
        ("throttle", "RATE is from 0 to 1"),
        ("throttle:often", "RATE is from 0 to 1"),
        ("throttle:-0.1", "RATE is from 0 to 1"),
        ("throttle:nan", "RATE is from 0 to 1"),
        ("throttle:10", "the rate of throttle is 10.0; it must be from 0 to 1"),
        ("throttle:0.1:5", "throttle has no delay; slow and email-late have one"),
        ("throttle:0.1:5:6", "RATE is from 0 to 1"),
        ("throttle@SingUp:0.1", "no operation 'SingUp'; did you mean 'SignUp'?"),
        ("throttle@:0.1", "no operation ''"),
        ("throttle:0.7,drop:0.5", "the rates add up to 1.2"),
        ("slow:0.1", "slow needs a delay: write milliseconds"),
        ("slow:0.1:30s", "slow needs a delay: write milliseconds"),
        ("slow:0.1:800-200", "the shorter one first"),
        ("slow:0.1:600001", "it must be from 0 to 600"),
        ("slow:0.1:" + "9" * 400, "it must be from 0 to 600"),
        ("email-late:0.1:30", "email-late needs a delay: write a duration with its unit"),
        ("email-late:0.1:30ms", "write a duration with its unit"),
        ("seed:x,drop:0.1", "seed is a whole number"),
        ("seed:7", "it has no fault"),
        ("seed:1,drop:0.1,seed:2", "cannot use 'seed:2'; seed is given twice"),
        ("missing.toml", "No such file"),
    ],
)
def test_a_text_that_is_no_profile_is_one_line(text: str, problem: str) -> None:
    """The message names the setting, what was given, and what is allowed."""
    with pytest.raises(ConfigurationError) as caught:
        read_profile(text, "--set faults")
    shown = str(caught.value)
    assert shown.startswith("--set faults: cannot use ")
    assert problem in shown
    assert "\n" not in shown


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"faults": []}, "did you mean 'fault'? allowed: fault, seed"),
        ({}, "it has no fault"),
        ({"fault": {}}, "write it [[fault]]"),
        ({"fault": ["drop"]}, "write it [[fault]]"),
        ({"fault": [{"rate": 0.1}]}, "no value given (from a.toml); allowed: throttle"),
        ({"fault": [{"kind": ["drop"], "rate": 0.1}]}, "allowed: throttle"),
        ({"fault": [{"kind": "drop"}]}, "rate of drop: a number from 0 to 1"),
        ({"fault": [{"kind": "drop", "rate": True}]}, "rate of drop: a number from 0 to 1"),
        ({"fault": [{"kind": "drop", "rate": 10**400}]}, "rate of drop: a number from 0 to 1"),
        ({"fault": [{"kind": "drop", "rate": 2}]}, "the rate of drop is 2.0"),
        ({"fault": [{"kind": "drop", "rate": 1, "rat": 1}]}, "did you mean 'rate'?"),
        ({"fault": [{"kind": "drop", "rate": 1, "operations": "SignUp"}]}, "a list of names"),
        ({"fault": [{"kind": "drop", "rate": 1, "seconds": 1}]}, "drop has no seconds"),
        ({"fault": [{"kind": "slow", "rate": 1, "seconds": 1}]}, "it has milliseconds"),
        ({"fault": [{"kind": "slow", "rate": 1}]}, "slow needs milliseconds"),
        ({"fault": [{"kind": "slow", "rate": 1, "milliseconds": []}]}, "slow needs milliseconds"),
        ({"fault": [{"kind": "slow", "rate": 1, "milliseconds": "1"}]}, "slow needs milliseconds"),
        ({"fault": [{"kind": "email-late", "rate": 1, "seconds": [1, 2]}]}, "needs seconds"),
        ({"fault": [{"kind": "drop", "rate": 1}], "seed": -1}, "seed is a whole number"),
        ({"fault": [{"kind": "drop", "rate": 1}], "seed": True}, "seed is a whole number"),
    ],
)
def test_members_that_are_no_profile_are_one_line(members: dict[str, Any], problem: str) -> None:
    """The message names the file too."""
    with pytest.raises(ConfigurationError) as caught:
        profile_of(members, "--set faults", source="a.toml")
    shown = str(caught.value)
    assert shown.startswith("--set faults: ")
    assert "a.toml" in shown
    assert problem in shown
    assert "\n" not in shown


def test_a_file_that_is_not_toml_is_one_line(tmp_path: Path) -> None:
    """The message says where the file goes wrong."""
    path = tmp_path / "faults.toml"
    path.write_text("[[fault\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="line 1") as caught:
        read_profile(str(path), "--set faults")
    assert "\n" not in str(caught.value)
