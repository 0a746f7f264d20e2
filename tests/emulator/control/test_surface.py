"""The control surface without HTTP: invalid requests get an error and change nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator.control.access import Sender
from harness.emulator.control.surface import handle
from harness.emulator.engine import Engine
from harness.emulator.http.sources import AllowedSources
from tests.emulator.support.expect import START

LOCAL = Sender("127.0.0.1", "127.0.0.1:5000", "application/json")


@pytest.fixture
def engine() -> Engine:
    """An engine whose clock is frozen."""
    return Engine(clock=VirtualClock(START, frozen=True))


def ask(engine: Engine, name: str, body: Any) -> tuple[int, Any]:
    """Send one control request; a string is sent as a body that need not be JSON."""
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    found = handle(engine, "POST", f"/_harness/{name}", "", raw, LOCAL)
    return found.status, json.loads(found.body)


@pytest.mark.parametrize("seconds", ["NaN", "Infinity", "1e309", "1e300", "9" * 400, "-1", '"1"'])
def test_clock_moves_forward_up_to_year_9999(engine: Engine, seconds: str) -> None:
    """An invalid or too large number of seconds is refused, and the clock does not move."""
    status, answer = ask(engine, "clock", f'{{"advance_seconds": {seconds}}}')
    assert status == 400
    assert answer["error"].startswith("advance_seconds is ")
    assert engine.clock.time() == START


@pytest.mark.parametrize("moment", [0, 1.5, START - 1e9, START + 1e9])
def test_clock_is_set(engine: Engine, moment: float) -> None:
    """The clock is set to a moment, also an earlier one, and returned."""
    status, answer = ask(engine, "clock", {"time": moment})
    assert (status, answer["time"]) == (200, moment)
    assert engine.clock.time() == moment


@pytest.mark.parametrize("moment", ["NaN", "Infinity", "-1", "1e12", '"now"', "true", "null"])
def test_clock_is_set_within_its_years(engine: Engine, moment: str) -> None:
    """A time that is not a number, or not in 1970 to 9999, is refused; the clock stays."""
    status, answer = ask(engine, "clock", f'{{"time": {moment}}}')
    assert status == 400
    assert answer["error"].startswith("time is ")
    assert answer["error"].endswith("it must be in epoch seconds, in the years 1970 to 9999")
    assert engine.clock.time() == START


def test_clock_is_set_or_moved(engine: Engine) -> None:
    """Both at once are refused, and the clock stays."""
    status, answer = ask(engine, "clock", {"time": 1, "advance_seconds": 1})
    assert status == 400
    assert answer["error"] == "advance_seconds and time are both given; use one of them"
    assert engine.clock.time() == START


@pytest.mark.parametrize("body", ["{", "[]", "[" * 100_000, "\x00", '"text"', "9" * 5_000])
def test_body_that_is_not_an_object_is_refused(engine: Engine, body: str) -> None:
    """A body that is not a JSON object is refused."""
    for name in ("clock", "faults", "reset"):
        status, answer = ask(engine, name, body)
        assert (status, answer["error"][:15]) == (400, "the body is not")


def test_fault_for_unknown_operation_names_the_nearest(engine: Engine) -> None:
    """A fault for an operation that does not exist is refused with the nearest name."""
    status, answer = ask(engine, "faults", {"operation": "SingUp"})
    assert status == 400
    assert answer["error"] == (
        "operation is 'SingUp', which Cognito does not have; did you mean SignUp?"
    )


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("operation", None),
        ("operation", []),
        ("code", 5),
        ("code", "No\r\nSuch: header"),
        ("message", None),
        ("status", 200),
        ("status", 999),
        ("status", "400"),
        ("times", 0),
        ("times", 1.5),
        ("times", True),
        ("probability", 0),
        ("probability", "often"),
        ("probability", float("nan")),
    ],
)
def test_invalid_fault_is_refused(engine: Engine, member: str, value: Any) -> None:
    """A fault that could never be raised is refused when it is planned."""
    status, answer = ask(engine, "faults", {"operation": "SignUp", member: value})
    assert status == 400
    assert answer["error"].startswith(f"{member} is {value!r}")
    assert not engine.faults.planned


@pytest.mark.parametrize(
    ("sender", "status"),
    [
        (Sender("127.0.0.1", "localhost:5000", "application/json; charset=utf-8"), 200),
        (Sender("127.0.0.1", "LOCALHOST", "application/json"), 200),
        (Sender("127.0.0.2", "127.8.8.8:80", "application/json"), 200),
        (Sender("::1", "[::1]:5000", "application/json"), 200),
        (Sender("192.0.2.7", "localhost:5000", "application/json"), 403),
        (Sender("127.0.0.1", "rebound.example:5000", "application/json"), 403),
        (Sender("127.0.0.1", "localhost.example", "application/json"), 403),
        (Sender("127.0.0.1", "[::1", "application/json"), 403),
        (Sender("127.0.0.1", "", "application/json"), 403),
        (Sender("127.0.0.1", "localhost", "application/x-www-form-urlencoded"), 415),
        (Sender("127.0.0.1", "localhost", "text/plain"), 415),
        (Sender("127.0.0.1", "localhost", ""), 415),
        (Sender("127.0.0.1", "localhost:5000", "application/json", "http://localhost:5000"), 200),
        (Sender("127.0.0.1", "localhost:5000", "application/json", "http://localhost:3000"), 403),
        (Sender("127.0.0.1", "localhost:5000", "application/json", "https://web.example"), 403),
        (Sender("127.0.0.1", "localhost:5000", "application/json", "null"), 403),
    ],
)
def test_requests_from_web_pages_are_refused(engine: Engine, sender: Sender, status: int) -> None:
    """Only JSON sent from this machine to a loopback host changes anything."""
    answer = handle(engine, "POST", "/_harness/clock", "", b'{"advance_seconds": 5}', sender)
    assert answer.status == status
    assert engine.clock.time() == START + (5 if status == 200 else 0)


@pytest.mark.parametrize(
    ("sender", "status"),
    [
        (Sender("192.0.2.7", "cognito:5000", "application/json"), 200),
        (Sender("192.0.2.7", "Cognito", "application/json"), 200),
        (Sender("192.0.2.7", "cognito:5000", "application/json", "http://cognito:5000"), 200),
        (Sender("127.0.0.1", "cognito", "application/json"), 200),
        (Sender("192.0.2.7", "192.0.2.8:5000", "application/json"), 403),
        (Sender("192.0.2.7", "localhost:5000", "application/json"), 403),
        (Sender("192.0.2.7", "cognito.example", "application/json"), 403),
        (Sender("192.0.2.7", "cognito", "application/json", "http://app.example"), 403),
        (Sender("192.0.2.7", "cognito", "text/plain"), 415),
    ],
)
def test_a_listed_host_lets_other_machines_in(engine: Engine, sender: Sender, status: int) -> None:
    """Another machine may use the controls by a listed name only; pages may not even then."""
    sources = AllowedSources(frozenset({"http://app.example"}), frozenset({"cognito"}))
    body = b'{"advance_seconds": 5}'
    answer = handle(engine, "POST", "/_harness/clock", "", body, sender, sources)
    assert answer.status == status
    assert engine.clock.time() == START + (5 if status == 200 else 0)


def test_reading_needs_a_loopback_host(engine: Engine) -> None:
    """The outbox holds codes, so reading it through a rebound host name is refused."""
    foreign = Sender("127.0.0.1", "rebound.example", "")
    assert handle(engine, "GET", "/_harness/outbox", "", b"", foreign).status == 403
    local = Sender("127.0.0.1", "localhost", "")
    assert handle(engine, "GET", "/_harness/outbox", "", b"", local).status == 200


def shown_faults(engine: Engine) -> Any:
    """Return what the control surface tells about faults."""
    found = handle(engine, "GET", "/_harness/faults", "", b"", LOCAL)
    assert found.status == 200
    return json.loads(found.body)


@pytest.mark.parametrize(
    "profile",
    [
        "slow@SignUp:0.5:20-30,seed:7",
        {
            "seed": 7,
            "fault": [
                {"kind": "slow", "operations": ["SignUp"], "rate": 0.5, "milliseconds": [20, 30]}
            ],
        },
    ],
    ids=["compact", "members"],
)
def test_a_profile_is_set_shown_and_turned_off(engine: Engine, profile: Any) -> None:
    """The profile is told with its seed, its rules, and how often each has struck."""
    rule = {
        "kind": "slow",
        "rate": 0.5,
        "operations": ["SignUp"],
        "least": 0.02,
        "most": 0.03,
        "struck": 0,
        "text": "slow@SignUp:0.5:20-30",
    }
    expected = {"text": "slow@SignUp:0.5:20-30", "seed": 7, "rules": [rule]}
    assert ask(engine, "faults", {"profile": profile}) == (200, {"profile": expected})
    assert shown_faults(engine) == {"planned": [], "profile": expected}
    assert engine.faults.profile is not None
    while engine.faults.profile.strike("delay", "SignUp") is None:
        pass
    assert shown_faults(engine)["profile"]["rules"][0]["struck"] == 1
    assert ask(engine, "faults", {"profile": None}) == (200, {"profile": None})
    assert shown_faults(engine) == {"planned": [], "profile": None}


def test_planned_faults_and_a_profile_are_apart(engine: Engine) -> None:
    """Canceling one leaves the other, and both are told."""
    ask(engine, "faults", {"operation": "SignUp"})
    ask(engine, "faults", {"profile": "drop:0.1"})
    assert [fault["operation"] for fault in shown_faults(engine)["planned"]] == ["SignUp"]
    ask(engine, "faults", {"clear": True})
    assert shown_faults(engine)["planned"] == []
    assert shown_faults(engine)["profile"]["text"] == "drop:0.1"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"profile": "thottle:0.1"}, "did you mean 'throttle'?"),
        ({"profile": "drop:0.7,cut:0.7"}, "the rates add up to 1.4"),
        ({"profile": ""}, "KIND[@OPERATION+OPERATION]:RATE"),
        ({"profile": "/etc/faults.toml"}, "it must be the compact form, the members of a file"),
        ({"profile": 1}, "profile is 1; it must be the compact form"),
        ({"profile": {"fault": [{"kind": "drop"}]}}, "rate of drop: a number from 0 to 1"),
        ({"profile": None, "times": 1}, "unknown: times; allowed: profile"),
        ({"profil": None}, "unknown: profil; allowed: clear, code, message, operation, "),
    ],
)
def test_an_invalid_profile_is_refused(engine: Engine, body: Any, problem: str) -> None:
    """The error says what is allowed, and the profile before stays."""
    ask(engine, "faults", {"profile": "drop:0.1"})
    status, answer = ask(engine, "faults", body)
    assert status == 400
    assert problem in answer["error"]
    assert shown_faults(engine)["profile"]["text"] == "drop:0.1"


def test_quotas_are_switched(engine: Engine) -> None:
    """The request quotas are off at first, and can be switched on and off again."""
    for enabled in (True, False):
        assert ask(engine, "quotas", {"enabled": enabled}) == (200, {"enabled": enabled})
        assert engine.quotas.enabled is enabled


@pytest.mark.parametrize("body", [{}, {"enabled": "true"}, {"enabled": 1}, {"on": True}])
def test_quotas_are_not_switched_by_a_bad_request(engine: Engine, body: dict[str, Any]) -> None:
    """A request that does not say true or false is refused, and nothing is switched."""
    status, answer = ask(engine, "quotas", body)
    assert status == 400
    assert "enabled" in answer["error"]
    assert not engine.quotas.enabled
