"""A fault profile and late emails in a state: they go on after a restart."""

from __future__ import annotations

from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.emulator.state import import_state, snapshot
from harness.emulator.state.checks import StateError
from tests.emulator.support.expect import START
from tests.emulator.support.saved_states import MACHINE, exported, imported, restart
from tests.emulator.support.walker import new_engine, new_walker

PROFILE = "throttle@SignUp:0.5,slow:0.5:20-30,email-late:0.1:30s,seed:7"


def struck(engine: Engine, calls: int) -> list[bool]:
    """Return which of so many sign-ups the profile throttles."""
    profile = engine.faults.profile
    assert profile is not None
    return [profile.strike("error", "SignUp") is not None for _ in range(calls)]


def with_settings(faults: str, document: Any) -> Engine:
    """Return an engine whose own settings have faults, with a state."""
    clock = VirtualClock(START - 86_400, frozen=True)
    engine = Engine(clock=clock, settings=EmulatorSettings(seed=1, faults=faults))
    import_state(engine, document, machine=MACHINE)
    return engine


@pytest.mark.parametrize("secrets", [True, False])
def test_a_profile_goes_on_where_it_was(secrets: bool) -> None:
    """The next calls have the fate that they would have had, and the counters stay."""
    stays, stops = new_engine(faults=PROFILE), new_engine(faults=PROFILE)
    assert struck(stays, 20) == struck(stops, 20)
    resumed = restart(stops, secrets=secrets)
    assert resumed.faults.profile == stays.faults.profile
    assert struck(resumed, 50) == struck(stays, 50)


def test_a_draw_during_the_saving_is_not_in_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws go on while a state is written, which has those of its own moment."""
    engine = new_engine(faults=PROFILE)
    struck(engine, 3)
    copies = snapshot._copies

    def drawn_first(*arguments: Any, **named: Any) -> dict[int, Any]:
        assert engine.faults.profile is not None
        engine.faults.profile.delay("delay", "GetUser")
        struck(engine, 1)
        return copies(*arguments, **named)

    monkeypatch.setattr(snapshot, "_copies", drawn_first)
    resumed = restart(engine)
    assert resumed.faults.profile is not None
    assert resumed.faults.profile.calls == {"error SignUp": 3}


def test_a_late_email_comes_after_a_restart() -> None:
    """It keeps its time, and its names find it."""
    engine = new_engine(faults="email-late:1:30s")
    new_walker(engine, confirmed=False)
    resumed = restart(engine)
    assert resumed.outbox.messages() == []
    resumed.clock.set(START + 30)
    (message,) = resumed.outbox.messages(username="alice@example.com")
    assert message.sent_at == START


def test_a_late_email_is_a_secret() -> None:
    """It has a code, so that a state without secrets leaves it out."""
    engine = new_engine(faults="email-late:1:30s")
    new_walker(engine, confirmed=False)
    document = exported(engine, secrets=False)
    assert "late_messages" not in document["contents"]


def test_a_state_without_a_profile_has_no_new_part() -> None:
    """Releases that know no profile read it."""
    engine = new_engine()
    assert not {"fault_profile", "late_messages"} & set(exported(engine)["contents"])


def test_the_settings_go_before_the_state() -> None:
    """A profile that the emulator is started with replaces the saved one, and ``off`` ends it."""
    document = exported(new_engine(faults=PROFILE))
    replaced = with_settings("drop:0.1", document).faults.profile
    assert replaced is not None
    assert replaced.text() == "drop:0.1"
    assert with_settings("off", document).faults.profile is None
    assert with_settings("", document).faults.profile is not None


@pytest.mark.parametrize(
    ("member", "value", "problem"),
    [
        ("rate", 2.0, "the rate of throttle is 2.0"),
        ("kind", "nothing", "no kind 'nothing'"),
        ("rate", "often", "wrong type"),
    ],
)
def test_a_profile_that_cannot_be_used_is_refused(member: str, value: Any, problem: str) -> None:
    """A changed file is one error, and the emulator stays without a profile."""
    document = exported(new_engine(faults=PROFILE))
    document["contents"]["fault_profile"]["rules"][0][member] = value
    with pytest.raises(StateError, match=problem):
        imported(document)
