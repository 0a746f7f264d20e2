"""JUnit XML, JSON and the terminal: what readers of these formats find in a report."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from rich.console import Console

from harness.reports.runs import json_form, junit
from harness.reports.runs.comparison import compare
from harness.reports.runs.content import Content, content_of
from harness.reports.runs.self_proof import ProvenFault, SelfProof
from harness.reports.runs.terminal import show, show_comparison
from harness.verdicts.run_record import EndLine, RunRecord
from tests.reports.runs.records import (
    hostile_record,
    large_record,
    ordinary_record,
    record_of,
    scenario,
)

SCHEMA = Path(json_form.__file__).with_name("report.schema.json")
#: The schema junit-10 of Jenkins' plugin xunit, with two members that it lacks and that Jenkins,
#: GitLab and pytest's own files know: the file and the properties of a test case. For each element
#: the attributes that it may have, those that it must have, and the elements inside it in order.
_JUNIT: dict[str, tuple[set[str], set[str], tuple[str, ...]]] = {
    "testsuites": (
        {"name", "tests", "failures", "errors", "time"},
        {"tests"},
        ("testsuite",),
    ),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname"},
        {"name", "tests", "failures", "errors"},
        ("properties", "testcase"),
    ),
    "testcase": (
        {"name", "classname", "time", "file", "line"},
        {"name", "classname"},
        ("properties", "skipped", "error", "failure"),
    ),
    "error": ({"message", "type"}, {"message", "type"}, ()),
    "properties": (set(), set(), ("property",)),
    "property": ({"name", "value"}, {"name", "value"}, ()),
    "failure": ({"message", "type"}, {"message", "type"}, ()),
    "skipped": ({"message", "type"}, {"message"}, ()),
}
RECORDS = pytest.mark.parametrize(
    "record", [ordinary_record(), hostile_record(), record_of(), record_of(end=False)]
)


def whole(record: RunRecord) -> Content:
    """Return the content of a report with every part."""
    proof = SelfProof((ProvenFault("f", "s", True, "x", "l"),))
    return content_of(record, proof, compare(record, ordinary_record()))


def complaints(element: ElementTree.Element) -> list[str]:
    """Return what a reader of JUnit XML would not understand about an element and those in it."""
    allowed, needed, inside = _JUNIT.get(element.tag, (set(), set(), ()))
    found = [] if element.tag in _JUNIT else [f"{element.tag} is unknown"]
    found += [f"{element.tag} has {name}" for name in set(element.keys()) - allowed]
    found += [f"{element.tag} lacks {name}" for name in needed - set(element.keys())]
    places = [inside.index(child.tag) if child.tag in inside else -1 for child in element]
    found += [f"{element.tag} holds others"] if -1 in places else []
    found += [f"{element.tag} has another order"] if places != sorted(places) else []
    return found + [text for child in element for text in complaints(child)]


class TestJUnit:
    """The XML that CI servers read."""

    @RECORDS
    def test_a_reader_understands_it(self, record: RunRecord) -> None:
        """Every element, attribute and order is one that readers know, and the numbers add up."""
        root = ElementTree.fromstring(junit.render(whole(record)).encode())
        assert complaints(root) == []
        for suite in root:
            cases = suite.findall("testcase")
            inside = [len(suite.findall(f"testcase/{name}")) for name in ("failure", "error")]
            names = ("tests", "failures", "errors")
            assert [int(suite.attrib[name]) for name in names] == [len(cases), *inside]
        total = sum(int(suite.attrib["tests"]) for suite in root)
        errors = len(root.findall(".//error"))
        assert int(root.attrib["errors"]) == errors == (record.end is None)
        assert int(root.attrib["tests"]) == total == len(record.scenarios) + errors

    @pytest.mark.parametrize("code", [2, 3, 4, 5])
    def test_a_run_that_went_wrong_is_an_error(self, code: int) -> None:
        """An exit code that is not about tests is an error, although each case is fine."""
        record = replace(record_of(scenario("x")), end=EndLine(code, 0.0))
        root = ElementTree.fromstring(junit.render(content_of(record)).encode())
        (error,) = root.iter("error")
        assert error.get("message") == f"The run ended with exit code {code}."

    def test_the_reader_sees_what_is_wrong(self) -> None:
        """The check above notices another element, attribute and order."""
        broken = '<testsuite name="a" tests="1" failures="0" errors="0"><testcase name="b" x="1"/>'
        root = ElementTree.fromstring(f"{broken}<properties/><odd/></testsuite>")
        assert complaints(root) == [
            "testsuite holds others",
            "testsuite has another order",
            "testcase has x",
            "testcase lacks classname",
            "odd is unknown",
        ]

    def test_a_case_has_its_properties(self) -> None:
        """A case says target, pool, seed, variant and verdict, and a failure how to repeat it."""
        record = ordinary_record()
        root = ElementTree.fromstring(junit.render(content_of(record)).encode())
        case = root.find(".//testcase[@name='test_used_code[mfa_on]']")
        assert case is not None
        assert case.get("classname") == "scenarios.test_sign_in"
        found = {item.get("name"): item.get("value") for item in case.iter("property")}
        assert found == {
            "target": "emulator",
            "seed": "7",
            "variant": "mfa=mfa_on, client=secret",
            "verdict": "not refused",
        }
        failure = case.find("failure")
        assert failure is not None
        assert failure.get("type") == "not refused"
        assert failure.text is not None
        assert "repeat it: pytest 'scenarios/test_sign_in.py::test_used_code'" in failure.text
        skipped = root.find(".//skipped")
        assert skipped is not None
        assert skipped.get("message") == "no SMS here"


class TestJson:
    """The JSON that other programs read."""

    @RECORDS
    def test_it_keeps_its_schema(self, record: RunRecord) -> None:
        """The report is valid by the schema beside the code, whatever the record holds."""
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        text = json_form.render(whole(record))
        text.encode()
        jsonschema.validate(json.loads(text), schema)

    def test_the_schema_refuses_others(self) -> None:
        """A report without a member, or with one more, is not valid."""
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        report: dict[str, Any] = json.loads(json_form.render(whole(ordinary_record())))
        for broken in ({**report, "more": 1}, {"format": report["format"]}):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(broken, schema)

    def test_it_counts_calls_and_lists_causes(self) -> None:
        """The report has the number of calls, and the scenarios of each cause."""
        report = json.loads(json_form.render(content_of(ordinary_record())))
        assert report["scenarios"][0]["calls"] == 5
        (cause,) = report["causes"]
        assert (cause["cause"], len(cause["scenarios"])) == ("codes are good more than once", 5)


class TestTerminal:
    """What a person sees."""

    def _shown(self, record: RunRecord) -> str:
        console = Console(file=io.StringIO(), width=100, soft_wrap=True)
        content = whole(record)
        show(content, console)
        assert content.comparison is not None
        show_comparison(content.comparison, console)
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue()

    def test_it_is_short(self) -> None:
        """A large run has no more lines than a screen or two."""
        text = self._shown(large_record())
        assert text.startswith("run a1b2c3 on emulator, in process, seed 7\n")
        assert text.count("\n") < 60

    def test_it_says_why(self) -> None:
        """Causes have their number, the first scenario and the command."""
        text = self._shown(ordinary_record())
        assert "5 times: codes are good more than once" in text
        assert "audit: 1 failed" in text
        assert "self-proof: 1 of 1 faults noticed" in text
        assert "nothing changed" in text

    def test_foreign_texts_reach_no_terminal(self) -> None:
        """Escape sequences of a record are spelled out, and rich reads no markup in it."""
        text = self._shown(hostile_record())
        assert "\x1b" not in text
        assert "[link](javascript:alert)" in text
        text.encode()

    def test_a_run_that_was_cut_off_says_so(self) -> None:
        """A record without its end is said to have none, here and as the earlier run."""
        record = ordinary_record()
        text = self._shown(RunRecord(record.run, record.scenarios))
        assert "The run was cut off: its record has no end." in text
        assert "the record of this run has no end" in text
