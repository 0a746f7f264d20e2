"""A report as JUnit XML, for what shows the results of tests."""

from __future__ import annotations

from xml.etree import ElementTree

from harness.reports.records import Record, Report

__all__ = ["render"]


def render(report: Report) -> str:
    """Return one test case for each record; what is waived or unknown counts as skipped."""
    skipped = len(report.of("waived", "unknown"))
    suite = ElementTree.Element(
        "testsuite",
        name=_legal(report.title),
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
    case = ElementTree.Element("testcase", classname=_legal(record.part), name=_legal(record.id))
    if record.file:
        case.set("file", record.file)
    if record.line:
        case.set("line", str(record.line))
    message = _legal(record.message)
    if record.outcome == "failed":
        failure = ElementTree.SubElement(case, "failure", message=message, type=record.severity)
        failure.text = _legal("\n".join(part for part in (record.reason, record.fix) if part))
    elif record.outcome != "passed":
        ElementTree.SubElement(case, "skipped", message=f"{record.outcome}: {message}")
    return case


def _legal(text: str) -> str:
    """XML 1.0 has no form for most control characters, and names in a pool may hold them."""
    return "".join(char for char in text if char >= " " or char in "\t\n")
