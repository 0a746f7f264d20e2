"""A run as JUnit XML with properties, for tools that show test results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from harness.clock import utc_of
from harness.reports.runs.run_summary import RunSummary, split_id
from harness.reports.runs.visible import visible
from harness.verdicts.causes import fails
from harness.verdicts.run_record import RunLine, ScenarioLine

if TYPE_CHECKING:
    from harness.reports.runs.content import Content

__all__ = ["render"]

#: pytest's exit codes from here on say that the run itself went wrong, not its tests.
_INTERRUPTED = 2


def render(content: Content) -> str:
    """Return one suite for each area, with a case for each scenario in each variant.

    A suite has the properties of the run, a case those of its scenario: target, pool, seed,
    variant and verdict.
    """
    summary = content.summary
    run = summary.record.run
    lines = summary.record.scenarios
    suites = Element("testsuites", {"name": f"Cognito on {visible(run.target)}", **_counts(lines)})
    # The schema of Jenkins knows this number for suites alone.
    del suites.attrib["skipped"]
    if trouble := _trouble(summary):
        _of_the_run(suites, run, trouble)
    for area, groups in summary.areas.items():
        of_area = tuple(line for group in groups for line in group.lines)
        suite = SubElement(suites, "testsuite", {"name": visible(area), **_counts(of_area)})
        suite.set("timestamp", _moment(of_area[0].started_at or run.started_at))
        _properties(suite, _of_run(run, complete=summary.complete))
        for line in of_area:
            _case(suite, line, run)
    ElementTree.indent(suites)
    text = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _trouble(summary: RunSummary) -> str:
    """Return why the scenarios alone do not say how the run turned out."""
    whole = summary.complete and summary.exit_code < _INTERRUPTED
    return "" if whole else summary.trouble


def _of_the_run(suites: Element, run: RunLine, trouble: str) -> None:
    """Add a suite with one case, which has an error: readers look at the cases alone."""
    suites.set("tests", str(int(suites.attrib["tests"]) + 1))
    suites.set("errors", "1")
    counts = {**_counts(()), "tests": "1", "errors": "1"}
    suite = SubElement(suites, "testsuite", {"name": "run", **counts})
    suite.set("timestamp", _moment(run.started_at))
    case = SubElement(suite, "testcase", classname="run", name="run", time=_seconds(0))
    SubElement(case, "error", message=trouble, type="run")


def _counts(lines: tuple[ScenarioLine, ...]) -> dict[str, str]:
    outcomes = [line.outcome for line in lines]
    return {
        "tests": str(len(lines)),
        "failures": str(sum(map(fails, lines))),
        "errors": "0",
        "skipped": str(sum(outcome in ("skipped", "xfailed") for outcome in outcomes)),
        "time": _seconds(sum(line.duration_seconds for line in lines)),
    }


def _case(suite: Element, line: ScenarioLine, run: RunLine) -> None:
    name, variant = split_id(line.id)
    file, _, function = name.partition("::")
    case = SubElement(
        suite,
        "testcase",
        classname=visible(file.removesuffix(".py").replace("/", ".")),
        name=visible(f"{function}[{variant}]" if variant else function or file),
        file=visible(file),
        time=_seconds(line.duration_seconds),
    )
    _properties(case, _of_scenario(line, run))
    if fails(line):
        failure = line.failure
        message = failure.first_line if failure else "it failed without an explanation"
        element = SubElement(
            case, "failure", message=visible(message), type=str(line.verdict or "failed")
        )
        element.text = visible("\n".join(_explained(line)))
    elif line.outcome in ("skipped", "xfailed"):
        SubElement(case, "skipped", message=visible(line.reason or line.outcome))


def _explained(line: ScenarioLine) -> Iterator[str]:
    yield line.sentence
    if line.failure:
        yield from line.failure.lines
        if line.failure.cause:
            yield f"cause: {line.failure.cause}"
        if line.failure.repeat:
            yield f"repeat it: {line.failure.repeat}"


def _of_run(run: RunLine, *, complete: bool) -> Iterator[tuple[str, str]]:
    yield from (("target", run.target), ("service", run.service), ("seed", str(run.seed)))
    yield from (("run", run.run_id), ("complete", "yes" if complete else "no"))
    yield from ((f"version.{name}", version) for name, version in run.versions.items())


def _of_scenario(line: ScenarioLine, run: RunLine) -> Iterator[tuple[str, str]]:
    pool = line.pool.get("user_pool_id")
    words = ", ".join(f"{name}={word}" for name, word in line.variant.items())
    yield "target", run.target
    if isinstance(pool, str):
        yield "pool", pool
    yield "seed", str(run.seed)
    if words:
        yield "variant", words
    if line.verdict is not None:
        yield "verdict", str(line.verdict)


def _properties(parent: Element, properties: Iterator[tuple[str, str]]) -> None:
    element = SubElement(parent, "properties")
    for name, value in properties:
        SubElement(element, "property", name=visible(name), value=visible(value))


def _seconds(seconds: float) -> str:
    return f"{max(seconds, 0.0):.3f}"


def _moment(seconds: float) -> str:
    # A record may hold any number.
    bounded = min(max(seconds, 0.0), 253_402_300_799.0)
    return utc_of(bounded).strftime("%Y-%m-%dT%H:%M:%S")
