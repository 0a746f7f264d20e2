"""Every scenario is a line of specification, and asks for what it needs."""

from __future__ import annotations

import inspect
import re

import pytest

from tests.scenarios.collected import FOLDER, MODULES, Scenario, every_scenario

SCENARIOS = every_scenario()
each_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)

#: Fixtures by which a scenario reaches what not every target has. The mailbox, and people, who are
#: confirmed by a code or by an administrator, skip by themselves where there is neither.
NEEDS = {
    "time_passes": "clock",
    "unchanged": "admin",
}


def test_there_are_scenarios() -> None:
    """The tests below have something to judge."""
    assert len(MODULES) > 10
    assert len(SCENARIOS) > 100


@each_scenario
def test_docstring_is_one_sentence(scenario: Scenario) -> None:
    """The first line of a scenario's docstring is one sentence, and says what must hold."""
    text = inspect.getdoc(scenario.function)
    assert text is not None
    first_line, *more = text.split("\n")
    assert re.fullmatch(r"[A-Z`].*[^.]\.", first_line)
    assert ". " not in first_line.replace("exist.`", "exist`")
    assert not more or more[0] == ""


@each_scenario
def test_needs_are_named(scenario: Scenario) -> None:
    """A scenario names the capabilities that its fixtures rest on, so that it can be skipped."""
    taken = inspect.signature(scenario.function).parameters
    needed = {NEEDS[name] for name in taken if name in NEEDS}
    assert needed <= scenario.needs


@each_scenario
def test_administrators_operations_are_named(scenario: Scenario) -> None:
    """A scenario that calls as an administrator needs the capability ``admin``."""
    source = inspect.getsource(scenario.function)
    if re.search(r"\.(admin_\w+|list_users)\(", source):
        assert "admin" in scenario.needs


def test_names_are_not_used_twice() -> None:
    """No scenario hides another of the same name."""
    for module in MODULES:
        source = (FOLDER / f"{module}.py").read_text(encoding="utf-8")
        names = re.findall(r"^def (test_\w+)", source, re.MULTILINE)
        assert len(names) == len(set(names))
