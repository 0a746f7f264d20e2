"""Latencies of a run: from all workers, by operation and step, with errors by their kind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.plugin.conftest import Inner, the_one_line

SOURCE = """
import os
import pytest
from botocore.exceptions import ClientError

def wrong_password(actions, person):
    actions.initiate_auth("USER_PASSWORD_AUTH", {"USERNAME": person.username, "PASSWORD": "x"})

@pytest.fixture
def throttled(cognito_faults):
    cognito_faults.plan("SignUp", code="TooManyRequestsException", status=400)

def test_expects_the_refusal(cognito_actions, cognito_confirmed):
    with pytest.raises(ClientError):
        wrong_password(cognito_actions, cognito_confirmed)

def test_fails(cognito_actions, cognito_confirmed):
    wrong_password(cognito_actions, cognito_confirmed)

def test_expects_the_throttle(throttled, cognito_actions, cognito_person):
    with pytest.raises(ClientError, match="TooManyRequests"):
        cognito_actions.sign_up(
            cognito_person.username, cognito_person.password, cognito_person.attributes
        )
"""
CRASHING = """
import os
import pytest

@pytest.mark.parametrize("number", range(4))
def test_it(number, cognito_signed_up):
    if number == 1:
        os._exit(1)
"""
WITHOUT_LIBRARY = """
import sys
sys.modules["hdrh"] = None
"""


def saved(pytester: pytest.Pytester) -> dict[str, Any]:
    """Return what the inner run wrote to its file."""
    found: dict[str, Any] = json.loads((pytester.path / "calls.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("workers", [(), ("-p", "xdist.plugin", "-n", "2")], ids=["one", "two"])
def test_errors_are_told_apart(
    inner: Inner, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    """A refusal that a test expects, one that fails it, and a throttle count apart, as in one run.

    The table shows them beside the percentiles, and the file has the histograms.
    """
    result = inner(*workers, "--cognito-latencies=calls.json", source=SOURCE)
    result.assert_outcomes(passed=2, failed=1)
    found = saved(pytester)
    sign_in = found["operations"]["InitiateAuth"]
    assert (sign_in["sent"], sign_in["refused"], sign_in["failed"]) == (2, 1, 1)
    assert sign_in["codes"] == {"NotAuthorizedException": 2}
    sign_up = found["operations"]["SignUp"]
    assert (sign_up["sent"], sign_up["throttled"], sign_up["failed"]) == (3, 1, 0)
    assert found["quotas"]["UserCreation"]["allowed_per_second"] == 50
    assert [step["step"] for step in found["steps"] if step["operation"] == "InitiateAuth"] == [
        "USER_PASSWORD_AUTH"
    ]
    output = result.stdout.str()
    assert "- Cognito calls -" in output
    result.stdout.re_match_lines(
        [
            r"latencies in ms +calls +throttled +refused +failed +p50 +p90 +p95 +p99 +max +per s",
            r"InitiateAuth +2 +0 +1 +1 .*",
            r"  USER_PASSWORD_AUTH +2 +0 +1 +1 .*",
            r"SignUp +3 +1 +0 +0 .*",
            r"total .*",
            r"quota UserCreation: .* per second of 50 allowed, 1 throttled",
            r"errors: NotAuthorizedException 2, TooManyRequestsException 1",
        ]
    )


def test_nothing_secret_is_in_the_file(inner: Inner, pytester: pytest.Pytester) -> None:
    """The file has no name of a user, no token, no password and no code."""
    source = """
def test_it(cognito_signed_in, cognito_person):
    with open("secrets.txt", "w") as file:
        print(cognito_person.username, cognito_person.password.reveal(), file=file)
"""
    inner("--cognito-latencies=calls.json", source=source).assert_outcomes(passed=1)
    text = (pytester.path / "calls.json").read_text(encoding="utf-8")
    for secret in (pytester.path / "secrets.txt").read_text(encoding="utf-8").split():
        assert secret not in text


def test_plots_are_in_the_html_report(inner: Inner, pytester: pytest.Pytester) -> None:
    """The report of pytest-html shows plots, which need nothing from the network."""
    result = inner(
        *("-p", "pytest_html.plugin", "-p", "pytest_metadata.plugin"),
        *("--html=report.html", "--self-contained-html", "--cognito-latencies=calls.json"),
        source=SOURCE,
    )
    result.assert_outcomes(passed=2, failed=1)
    page = (pytester.path / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg ") == 2
    assert "InitiateAuth USER_PASSWORD_AUTH" in page
    plots = page[page.index("<svg ") : page.rindex("</svg>")]
    assert "http" not in plots.replace("http://www.w3.org/2000/svg", "")


def test_crashed_worker_leaves_the_rest(inner: Inner, pytester: pytest.Pytester) -> None:
    """A worker that crashes fails its test alone; the calls of the others are shown and saved."""
    result = inner(
        *("-p", "xdist.plugin", "-n", "2"), "--cognito-latencies=calls.json", source=CRASHING
    )
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.re_match_lines(
        [r"cognito: worker gw\d has crashed; its calls are not in the latencies"]
    )
    assert 1 <= saved(pytester)["operations"]["SignUp"]["sent"] <= 3


def test_nothing_is_recorded_unless_asked_for(inner: Inner) -> None:
    """Without the options there is no table, and the library is not even imported."""
    source = """
import sys
def test_it(cognito_signed_up): pass
def test_library(): assert "hdrh" not in sys.modules
"""
    result = inner(source=source)
    result.assert_outcomes(passed=2)
    assert "Cognito calls" not in result.stdout.str()


def test_run_without_calls_writes_an_empty_file(inner: Inner, pytester: pytest.Pytester) -> None:
    """The file of an earlier run does not pass for that of a run that called nothing."""
    (pytester.path / "calls.json").write_text("{}", encoding="utf-8")
    result = inner("--cognito-latencies=calls.json", source="def test_it(): pass")
    result.assert_outcomes(passed=1)
    assert "no call of Cognito was recorded, so calls.json has none" in result.stdout.str()
    assert saved(pytester)["total"]["sent"] == 0


def test_collecting_alone_leaves_the_file(inner: Inner, pytester: pytest.Pytester) -> None:
    """--collect-only carries no test out, so it writes nothing."""
    inner("--cognito-latencies=calls.json", "--collect-only", source="def test_it(): pass")
    assert not (pytester.path / "calls.json").exists()


def test_errors_of_an_expected_failure_have_failed(inner: Inner, pytester: pytest.Pytester) -> None:
    """A test that failed as its mark says did not expect the error of its call."""
    source = SOURCE.replace("def test_fails", "@pytest.mark.xfail\ndef test_fails")
    result = inner("--cognito-latencies=calls.json", source=source)
    result.assert_outcomes(passed=2, xfailed=1)
    found = saved(pytester)["operations"]["InitiateAuth"]
    assert (found["refused"], found["failed"]) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--cognito-latencies=missing/calls.json"], "its folder does not exist"),
        (["--cognito-latencies=."], "it is a folder, not a file"),
        (["--cognito-latencies=calls.json", "--cognito-target=stub"], "stub sends no calls"),
    ],
)
def test_misuse_is_one_line(inner: Inner, arguments: list[str], said: str) -> None:
    """A file that cannot be written, and a target without calls, end the run with one line."""
    result = inner(*arguments, source="def test_it(cognito_settings): pass")
    assert result.ret == 2
    line = the_one_line(result)
    assert "--cognito-latencies: cannot use" in line
    assert said in line


def test_missing_library_is_one_line(inner: Inner, pytester: pytest.Pytester) -> None:
    """Without hdrhistogram, one line says what to install."""
    pytester.makepyfile(sitecustomize=WITHOUT_LIBRARY)
    result = inner(
        "--cognito-latencies=calls.json",
        source="def test_it(cognito_settings): pass",
        PYTHONPATH=f"{pytester.path}:{_path()}",
    )
    assert result.ret == 2
    assert "it needs hdrhistogram, which is not installed: pip install" in the_one_line(result)


def _path() -> str:
    from tests.support.sources import ROOT

    return str(ROOT)
