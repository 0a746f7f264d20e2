"""The faults: enough of them, each different, and each about something that exists."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from harness.emulator.operations.table import OPERATIONS
from harness.selfcheck.exceptions import IDLE_SCENARIOS, UNNOTICED_FAULTS
from harness.selfcheck.fault import PlantedFault, scenario_name
from harness.selfcheck.faults import FAULTS
from harness.selfcheck.faults.messages import MESSAGES
from harness.selfcheck.planting import Planter
from harness.selfcheck.selection import touched_by
from harness.verdicts.verdict import Verdict
from tests.support.sources import ROOT

EACH = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)


def scenarios() -> list[str]:
    """Return the names of all scenarios, from their sources."""
    return [
        scenario_name(f"{path.name}::{node.name}")
        for path in sorted((ROOT / "scenarios").glob("test_*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


SCENARIOS = scenarios()


def test_there_are_enough() -> None:
    """At least 120 faults are of the service, and 40 of the settings of pools and clients."""
    kinds = Counter(fault.kind for fault in FAULTS)
    assert kinds["service"] >= 120
    assert kinds["pool"] >= 40


def test_each_is_a_fault_of_its_own() -> None:
    """No two faults have one id or one sentence."""
    for told in ([fault.id for fault in FAULTS], [fault.wrong for fault in FAULTS]):
        assert [each for each, count in Counter(told).items() if count > 1] == []


#: Settings that the scenarios do not yet tell from a fault of the service.
SHOWN_ALIKE = {"mfa-optional-instead-of-on", "rotation-on", "nothing-auto-verified", "reads-less"}


def test_few_faults_of_settings_are_shown_as_one_of_the_service_is() -> None:
    """Scenario and words that show a fault of the service show few of the settings."""
    service = {
        (fault.noticed_by, fault.verdicts, fault.message)
        for fault in FAULTS
        if fault.kind == "service" and fault.message
    }
    settings = [fault for fault in FAULTS if fault.kind == "pool"]
    alike = {
        fault.id
        for fault in settings
        if (fault.noticed_by, fault.verdicts, fault.message) in service
    }
    assert alike == SHOWN_ALIKE


@EACH
def test_fault_is_well_told(fault: PlantedFault) -> None:
    """An id is short words with hyphens; the sentence has no period and no capital at its start."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", fault.id)
    assert not fault.wrong.endswith(".")
    assert len(fault.wrong) <= 100
    first = fault.wrong.split()[0]
    assert first == first.lower() or not first.istitle()


@EACH
def test_scenarios_that_must_notice_it_exist(fault: PlantedFault) -> None:
    """Each pattern of a fault is of at least one scenario."""
    for pattern in fault.noticed_by:
        assert [name for name in SCENARIOS if fnmatchcase(name, pattern)], pattern


@EACH
def test_fault_that_is_answered_otherwise_has_the_words_that_show_it(fault: PlantedFault) -> None:
    """The words are needed for that verdict, and a refused sign-up or sign-in has none of them."""
    assert bool(fault.message) is (Verdict.ANSWERED_OTHERWISE in fault.verdicts)
    for operation in ("SignUp", "InitiateAuth", "RespondToAuthChallenge", "AdminCreateUser"):
        dead = f"{operation} was refused: InternalErrorException: the service is not available"
        assert not fault.message or not re.search(fault.message, dead)


def test_words_are_of_faults_that_exist() -> None:
    """Each entry of the table of words is of a fault."""
    assert MESSAGES.keys() == {fault.id for fault in FAULTS if fault.message}


@EACH
def test_fault_touches_something(fault: PlantedFault) -> None:
    """A fault replaces something, by which the scenarios that it concerns are found."""
    places, operations = touched_by(fault)
    assert places or operations
    assert operations <= OPERATIONS.keys()


def test_nothing_stays_planted() -> None:
    """After all faults were planted and removed, the emulator's table is what it was."""
    before = dict(OPERATIONS)
    for fault in FAULTS:
        planter = Planter()
        fault.plant(planter)
        planter.undo()
    assert before == OPERATIONS


def test_exceptions_are_of_what_exists() -> None:
    """A reason is for a fault and for a scenario that exist."""
    assert UNNOTICED_FAULTS.keys() <= {fault.id for fault in FAULTS}
    assert IDLE_SCENARIOS.keys() <= set(SCENARIOS)


class TestRightReason:
    """A scenario shows a fault if verdict and scenario, or verdict and fact, are those expected."""

    fault = PlantedFault(
        "some-fault", "it is wrong", "area", lambda _: None, ("sessions::*once",), facts="A142"
    )

    @pytest.mark.parametrize(
        ("scenario", "verdict", "facts", "shown"),
        [
            ("sessions::good_only_once", Verdict.NOT_REFUSED, "", True),
            ("sign_in::other", Verdict.NOT_REFUSED, "A100, A142", True),
            ("sign_in::other", Verdict.NOT_REFUSED, "A1420", False),
            ("sessions::good_only_once", Verdict.ANSWERED_OTHERWISE, "A142", False),
            ("sessions::good_only_once", None, "", False),
        ],
    )
    def test_it_is_told_apart(
        self, scenario: str, verdict: Verdict | None, facts: str, shown: bool
    ) -> None:
        """Another verdict, scenario or fact is not the reason."""
        assert self.fault.is_shown_by(scenario, verdict, facts, "") is shown

    @pytest.mark.parametrize(
        ("wanted", "message", "shown"),
        [
            ("UserConfirmed is True", "UserConfirmed is True, expected False", True),
            ("UserConfirmed is True", "SignUp was refused: it is closed", False),
            ("", "SignUp was refused: it is closed", False),
        ],
    )
    def test_words_tell_answers_apart(self, wanted: str, message: str, shown: bool) -> None:
        """A check that was answered otherwise must also have the words of the fault."""
        fault = replace(self.fault, verdicts=(Verdict.ANSWERED_OTHERWISE,), message=wanted)
        found = fault.is_shown_by(
            "sessions::good_only_once", Verdict.ANSWERED_OTHERWISE, "A142", message
        )
        assert found is shown

    def test_name_of_a_scenario_has_no_variant(self) -> None:
        """Module and function name a scenario."""
        node_id = "scenarios/test_sign_in.py::test_wrong_password_is_refused[user_srp-native]"
        assert scenario_name(node_id) == "sign_in::wrong_password_is_refused"
