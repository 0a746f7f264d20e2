"""The test that is running: what it has checked so far, and its line for the record of the run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError
from harness.plugin.report.failure import scrubs_of, traces_of
from harness.plugin.run.line_words import area_of, pool_id, pool_words, sentence_of, variant_words
from harness.plugin.run.options import settings_of
from harness.plugin.run.run_identity import is_worker, run_of
from harness.plugin.run.scenario_lines import LINE, LINE_SO_FAR, OPERATIONS

if TYPE_CHECKING:
    from harness.verdicts.run_record import FailureText, ScenarioLine
    from harness.verdicts.verdict import Check, Verdict

__all__ = ["examined", "keep_calls", "note_phase"]

_RUNNING = pytest.StashKey["RunningTest"]()
_KEEPS_CALLS = pytest.StashKey[bool]()


class RunningTest:
    """Collects what the line of one test says.

    Args:
        item: the test.
        checks: the list to which its checks are added.
    """

    def __init__(self, item: pytest.Item, checks: list[Check]) -> None:
        self._item = item
        self._checks = checks
        self._begin()

    def note(
        self, call: pytest.CallInfo[Any], report: pytest.TestReport, scrub: Callable[[str], str]
    ) -> None:
        """Note how a phase of the test ended, and put its line on the report."""
        if report.when == "setup":
            self._started_at = call.start
        self._duration += call.duration
        if report.failed or report.skipped or report.when == "call":
            self._note_end(call, report, scrub)
        if report.when == "teardown":
            report.user_properties.extend(self._properties())
            self._note_operations(report)
            setattr(report, LINE, self._line(scrub, complete=True))
            self._begin()
        elif report.failed or (report.when == "setup" and is_worker(self._item.config)):
            # For what gets no report of its teardown: a test that is rerun, a worker that crashes.
            setattr(report, LINE_SO_FAR, self._line(scrub, complete=report.failed))

    def _begin(self) -> None:
        self._checks.clear()
        self._started_at = self._duration = 0.0
        self._outcome = "passed"
        self._verdict: Verdict | None = None
        self._failure: FailureText | None = None
        self._reason = ""

    def _note_end(
        self, call: pytest.CallInfo[Any], report: pytest.TestReport, scrub: Callable[[str], str]
    ) -> None:
        expected_to_fail = hasattr(report, "wasxfail")
        error = None if call.excinfo is None else call.excinfo.value
        if report.skipped and not expected_to_fail:
            self._outcome, self._reason = "skipped", _reason_of_skip(report)
            return
        if expected_to_fail:
            self._outcome = "xfailed" if report.skipped else "xpassed"
            self._reason = str(report.wasxfail)
        elif report.failed:
            self._outcome = "failed"
            self._failure = self._failure or _failure_of(self._item, call, report, scrub)
        if report.when != "teardown":
            self._verdict = self._judge(error, in_setup=report.when == "setup")
        elif report.failed:
            self._verdict = _after_a_failed_teardown(self._verdict)

    def _judge(self, error: BaseException | None, *, in_setup: bool) -> Verdict:
        from harness.verdicts.judging import checks_refusals, verdict_of

        function = getattr(self._item, "function", None)
        refusals = error is not None and checks_refusals(function)
        return verdict_of(self._checks, error, in_setup=in_setup, has_refusals=refusals)

    def _note_operations(self, report: pytest.TestReport) -> None:
        try:
            settings = settings_of(self._item.config)
        except ConfigurationError:
            return
        if settings.uses_quotas:
            names = (name for trace in traces_of(self._item) for name in trace.operations)
            setattr(report, OPERATIONS, dict(Counter(names)))

    def _properties(self) -> Iterator[tuple[str, object]]:
        """Yield what JUnit's XML says about the test."""
        try:
            settings = settings_of(self._item.config)
        except ConfigurationError:
            return
        yield "cognito_target", settings.target.value
        yield "cognito_seed", settings.seed.value
        if pool := pool_id(self._item):
            yield "cognito_user_pool_id", pool
        if variant := variant_words(self._item):
            yield "cognito_variant", ", ".join(f"{name} {word}" for name, word in variant.items())
        if self._verdict is not None:
            yield "cognito_verdict", str(self._verdict)

    def _line(self, scrub: Callable[[str], str], *, complete: bool) -> dict[str, Any]:
        from harness.verdicts.run_record import ScenarioLine

        item, worker = self._item, run_of(self._item.config).worker
        line = ScenarioLine(
            id=item.nodeid,
            area=area_of(item.nodeid),
            sentence=sentence_of(item),
            variant=variant_words(item),
            outcome=self._outcome,
            verdict=self._verdict,
            checks=tuple(self._checks),
            started_at=self._started_at,
            duration_seconds=self._duration,
            calls=tuple(_calls_of(item)) if complete else (),
            pool=pool_words(item),
            failure=self._failure,
            reason=self._reason,
            worker="" if worker == "main" else worker,
        )
        return _plain(_with_cause(line, item, scrub), scrub)


@contextmanager
def examined(item: pytest.Item) -> Iterator[None]:
    """Collect what the test checks inside the ``with`` block."""
    from harness.verdicts.checklist import collecting

    with collecting(words_decide=_words_decide(item.config)) as checks:
        item.stash[_RUNNING] = RunningTest(item, checks)
        yield


def note_phase(
    item: pytest.Item,
    call: pytest.CallInfo[Any],
    report: pytest.TestReport,
    lasting: Callable[[str], str],
) -> None:
    """Note how a phase of a test ended, if the test is examined.

    Args:
        item: the test.
        call: how the phase was carried out.
        report: gets the line of the test as ``cognito_scenario`` when the test is over.
        lasting: removes the secrets that outlast the test from a text.
    """
    running = item.stash.get(_RUNNING, None)
    if running is None:
        return

    def scrub(text: str) -> str:
        for known in (*scrubs_of(item), lasting):
            text = known(text)
        return text

    running.note(call, report, scrub)


def keep_calls(config: pytest.Config) -> None:
    """Put the calls of each test into its line from now on; without a record they are left out."""
    config.stash[_KEEPS_CALLS] = True


def _keeps_calls(config: pytest.Config) -> bool:
    if _KEEPS_CALLS not in config.stash:
        try:
            config.stash[_KEEPS_CALLS] = settings_of(config).record.value is not None
        except ConfigurationError:
            return False
    return config.stash[_KEEPS_CALLS]


def _words_decide(config: pytest.Config) -> bool:
    try:
        return settings_of(config).words_decide
    except ConfigurationError:
        # Whoever uses the settings reports it.
        return True


def _calls_of(item: pytest.Item) -> Iterator[dict[str, Any]]:
    if _keeps_calls(item.config):
        for trace in traces_of(item):
            yield from trace.records()


def _without_secrets(check: Check, scrub: Callable[[str], str]) -> Check:
    """Return a check that a cause can be told from: a text made general hides its secrets."""
    return replace(
        check,
        statement=scrub(check.statement),
        expected=scrub(check.expected),
        answered=scrub(check.answered),
    )


def _failure_of(
    item: pytest.Item,
    call: pytest.CallInfo[Any],
    report: pytest.TestReport,
    scrub: Callable[[str], str],
) -> FailureText:
    from harness.plugin.report.explanation import explanation_of
    from harness.verdicts.run_record import FailureText

    explained = explanation_of(item, call)
    if explained is not None:
        return explained
    if call.excinfo is None:
        return FailureText(_first_line(scrub(str(report.longrepr))))
    error = call.excinfo.value
    said = _first_line(scrub(str(error)))
    return FailureText(said if isinstance(error, AssertionError) else f"{_name(error)}: {said}")


def _with_cause(line: ScenarioLine, item: pytest.Item, scrub: Callable[[str], str]) -> ScenarioLine:
    """Return a line whose failure has a cause, which the calls say more about than its text."""
    if line.failure is None or line.failure.cause:
        return line
    from harness.verdicts.causes import cause_of

    calls = line.calls or tuple(call for trace in traces_of(item) for call in trace.records())
    checks = tuple(_without_secrets(check, scrub) for check in line.checks)
    cause = cause_of(replace(line, calls=calls, checks=checks))
    return replace(line, failure=replace(line.failure, cause=cause))


def _after_a_failed_teardown(verdict: Verdict | None) -> Verdict:
    """Return the verdict of a test that failed after its end: it does not count as holding."""
    from harness.verdicts.verdict import Verdict, worst

    # A test that was skipped has no verdict.
    return worst([Verdict.NOT_ASKED, *([] if verdict is None else [verdict])])


def _name(error: BaseException) -> str:
    return type(error).__name__


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def _reason_of_skip(report: pytest.TestReport) -> str:
    # pytest has the place, the line and the reason here.
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")


def _plain(line: ScenarioLine, scrub: Callable[[str], str]) -> dict[str, Any]:
    """Return a line as plain data, which an xdist worker can send, without secrets."""
    # Many times as fast as asdict(), which copies everything.
    members: dict[str, Any] = {
        **vars(line),
        "verdict": None if line.verdict is None else line.verdict.value,
        "checks": [{**vars(check), "verdict": check.verdict.value} for check in line.checks],
        "failure": None if line.failure is None else asdict(line.failure),
    }
    if not (line.calls or line.failure or line.checks or line.reason):
        # All texts are of the source and the settings.
        return {**members, "calls": []}
    members = json.loads(json.dumps(members, default=str))
    text = "\n".join(_texts_in(members))
    return members if scrub(text) == text else _scrubbed(members, scrub)


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item)


def _scrubbed(value: Any, scrub: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {scrub(name): _scrubbed(item, scrub) for name, item in value.items()}
    if isinstance(value, list):
        return [_scrubbed(item, scrub) for item in value]
    return value
