"""Where scenarios about open questions run, and what they name."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.targets.base import Capability
from scenarios.support.choices import choice, why_not_asked
from tests.fidelity.choices import CHOICES, SETTLED_FACTS
from tests.scenarios.collected import Scenario, every_scenario

OWN = SimpleNamespace(capabilities=frozenset({Capability.ADMIN, Capability.CLOCK}))
FOREIGN = SimpleNamespace(capabilities=frozenset({Capability.ADMIN, Capability.PROVISIONING}))
#: The scenarios about open questions.
OPEN = [
    scenario
    for scenario in every_scenario()
    if any(mark.name == "choice" for mark in scenario.marks)
]


def reason(target: Any, expression: str = "", *, marked: bool = True) -> str | None:
    """Return why a scenario is not asked on a target."""
    marker = choice("A160").mark if marked else None
    item = SimpleNamespace(get_closest_marker=lambda name: marker)
    return why_not_asked(cast("pytest.Item", item), target, expression)


def test_choice_is_stated_where_the_emulator_runs() -> None:
    """On the emulator nothing is left out."""
    assert reason(OWN) is None


def test_foreign_service_is_not_held_to_a_choice() -> None:
    """On another service the scenario is skipped, and the reason names the fact."""
    assert "A160" in str(reason(FOREIGN))
    assert "A160" in str(reason(FOREIGN, "not choice"))
    assert reason(FOREIGN, marked=False) is None


@pytest.mark.parametrize("expression", ["choice", "choice and not exhaustive"])
def test_run_can_ask_the_open_questions(expression: str) -> None:
    """With ``-m choice`` the service is asked."""
    assert reason(FOREIGN, expression) is None


def test_there_are_open_questions() -> None:
    """The test below has something to judge."""
    assert len(OPEN) > 5


@pytest.mark.parametrize("scenario", OPEN, ids=lambda scenario: scenario.id)
def test_open_question_is_in_the_list(scenario: Scenario) -> None:
    """A scenario about an open question names a fact that is open, or a numbered choice."""
    named = [name for mark in scenario.marks if mark.name == "choice" for name in mark.args]
    known = {*SETTLED_FACTS, *(f"choice {number}" for number in CHOICES)}
    assert named
    assert set(named) <= known
