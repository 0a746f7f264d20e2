"""Reports as JUnit XML, for tools that show test results."""

from __future__ import annotations

from xml.etree import ElementTree

from harness.reports.records import Record, Report
from harness.reports.runs.visible import visible

__all__ = ["render"]


def render(report: Report) -> str:
    """Return one test case per record; waived and unknown records count as skipped."""
    skipped = len(report.of("waived", "unknown"))
    suite = ElementTree.Element(
        "testsuite",
        name=visible(report.title),
        tests=str(len(report.records)),
        failures=str(len(report.of("failed"))),
        errors="0",
        skipped=str(skipped),
    )
    for record in report.records:
        suite.append(_case(record))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    text = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _case(record: Record) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=visible(record.part), name=visible(record.id))
    if record.file:
        case.set("file", record.file)
    if record.line:
        case.set("line", str(record.line))
    message = visible(record.message)
    if record.outcome == "failed":
        failure = ElementTree.SubElement(case, "failure", message=message, type=record.severity)
        failure.text = visible("\n".join(part for part in (record.reason, record.fix) if part))
    elif record.outcome != "passed":
        ElementTree.SubElement(case, "skipped", message=f"{record.outcome}: {message}")
    return case
