"""The parts of a report: messages, shared diagrams, the matrix, latencies, visible texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.flows.latencies import CallRecord, Latencies
from harness.flows.latency_table import summarized
from harness.redaction import MASK
from harness.reports.runs import html, markdown
from harness.reports.runs.content import content_of
from harness.reports.runs.diagrams import diagrams_of
from harness.reports.runs.latency_rows import latency_rows, percentile
from harness.reports.runs.matrix import matrix_of
from harness.reports.runs.messages import Messages, flattened
from harness.reports.runs.recorded_call import RecordedCall
from harness.reports.runs.run_summary import RunSummary, split_id
from harness.reports.runs.self_proof import read_self_proof
from harness.reports.runs.visible import visible
from harness.verdicts.verdict import Verdict
from tests.reports.runs.records import call, ordinary_record, record_of, scenario, sign_in_calls


class TestMessages:
    """Requests and responses that have the same members are kept once."""

    def test_a_message_of_an_app_says_so(self) -> None:
        """What an app has sent with its own client is another message than the test's."""
        messages = Messages()
        of_the_test = messages.request(RecordedCall.of(call("SignUp", parameters={"x": "1"})))
        of_the_app = messages.request(
            RecordedCall.of({**call("SignUp", parameters={"x": "1"}), "by_app": True})
        )
        assert of_the_test != of_the_app
        assert [message.title for message in messages][1:] == ["SignUp by the app: request"]

    def test_members_are_flat_and_secrets_marked(self) -> None:
        """A member has its path, an attribute its name, and a secret is marked as redacted."""
        found = flattened(
            {"A": {"B": [1, {"C": True}]}, "U": [{"Name": "sub", "Value": "x"}], "Session": MASK}
        )
        assert [(member.path, member.value, member.redacted) for member in found] == [
            ("A.B[0]", "1", False),
            ("A.B[1].C", "true", False),
            ("U[sub]", "x", False),
            ("Session", "", True),
        ]

    def test_like_messages_are_one(self) -> None:
        """Other values make no other message; other members and other errors do."""
        messages = Messages()
        first = messages.request(RecordedCall.of(call("A", parameters={"x": "1"})))
        assert messages.request(RecordedCall.of(call("A", parameters={"x": "2"}))) == first
        assert messages.request(RecordedCall.of(call("A", parameters={"y": "2"}))) != first
        assert messages.request(RecordedCall.of(call("A", parameters={"x": MASK}))) != first
        errors = {
            messages.response(RecordedCall.of(call("A", outcome="E", message=text)))
            for text in ("one", "two", "one")
        }
        assert len(errors) == 2
        assert next(iter(messages)).times == 2

    def test_deep_members_end(self) -> None:
        """A message that is nested without end is shown to a depth."""
        deep: dict[str, Any] = {}
        for _ in range(50):
            deep = {"a": deep}
        (member,) = flattened(deep)
        assert member.path.count("a") < 12


class TestDiagrams:
    """Variants whose calls go the same way share a diagram."""

    def test_variants_share_a_diagram(self) -> None:
        """Four variants with the same calls have one diagram, which names the other three."""
        (group,) = RunSummary(record_of(*ordinary_record().scenarios[:4])).groups
        (diagram,) = diagrams_of(group, Messages())
        assert len(diagram.same) == 3

    def test_a_failure_has_its_own(self) -> None:
        """A failure never shares a diagram, and a scenario without calls has none."""
        groups = RunSummary(ordinary_record()).groups
        assert [len(diagrams_of(group, Messages())) for group in groups] == [1, 5, 0, 0]

    def test_another_outcome_is_another_diagram(self) -> None:
        """One error in one variant keeps the two apart."""
        calls = sign_in_calls()
        other = [*calls[:-1], {**calls[-1], "outcome": "NotAuthorizedException"}]
        (group,) = RunSummary(
            record_of(scenario("x[a]", calls=tuple(calls)), scenario("x[b]", calls=tuple(other)))
        ).groups
        assert len(diagrams_of(group, Messages())) == 2


class TestMatrix:
    """A row for each scenario, a column for each word that several scenarios share."""

    def test_cells_count_and_weigh(self) -> None:
        """A cell has the number of runs, those that do not hold, and the worst verdict."""
        groups = RunSummary(ordinary_record()).groups
        found = matrix_of(groups)
        assert list(found.dimensions) == ["mfa", "client"]
        everything, *columns = found.rows[groups[0].name]
        assert (everything.runs, everything.worse, everything.slug) == (4, 0, "holds")
        assert [cell.runs for cell in columns] == [2, 1, 1, 0, 0, 3, 1]
        assert found.rows[groups[1].name][0].slug == "open"
        assert found.rows[groups[3].name][0].slug == "skipped"
        assert found.rows[groups[3].name][1].slug == ""

    def test_a_dimension_of_few_scenarios_has_no_column(self) -> None:
        """A word that one scenario alone varies would make a column that is empty elsewhere."""
        lines = [scenario(f"x[{word}]", variant={"step": word}) for word in "abc"]
        assert matrix_of(RunSummary(record_of(*lines)).groups).dimensions == {}

    def test_variants_are_told_from_names(self) -> None:
        """The words in brackets are the variant, also if a folder has brackets."""
        assert split_id("a[1]/t.py::test_x[mfa-on]") == ("a[1]/t.py::test_x", "mfa-on")
        assert split_id("a/t.py::test_x") == ("a/t.py::test_x", "")
        assert split_id("nothing") == ("nothing", "")


class TestLatencies:
    """Percentiles by step."""

    def test_calls_are_measured_without_histograms(self) -> None:
        """Without histograms the latencies are those of the calls."""
        calls = tuple(call("GetUser", latency_seconds=place / 1000) for place in range(1, 101))
        rows, measured_by = latency_rows(record_of(scenario("x", calls=calls)))
        assert rows[0].milliseconds == {"p50": 50, "p90": 90, "p95": 95, "p99": 99, "max": 100}
        assert "calls of the record" in measured_by

    def test_histograms_count_before_calls(self) -> None:
        """What ``--cognito-latencies`` writes is used if it is there."""
        pytest.importorskip("hdrh")
        latencies = Latencies()

        def change(of: CallRecord) -> None:
            of.sent = 3
            of.failed = 1
            of.latency(0.2)

        latencies.change(("InitiateAuth", "USER_SRP_AUTH"), change)
        rows, measured_by = latency_rows(record_of(latencies=summarized(latencies)))
        assert "histograms" in measured_by
        assert (rows[0].name, rows[0].calls, rows[0].errors) == ("InitiateAuth USER_SRP_AUTH", 3, 1)
        assert rows[0].milliseconds["max"] == pytest.approx(200, rel=0.01)

    @pytest.mark.parametrize(
        "broken", [{"steps": 1}, {"steps": [{}]}, {"steps": [{"operation": "a", "step": 1}]}]
    )
    def test_other_latencies_are_not_believed(self, broken: dict[str, Any]) -> None:
        """What looks like no histograms is left aside."""
        rows, _ = latency_rows(record_of(scenario("x", calls=(call("A"),)), latencies=broken))
        assert [row.name for row in rows] == ["A"]

    def test_percentiles_are_values(self) -> None:
        """A percentile is a value that was measured."""
        assert [percentile([1, 2, 3, 4], of) for of in (0, 25, 50, 75, 100)] == [1, 1, 2, 3, 4]


class TestVisible:
    """No character of a foreign text is hidden."""

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("plain, ä and 漢", "plain, ä and 漢"),
            ("a\nb\tc", "a\nb\tc"),
            ("\x1b[31m", "\\u001b[31m"),
            ("\u202etxt.exe", "\\u202etxt.exe"),
            ("\ud800", "\\ud800"),
            ("a\u200bb\uffff", "a\\u200bb\\uffff"),
        ],
    )
    def test_hidden_characters_are_spelled(self, text: str, shown: str) -> None:
        """Control, direction and invisible characters are spelled out, others stay."""
        assert visible(text) == shown
        visible(text).encode()


class TestSelfProof:
    """The file of a selfcheck."""

    _FILE = """{"format": 1, "faults": [
      {"id": "f1", "wrong": "a code is good twice", "end": "noticed",
       "notices": [{"scenario": "test_x", "message": "tokens again"}], "reason": ""},
      {"id": "f2", "wrong": "w", "end": "stays green", "notices": [], "reason": "equivalent"},
      {"id": "f3", "wrong": "w", "end": "stays green", "notices": [], "reason": ""}
    ], "idle": {"alone": "", "excused": "it asks nothing"}, "needless": ["n"], "whole": false}"""

    def test_faults_are_read(self, tmp_path: Path) -> None:
        """A fault has its sentence, the scenario that noticed it, or how it ended instead."""
        (tmp_path / "s.json").write_text(self._FILE, encoding="utf-8")
        first, second, _ = read_self_proof(tmp_path / "s.json").faults
        assert (first.noticed, first.scenario, first.first_line) == (True, "test_x", "tokens again")
        assert (second.noticed, second.reason) == (False, "stays green; equivalent")

    def test_what_it_does_not_show_is_said(self, tmp_path: Path) -> None:
        """Gaps are said in every form: unnoticed faults, idle scenarios, a part of the faults."""
        (tmp_path / "s.json").write_text(self._FILE, encoding="utf-8")
        proof = read_self_proof(tmp_path / "s.json")
        assert proof.gaps == [
            "Only a part of the faults was planted.",
            "Faults that count against the scenarios: f3.",
            "Scenarios that notice no fault: alone.",
            "Scenarios with a needless reason to notice none: n.",
        ]
        content = content_of(ordinary_record(), proof)
        for form in (html.render, markdown.render):
            assert all(gap.split(":")[0] in form(content) for gap in proof.gaps)

    @pytest.mark.parametrize(
        "text",
        [
            *("", "[1]", "{}", '{"faults": [{"id": "x"}]}', '{"faults": 1}', '{"faults": []}'),
            _FILE.replace('"format": 1', '"format": 9'),
            _FILE.replace('"whole": false', '"whole": 1'),
            _FILE.replace('["n"]', "[1]"),
        ],
    )
    def test_other_files_are_refused(self, text: str, tmp_path: Path) -> None:
        """A file of another kind is refused in one line."""
        (tmp_path / "s.json").write_text(text, encoding="utf-8")
        with pytest.raises(ConfigurationError, match="--selfcheck: cannot use"):
            read_self_proof(tmp_path / "s.json")


def test_counts_name_every_verdict() -> None:
    """Each verdict has its number, also if it is 0, and so has what was skipped."""
    counts = RunSummary(ordinary_record()).counts
    assert list(counts) == [*map(str, Verdict), "skipped"]
    assert (counts["holds"], counts["not refused"], counts["skipped"]) == (5, 5, 1)
