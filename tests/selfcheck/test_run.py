"""The self-proof really run, on a few scenarios with a few faults."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.selfcheck.conductor import CAN_FORK
from harness.selfcheck.fault import faults_of
from harness.selfcheck.jobs import Job, JobResult, Outcome
from harness.selfcheck.result import End, FaultResult, Result
from harness.selfcheck.run import Plan, selfcheck
from harness.selfcheck.selection import Limits
from harness.verdicts.verdict import Verdict
from tests.support.sources import ROOT

TABLE = "tests.selfcheck.strange_faults"
SESSIONS = ROOT / "scenarios" / "test_sessions.py"
ONCE = "sessions::session_is_good_only_once"

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="a worker forks for each fault")


def plan(*names: str, seconds: float = 60.0) -> Plan:
    """Return a run with some of the strange faults, on the scenarios about sessions."""
    faults = tuple(fault for fault in faults_of(TABLE) if fault.id in names)
    return Plan(SESSIONS, faults, table=TABLE, workers=1, limits=Limits(seconds=seconds))


@pytest.fixture(scope="module")
def said() -> list[str]:
    """The progress of the run."""
    return []


@pytest.fixture(scope="module")
def result(said: list[str]) -> Result:
    """A run with each strange fault but the endless one."""
    return selfcheck(plan("found", "harmless", "all-refused", "broken"), said.append)


def of(result: Result, name: str) -> FaultResult:
    """Return how one fault ended."""
    return next(fault for fault in result.faults if fault.id == name)


def test_fault_is_noticed_by_the_scenario_about_it(result: Result) -> None:
    """A planted fault ends as noticed, with scenario, verdict and message."""
    found = of(result, "found")
    assert found.end is End.NOTICED
    assert not found.counts_against
    assert found.notices[0].scenario == ONCE
    assert found.notices[0].verdict == "not refused"
    assert "refuse" in found.notices[0].message


def test_harmless_change_stays_green(result: Result) -> None:
    """A change that makes no difference is noticed by nothing, and counts against the proof."""
    harmless = of(result, "harmless")
    assert harmless.end is End.GREEN
    assert harmless.counts_against
    assert harmless.ran > 1


def test_fault_that_breaks_everything_fails_for_another_reason(result: Result) -> None:
    """Scenarios that fail because nothing works have not noticed what the fault is about."""
    refused = of(result, "all-refused")
    assert refused.end is End.OTHER_REASON
    assert refused.counts_against
    assert refused.notices[0].message


def test_dead_service_is_no_reason_for_what_is_answered_otherwise() -> None:
    """A refused sign-up does not show a fault whose checks say something else."""
    main_job = replace(plan("dead"), folder=SESSIONS.with_name("test_main_job.py"), whole=False)
    dead = of(selfcheck(main_job, lambda _: None), "dead")
    assert dead.end is End.OTHER_REASON
    assert dead.counts_against
    assert dead.notices[0].verdict == "answered otherwise"
    assert "SignUp was refused" in dead.notices[0].message


def test_error_inside_the_emulator_is_no_notice(result: Result) -> None:
    """A scenario that fails because the emulator itself falls over does not count."""
    broken = of(result, "broken")
    assert broken.end is End.BROKEN
    assert broken.counts_against


def test_scenario_that_notices_nothing_is_listed(result: Result) -> None:
    """Whatever scenario has noticed no fault is named, and the one that has is not."""
    assert ONCE not in result.idle
    assert "sessions::made_up_session_is_refused" in result.idle
    assert not result.passed


def test_progress_has_a_line_for_each_fault(result: Result, said: list[str]) -> None:
    """The run says how many scenarios pass at first, and then how each fault ended."""
    assert "pass on a truthful Cognito" in said[0]
    assert [line.split("]")[0] for line in said[1:5]] == ["[1/4", "[2/4", "[3/4", "[4/4"]
    assert said[1].startswith(f"[1/4] found: noticed by {ONCE}")


def test_fault_that_takes_too_long_is_ended() -> None:
    """A scenario that hangs costs no more than the time limit, and is a result of its own."""
    found = selfcheck(replace(plan("endless", seconds=5.0), whole=False), lambda _: None)
    assert of(found, "endless").end is End.TOO_LONG
    assert not found.passed


def test_each_fault_has_a_process_of_its_own_where_there_is_no_fork() -> None:
    """Without fork a worker carries out one job and ends, with the same results."""
    without = replace(plan("found", "harmless"), forks=False, whole=False)
    found = selfcheck(without, lambda _: None)
    assert [fault.end for fault in found.faults] == [End.NOTICED, End.GREEN]


def test_reason_lets_a_fault_stay_unnoticed() -> None:
    """A fault with a reason does not count, unless it is noticed after all."""
    reasons = {"harmless": "it is no fault", "found": "it was never noticed before"}
    found = selfcheck(
        replace(plan("found", "harmless"), unnoticed=reasons, whole=False), lambda _: None
    )
    assert not of(found, "harmless").counts_against
    assert of(found, "found").counts_against
    assert not found.passed


def test_scenarios_must_pass_before_faults_are_planted(tmp_path: Path) -> None:
    """A scenario that fails on a truthful Cognito ends the run with its name."""
    failing = tmp_path / "test_failing.py"
    failing.write_text('def test_x() -> None:\n    """Fails."""\n    raise AssertionError("no")\n')
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["harness.plugin"]\n')
    wrong = replace(plan("found"), folder=failing)
    with pytest.raises(HarnessError, match=r"truthful Cognito first: .*test_x"):
        selfcheck(wrong, lambda _: None)


def test_workers_are_gone_after_the_run(result: Result) -> None:
    """No worker process outlives the run."""
    assert result.faults
    if sys.platform != "linux":
        pytest.skip("only Linux shows the children of a process as files")
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    lines = (Path(f"/proc/{child}/cmdline") for child in children)
    assert not [line for line in lines if b"harness.selfcheck.worker" in line.read_bytes()]


@pytest.mark.parametrize(
    ("scenario", "message", "notices"),
    [
        ("late", "UserConfirmed of SignUp is True, expected False", True),
        ("late", "SignUp was refused", False),
        ("other", "UserConfirmed of SignUp is True, expected False", False),
    ],
)
def test_scenario_notices_late_by_the_same_rule(
    monkeypatch: pytest.MonkeyPatch, scenario: str, message: str, *, notices: bool
) -> None:
    """A scenario that is tried last counts if it shows the fault, and the result has the pair."""
    node_id = f"test_sessions.py::test_{scenario}"
    passed = Outcome(node_id, "passed", operations=("SignUp",))
    failed = replace(passed, outcome="failed", verdict=Verdict.ANSWERED_OTHERWISE, message=message)
    told = {"": passed, "dead": failed}

    class Scripted:
        """Workers whose first try of the fault meets nothing."""

        tried = 0

        def __init__(self, *_: object, **__: object) -> None:
            """Take what real ones take."""

        def __enter__(self) -> Scripted:
            return self

        def __exit__(self, *_: object) -> None:
            """End nothing."""

        def node_ids(self) -> list[str]:
            return [node_id]

        def map(self, jobs: list[Job]) -> list[JobResult]:
            self.tried += 1
            return [JobResult((told[job.fault],) if self.tried != 2 else ()) for job in jobs]

    monkeypatch.setattr("harness.selfcheck.run.Workers", Scripted)
    fault = replace(plan("dead").faults[0], noticed_by=("sessions::late",))
    found = selfcheck(replace(plan(), faults=(fault,), idle={}), lambda _: None)
    assert (found.idle == {}) is notices
    assert [each.scenario for each in of(found, "dead").notices] == ["sessions::late"] * notices


def test_reason_of_a_scenario_that_notices_a_fault_is_needless() -> None:
    """A scenario that may notice nothing counts against the proof if it notices a fault."""
    reasoned = replace(plan("found"), idle={ONCE: "it is about nothing"})
    found = selfcheck(reasoned, lambda _: None)
    assert found.needless == (ONCE,)
    assert ONCE not in found.idle
    assert not found.passed
