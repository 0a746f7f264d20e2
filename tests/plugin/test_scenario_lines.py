"""The line about each test of a run, in any process, and whatever ends the test."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.plugin.conftest import Inner

XDIST = ("-p", "xdist.plugin", "-n", "2")
WRITES = """
import json
from dataclasses import asdict
from harness.plugin.run.scenario_lines import scenario_lines

def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        lines = [asdict(line) for line in scenario_lines(session.config)]
        session.config.rootpath.joinpath("lines.json").write_text(json.dumps(lines))
"""
SOURCE = """
import os
from dataclasses import dataclass
from enum import Enum
import pytest
from harness import Check, Verdict, check, note_check

class Flow(Enum):
    BY_SRP = "x"

@dataclass(frozen=True)
class Variant:
    flow: Flow
    engine: str = "native"

@pytest.mark.parametrize("variant", [Variant(Flow.BY_SRP)], ids=["srp"])
@pytest.mark.cognito_pool(mfa="ON")
def test_holds(cognito_pool, variant):
    '''It holds.

    In all cases.
    '''
    check(True, "it does not hold", facts="A001")

@pytest.mark.cognito_pool(mfa="OPTIONAL", auth_session_validity=5)
@pytest.mark.cognito_flow("USER_PASSWORD_AUTH")
def test_fails(cognito_signed_up):
    '''It fails.'''
    check(False, "it was another", answered="seven")

@pytest.fixture
def broken(cognito_signed_up): raise ValueError("the set-up\\nis broken")

def test_setup(broken): pass

@pytest.fixture
def leaking(cognito_pool):
    yield
    raise ValueError("left")

def test_teardown(leaking): check(True, "no")

def test_finding_and_teardown(leaking): check(False, "it was another")

def test_skipped(cognito_pool): pytest.skip("not here")

@pytest.mark.xfail(reason="known")
def test_xfail(cognito_pool): check(False, "as known")

@pytest.mark.xfail(reason="better")
def test_xpass(cognito_pool): pass

def test_plain(): note_check(Check("nobody asks", Verdict.HOLDS))
"""
EXPECTED = {
    "test_holds[srp]": ("passed", "holds"),
    "test_fails": ("failed", "answered otherwise"),
    "test_setup": ("failed", "could not be asked"),
    "test_teardown": ("failed", "could not be asked"),
    "test_finding_and_teardown": ("failed", "answered otherwise"),
    "test_skipped": ("skipped", None),
    "test_xfail": ("xfailed", "answered otherwise"),
    "test_xpass": ("xpassed", "holds"),
}


def lines(pytester: pytest.Pytester) -> dict[str, dict[str, Any]]:
    """Return the lines of the inner run by the name of the test."""
    found = json.loads((pytester.path / "lines.json").read_text(encoding="utf-8"))
    return {line["id"].partition("::")[2]: line for line in found}


@pytest.mark.parametrize("workers", [(), XDIST], ids=["one_process", "workers"])
def test_each_test_has_a_line(
    inner: Inner, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    """Every test that uses Cognito gets a line with its outcome and its verdict, no other does."""
    pytester.makeconftest(WRITES)
    inner(*workers, source=SOURCE)
    found = lines(pytester)
    verdicts = {name: (line["outcome"], line["verdict"]) for name, line in found.items()}
    assert verdicts == EXPECTED
    assert {line["area"] for line in found.values()} == {"inner"}
    assert {line["worker"] for line in found.values()} <= ({"gw0", "gw1"} if workers else {""})
    assert all(line["started_at"] > 1e9 and line["duration_seconds"] > 0 for line in found.values())


def test_what_a_line_says(inner: Inner, pytester: pytest.Pytester) -> None:
    """A line has the sentence, the variant, the checks, the pool, and why the test failed."""
    pytester.makeconftest(WRITES)
    inner(source=SOURCE)
    found = lines(pytester)
    holds, fails = found["test_holds[srp]"], found["test_fails"]
    assert holds["sentence"] == "It holds."
    assert holds["variant"] == {"flow": "BY_SRP", "engine": "native"}
    assert [(each["verdict"], each["facts"]) for each in holds["checks"]] == [("holds", "A001")]
    assert holds["pool"]["mfa"] == "ON"
    assert "auth_session_validity" not in holds["pool"]
    assert fails["variant"] == {
        "mfa": "OPTIONAL",
        "auth_session_validity": "5",
        "flow": "USER_PASSWORD_AUTH",
    }
    assert fails["pool"]["auth_session_validity"] == 5
    assert fails["pool"]["user_pool_id"].startswith("us-east-1_")
    assert fails["failure"]["first_line"] == "it was another"
    assert fails["calls"] == []
    said = found["test_setup"]["failure"]["first_line"]
    assert said == "in the set-up: ValueError: the set-up is broken"
    assert found["test_teardown"]["failure"]["first_line"] == "ValueError: left"
    assert found["test_skipped"]["reason"] == "not here"
    assert found["test_xfail"]["reason"] == "known"


LEAKS = """
import pytest
from harness import Check, Verdict, check, note_check

def test_said(cognito_signed_up, cognito_person):
    check(True, "the password is " + cognito_person.password.reveal())

def test_expected(cognito_signed_up, cognito_person):
    check(True, "it is another", expected=cognito_person.password.reveal())

def test_noted(cognito_signed_up, cognito_person):
    note_check(Check("it holds", Verdict.HOLDS, expected=cognito_person.password.reveal()))

def test_skipped(cognito_signed_up, cognito_person): pytest.skip(cognito_person.password.reveal())

@pytest.fixture(autouse=True)
def known(cognito_person):
    yield
    with open("known.txt", "a") as file:
        print(cognito_person.password.reveal(), file=file)
"""


@pytest.mark.parametrize("workers", [(), XDIST], ids=["one_process", "workers"])
def test_a_line_without_calls_has_no_secret(
    inner: Inner, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    """What a check that holds or the reason of a skip says is masked, though nothing failed."""
    pytester.makeconftest(WRITES)
    inner(*workers, source=LEAKS)
    found = lines(pytester)
    text = (pytester.path / "lines.json").read_text(encoding="utf-8")
    known = (pytester.path / "known.txt").read_text(encoding="utf-8").split()
    assert len(known) == 4
    assert not [password for password in known if json.dumps(password)[1:-1] in text]
    assert found["test_expected"]["checks"][0]["expected"] == ""
    assert found["test_said"]["checks"][0]["statement"].endswith("the password is [redacted]")


ECHOES = """
import pytest
from harness import Check, Secret, Verdict, note_check
from botocore.exceptions import ClientError

PASSWORD = Secret("Xy-77 @Planted.3-secret")

def echo():
    said = "no user has " + PASSWORD.reveal() + " here"
    raise ClientError({"Error": {"Code": "OtherException", "Message": said}}, "SignUp")

def test_refused(cognito_signed_up): echo()

@pytest.fixture
def leaking(cognito_signed_up):
    yield
    echo()

def test_teardown(leaking): pass

def test_noted(leaking):
    note_check(Check("it is refused", Verdict.OTHER_CODE,
                     answered="OtherException 'wrong: " + PASSWORD.reveal() + "'"))
"""


def test_a_cause_has_no_part_of_a_secret(inner: Inner, pytester: pytest.Pytester) -> None:
    """A password that the service repeats leaves nothing in the cause of any failure."""
    pytester.makeconftest(WRITES)
    inner(source=ECHOES)
    found = lines(pytester)
    assert all("[redacted]" in line["failure"]["cause"] for line in found.values())
    text = json.dumps([line["failure"] for line in found.values()])
    assert not [part for part in ("Xy-77", "Planted", "3-secret") if part in text]


def test_crashed_worker(inner: Inner, pytester: pytest.Pytester) -> None:
    """The test that a worker crashed in could not be asked, and the line says why."""
    source = """
    import os
    from harness import check
    def test_crash(cognito_pool):
        '''It ends.'''
        os._exit(3)
    def test_other(cognito_pool): check(True, "no")
    """
    pytester.makeconftest(WRITES)
    inner(*XDIST, source=source)
    found = lines(pytester)
    crashed = found["test_crash"]
    assert found["test_other"]["verdict"] == "holds"
    assert (crashed["outcome"], crashed["verdict"]) == ("failed", "could not be asked")
    assert crashed["sentence"] == "It ends."
    assert "crashed while running" in crashed["reason"]
    assert crashed["failure"]["first_line"] == crashed["reason"]


def test_crash_in_set_up(inner: Inner, pytester: pytest.Pytester) -> None:
    """A worker that crashes before a test begins leaves a line of what is known: its id."""
    source = """
    import os, pytest
    @pytest.fixture
    def ends(cognito_pool): os._exit(3)
    def test_crash(ends): pass
    """
    pytester.makeconftest(WRITES)
    inner("-p", "xdist.plugin", "-n", "1", source=source)
    crashed = lines(pytester)["test_crash"]
    assert (crashed["outcome"], crashed["area"]) == ("failed", "inner")
    assert crashed["verdict"] == "could not be asked"


def test_rerun(inner: Inner, pytester: pytest.Pytester) -> None:
    """A test that another plugin repeats until it passes has a line for each time."""
    reruns = """
import pytest
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    # As pytest-rerunfailures does it: no teardown is reported of what is repeated.
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        if report.failed:
            report.outcome = "rerun"
            item.ihook.pytest_runtest_logreport(report=report)
            break
        item.ihook.pytest_runtest_logreport(report=report)
    else:
        return True
    for report in runtestprotocol(item, nextitem=nextitem, log=False):
        item.ihook.pytest_runtest_logreport(report=report)
    return True
"""
    source = """
    from harness import check
    tries = []
    def test_flaky(cognito_signed_up):
        tries.append(1)
        check(len(tries) == 2, "it was not ready")
    """
    pytester.makeconftest(reruns + WRITES)
    inner(source=source)
    text = (pytester.path / "lines.json").read_text(encoding="utf-8")
    found = json.loads(text)
    assert [(line["outcome"], line["verdict"]) for line in found] == [
        ("failed", "answered otherwise"),
        ("passed", "holds"),
    ]
    assert [len(line["checks"]) for line in found] == [1, 1]
