"""One report in its formats for machines and terminals."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from harness.reports import junit, markdown, plain, sarif
from harness.reports.records import Record, Report

FAILED = Record(
    id="mfa-required",
    title="A second factor is required",
    outcome="failed",
    severity="high",
    part="Pool|A",
    setting="MfaConfiguration",
    message="MfaConfiguration of Pool|A is OFF, expected ON",
    reason="a stolen password is enough",
    fix="set it to <ON>",
    elsewhere=("Prowler cognito_user_pool_mfa_enabled",),
    file="stack/pool.yaml",
    line=12,
)
WAIVED = Record(
    id="client-hides-users",
    title="The client does not tell who exists",
    outcome="waived",
    severity="medium",
    part="web",
    setting="PreventUserExistenceErrors",
    message="it is LEGACY (until 2027-03-31: the old app)",
    reason="until 2027-03-31: the old app",
)
UNKNOWN = Record("device-tracking", "Tracked", "unknown", "low", "Pool", "Device", "not known")
PASSED = Record("password-symbol", "Symbols", "passed", "medium", "Pool", "Policy", "it is true")
REPORT = Report("Pool of pool.yaml", (FAILED, WAIVED, UNKNOWN, PASSED), ("a waiver ended",))


def test_json_can_be_read_back() -> None:
    """JSON is read back as an equal report."""
    assert plain.read_json(plain.render_json(REPORT)) == REPORT


@pytest.mark.parametrize("broken", ["{}", "[]", '{"title": "", "records": [{}], "notices": []}'])
def test_json_of_another_kind_is_refused(broken: str) -> None:
    """Other JSON is refused as not a report."""
    with pytest.raises(ValueError, match="not a report"):
        plain.read_json(broken)


def test_text_lists_what_is_wrong_and_counts_the_rest() -> None:
    """A failed record is shown with its location, reason and fix."""
    lines = plain.render_text(REPORT).splitlines()
    assert "    stack/pool.yaml:12" in lines
    assert "    fix: set it to <ON>" in lines
    assert lines[-2:] == ["note: a waiver ended", "1 failed, 1 waived, 1 unknown, 1 passed"]
    assert "password-symbol" not in plain.render_text(REPORT)


def test_text_of_nothing() -> None:
    """A report without records says so."""
    assert plain.render_text(Report("nothing", ())).endswith("nothing to report\n")


def test_markdown_is_one_table_that_nothing_breaks() -> None:
    """Bars and angle brackets in names do not end cells or start tags."""
    rows = [line for line in markdown.render(REPORT).splitlines() if line.startswith("|")]
    assert len(rows) == 2 + 3
    assert all(len(row.replace(r"\|", "").split("|")) == 7 for row in rows)
    assert r"\<ON\>" in rows[2]
    assert r"\(stack/pool.yaml:12\)" in rows[2]


def test_junit_has_a_case_for_each_record() -> None:
    """Failed records fail; waived and unknown records are skipped."""
    suite = ElementTree.fromstring(junit.render(REPORT).encode()).find("testsuite")
    assert suite is not None
    counts = {name: suite.get(name) for name in ("tests", "failures", "skipped")}
    assert counts == {"tests": "4", "failures": "1", "skipped": "2"}
    failure = suite.find("testcase[@name='mfa-required']/failure")
    assert failure is not None
    assert failure.get("message") == FAILED.message
    case = suite.find("testcase[@name='mfa-required']")
    assert case is not None
    assert (case.get("file"), case.get("line")) == ("stack/pool.yaml", "12")


def test_junit_has_no_control_characters() -> None:
    """A control character in a name does not make the file unreadable."""
    odd = Report("odd", (Record("a", "b", "failed", "low", "na\x01me", "c", "d\x00\ud800"),))
    case = ElementTree.fromstring(junit.render(odd).encode())[0][0]
    assert case.get("classname") == r"na\u0001me"
    assert case[0].get("message") == r"d\u0000\ud800"


def test_names_are_only_text_in_markdown() -> None:
    """A name makes no link, no image, no mention and no line of its own, wherever it is shown."""
    name = "![a](https://a.example) @all <b>\n# b"
    shown = markdown.render(Report(name, (Record(name, "b", "failed", "low", name, name, name),)))
    told = markdown.render(Report("a", (), (name,)))
    for text in (shown, told):
        assert "](" not in text.replace(r"\]\(", "")
        assert not re.search(r"(?<!\\)[@<!]", text)
        assert "\n#" not in text.removeprefix("#")


def test_names_are_only_text_on_a_terminal() -> None:
    """A name cannot color, hide or forge lines of a terminal."""
    name = "a\x1b[31m\n✓ b\u202e"
    text = plain.render_text(Report(name, (Record("a", "b", "failed", "low", name, "c", name),)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\n✓" not in text


def test_sarif_points_to_the_line_of_the_template() -> None:
    """Each result has its rule, level and location."""
    run = json.loads(sarif.render(REPORT))["runs"][0]
    rules, results = run["tool"]["driver"]["rules"], run["results"]
    assert [rules[result["ruleIndex"]]["id"] for result in results] == [
        "mfa-required",
        "client-hides-users",
    ]
    place = results[0]["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "stack/pool.yaml"},
        "region": {"startLine": 12},
    }
    assert [result["level"] for result in results] == ["error", "warning"]


def test_sarif_notes_what_is_unknown() -> None:
    """An unknown record is a notification and no result, so no tool shows it as a problem."""
    (run,) = json.loads(sarif.render(REPORT))["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is True
    (note,) = invocation["toolExecutionNotifications"]
    assert (note["level"], note["associatedRule"]["id"]) == ("note", UNKNOWN.id)
    assert note["message"] == {"text": UNKNOWN.message}
    assert UNKNOWN.id not in {result["ruleId"] for result in run["results"]}


def test_sarif_suppresses_what_is_waived() -> None:
    """A waived result has its reason; without a file it has no location."""
    failed, waived = json.loads(sarif.render(REPORT))["runs"][0]["results"]
    assert "suppressions" not in failed
    assert waived["suppressions"] == [{"kind": "external", "justification": WAIVED.reason}]
    assert "physicalLocation" not in waived["locations"][0]
