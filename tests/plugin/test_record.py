"""The record of a run: complete, readable whatever ends the run, and without secrets."""

from __future__ import annotations

import json
import stat
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from harness.verdicts.run_record import RunRecord, read_record
from tests.plugin.conftest import Inner, the_one_line
from tests.support.sources import ROOT

XDIST = ("-p", "xdist.plugin", "-n", "2")
RECORD = "--cognito-record=run.jsonl"
SHORT = "def test_it(cognito_settings): pass"
EITHER_WAY = pytest.mark.parametrize("workers", [(), XDIST], ids=["one_process", "workers"])
STACK = ROOT / "stack" / "cognito-mfa-pool.yaml"

SOURCE = """
import pytest
from harness import check

@pytest.mark.cognito_pool(mfa="ON")
def test_holds(cognito_signed_in):
    '''A sign-in gives tokens.'''
    check(bool(cognito_signed_in.tokens), "there are no tokens", facts="A001")

def test_fails(cognito_signed_up):
    check(False, "the user is another", answered="somebody")

def test_skipped(cognito_pool): pytest.skip("not here")
"""


def record_of(pytester: pytest.Pytester) -> RunRecord:
    """Return the record of the inner run."""
    return read_record(pytester.path / "run.jsonl")


@EITHER_WAY
def test_record_of_a_run(inner: Inner, pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    """The record says what was run, and has each test with its checks, calls and verdict.

    A call has the types of all members of its response, also of those that are masked.
    """
    inner(*workers, RECORD, "--cognito-seed=7", source=SOURCE)
    found = record_of(pytester)
    assert (found.run.target, found.run.service, found.run.seed) == ("emulator", "in process", 7)
    assert found.run.settings["seed"] == {"value": "7", "source": "command line"}
    assert {"python", "pytest", "boto3"} <= set(found.run.versions)
    by_name = {line.id.partition("::")[2]: line for line in found.scenarios}
    outcomes = {name: (line.outcome, line.verdict) for name, line in by_name.items()}
    assert outcomes == {
        "test_holds": ("passed", "holds"),
        "test_fails": ("failed", "answered otherwise"),
        "test_skipped": ("skipped", None),
    }
    assert by_name["test_holds"].sentence == "A sign-in gives tokens."
    assert by_name["test_fails"].checks[0].answered == "somebody"
    assert found.end is not None
    assert found.end.exit_code == 1
    last = by_name["test_holds"].calls[-1]
    assert last["answer"]["AuthenticationResult"]["AccessToken"] == "[redacted]"
    assert last["shape"]["AuthenticationResult"] == "structure"
    assert last["shape"]["AuthenticationResult.AccessToken"] == "string"
    assert last["shape"]["AuthenticationResult.ExpiresIn"] == "integer"


SECRETS = """
import pytest
from harness import Check, Secret, Verdict, check, note_check

@pytest.fixture(scope="session")
def lasting(cognito_settings): return Secret("lasting-S3cret-of-the-run")

@pytest.fixture
def own(cognito_signed_in, cognito_person):
    return [Secret("planted-S3cret-of-a-test"), cognito_person.password,
            cognito_signed_in.tokens.access]

def said(own, lasting): return " ".join(each.reveal() for each in (*own, lasting))

def test_message(own, lasting):
    check(False, said(own, lasting), answered=said(own, lasting), expected=said(own, lasting))

def test_error(own, lasting): raise ValueError(said(own, lasting))

def test_noted(own, lasting):
    note_check(Check(said(own, lasting), Verdict.HOLDS))

def test_skipped(own, lasting): pytest.skip(said(own, lasting))

@pytest.mark.xfail(reason="known")
def test_xfail(own, lasting): assert said(own, lasting) == ""

def test_call(own, lasting, cognito_actions):
    cognito_actions.client.list_users(UserPoolId=cognito_actions.app.user_pool_id,
                                      Filter=f'username = "{lasting.reveal()}"')
    with open("secrets.txt", "a") as file:
        print(said(own, lasting), file=file)

@pytest.fixture
def noting(pytestconfig, lasting):
    from harness.plugin.report.end_notes import add_end_note
    add_end_note(pytestconfig, lasting.reveal())

def test_end_note(noting): pass
"""


@EITHER_WAY
def test_record_has_no_secrets(
    inner: Inner, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    """Whatever a test says, and wherever it says it, the record has no secret of test or run."""
    inner(*workers, RECORD, source=SECRETS)
    text = (pytester.path / "run.jsonl").read_text(encoding="utf-8")
    known = (pytester.path / "secrets.txt").read_text(encoding="utf-8").split()
    assert len(known) == 4
    assert not [secret for secret in known if secret in text]
    assert "S3cret" not in text
    assert "eyJ" not in text
    found = record_of(pytester)
    masked = [line.id for line in found.scenarios if "[redacted]" in json.dumps(line.reason)]
    assert [name.partition("::")[2] for name in masked] == ["test_skipped"]
    assert found.end is not None
    assert "[redacted]" in found.end.notes


def test_record_is_private(inner: Inner, pytester: pytest.Pytester) -> None:
    """Others cannot read a new record, since it names users; an old one keeps its permissions.

    A run that only lists its tests leaves it as it is.
    """
    path = pytester.path / "run.jsonl"
    inner(RECORD, source=SHORT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    before = path.read_bytes()
    assert inner(RECORD, "--collect-only").ret == 0
    assert path.read_bytes() == before
    inner(RECORD)
    assert path.read_bytes() != before
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--cognito-record=missing/run.jsonl"], "its folder does not exist"),
        (["--cognito-record=."], "it is a folder, not a file"),
        (["--cognito-record=other.txt"], "the file exists, and is no record of a run"),
        (
            ["--cognito-record=both.json", "--cognito-latencies=./both.json"],
            "--cognito-latencies names the same file",
        ),
    ],
)
def test_file_that_cannot_be_a_record(
    inner: Inner, pytester: pytest.Pytester, arguments: list[str], said: str
) -> None:
    """A place for the record that cannot be used ends the run with one line, before any test."""
    other = pytester.path / "other.txt"
    other.write_text("mine", encoding="utf-8")
    result = inner(*arguments, source=SHORT)
    assert result.ret == 2
    line = the_one_line(result)
    assert "--cognito-record: cannot use" in line
    assert said in line
    assert other.read_text(encoding="utf-8") == "mine"


@EITHER_WAY
def test_run_that_comes_to_no_test(
    inner: Inner, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    """A wrong path or a module that cannot be imported destroys no record, and makes none."""
    path = pytester.path / "run.jsonl"
    assert inner(*workers, RECORD, "missing.py", source=SHORT).ret != 0
    assert not path.exists()
    assert inner(RECORD, source=SHORT).ret == 0
    before = path.read_bytes()
    assert inner(*workers, RECORD, "missing.py", source=SHORT).ret != 0
    assert path.read_bytes() == before
    assert inner(*workers, RECORD, source="import missing_module").ret != 0
    assert path.read_bytes() == before


STOPPED = """
import os

def test_first(cognito_signed_up): pass

def test_stops(cognito_signed_up): {stop}

def test_never(cognito_signed_up): pass
"""


def test_interrupted_run(inner: Inner, pytester: pytest.Pytester) -> None:
    """After Ctrl-C the record has what was finished, and its end."""
    inner(RECORD, source=STOPPED.format(stop="raise KeyboardInterrupt"))
    found = record_of(pytester)
    assert [line.id for line in found.scenarios] == ["test_inner.py::test_first"]
    assert found.end is not None
    assert found.end.exit_code == 2


def test_killed_run(inner: Inner, pytester: pytest.Pytester) -> None:
    """A run that is killed leaves a record of what was finished, without an end."""
    inner(RECORD, source=STOPPED.format(stop="os._exit(9)"))
    found = record_of(pytester)
    assert [line.id for line in found.scenarios] == ["test_inner.py::test_first"]
    assert found.end is None


def test_run_with_misuse(inner: Inner, pytester: pytest.Pytester) -> None:
    """A run whose settings cannot be used ends after its collection, and has no record."""
    source = "def test_it(cognito_pool): pass"
    result = inner(source=source, COGNITO_HARNESS_RECORD="run.jsonl", COGNITO_HARNESS_MAX_USERS="0")
    assert result.ret == 2
    assert not (pytester.path / "run.jsonl").exists()


@EITHER_WAY
def test_repetitions_and_latencies(
    inner: Inner, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    """Each repetition has a line of its own, and the end has the latencies of all calls."""
    source = "def test_it(cognito_signed_up): pass"
    inner(*workers, RECORD, "-p", "pytest_repeat", "--cognito-repeat=3", source=source)
    found = record_of(pytester)
    assert len({line.id for line in found.scenarios}) == 3
    assert all(len(line.calls) == 1 for line in found.scenarios)
    assert found.end is not None
    assert found.end.latencies["operations"]["SignUp"]["sent"] == 3


@EITHER_WAY
def test_findings(inner: Inner, pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    """The end has what an audit found, once, whichever workers did it."""
    source = """
    import pytest
    @pytest.mark.parametrize("number", [1, 2, 3, 4])
    def test_it(cognito_audit, number): pass
    """
    inner(*workers, RECORD, f"--cognito-pool={STACK}", "--cognito-audit=strict", source=source)
    end = record_of(pytester).end
    assert end is not None
    ids = [(each["id"], each["part"]) for each in end.findings]
    assert len(ids) == len(set(ids)) > 5
    assert {each["outcome"] for each in end.findings} <= {"passed", "failed", "waived", "unknown"}


OTHER_WORDS = """
import pytest
from scenarios.support.refusals import Refusal, refused

@pytest.mark.parametrize("texts", [("Somebody has it",), ("User already exists",)])
def test_words(cognito_actions, cognito_signed_up, texts):
    person = cognito_signed_up
    with refused(Refusal("UsernameExistsException", texts)):
        cognito_actions.sign_up(person.username, person.password, person.attributes)
"""
NOTE = "cognito: 1 refusals came in other words, in 1 tests that passed; --cognito-texts=strict*"


@EITHER_WAY
def test_words_that_do_not_decide(
    inner: Inner, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    """With codes, a refusal in other words is noted and counted, and fails nothing."""
    result = inner(*workers, RECORD, "--cognito-texts=codes", source=OTHER_WORDS)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines([NOTE])
    found = record_of(pytester)
    assert {line.verdict for line in found.scenarios} == {"holds", "refused in other words"}
    assert found.end is not None
    assert len(found.end.notes) == 1


def test_words_that_decide(inner: Inner, pytester: pytest.Pytester) -> None:
    """On our own targets a refusal in other words fails its test by default."""
    result = inner(RECORD, source=OTHER_WORDS)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("*came in other words*")
    assert {line.verdict for line in record_of(pytester).scenarios} == {
        "holds",
        "refused in other words",
    }


def properties(path: Path) -> dict[str, dict[str, Any]]:
    """Return the properties of each test in a file of JUnit's XML."""
    return {
        str(case.get("name")): {
            str(each.get("name")): each.get("value") for each in case.iter("property")
        }
        for case in ET.parse(path).iter("testcase")
    }


@EITHER_WAY
def test_junit_has_properties(
    inner: Inner, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    """JUnit's XML says target, seed, pool, variant and verdict of each test that uses Cognito."""
    source = SOURCE + "\ndef test_other(record_property): record_property('mine', 1)\n"
    inner(*workers, "--junitxml=junit.xml", "--cognito-seed=7", source=source)
    found = properties(pytester.path / "junit.xml")
    assert found["test_other"] == {"mine": "1"}
    holds = found["test_holds"]
    assert holds.pop("cognito_user_pool_id").startswith("us-east-1_")
    assert holds == {
        "cognito_target": "emulator",
        "cognito_seed": "7",
        "cognito_variant": "mfa ON",
        "cognito_verdict": "holds",
    }
    assert found["test_fails"]["cognito_verdict"] == "answered otherwise"
    assert "cognito_verdict" not in found["test_skipped"]
