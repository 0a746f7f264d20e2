"""The report of a failing test: the explanation, and pytest's own where it says more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from harness.plugin.report.explanation import explanation_of
from harness.plugin.report.failure import EXPLAINED, traces_of
from harness.plugin.report.frames import visible
from harness.plugin.report.happened import needs_traceback

if TYPE_CHECKING:
    from harness.verdicts.run_record import FailureText

__all__ = ["CAUSE", "explain", "shows_pytests_own"]

#: The attribute of a report with its cause; pytest-xdist carries it to the controller.
CAUSE = "cognito_cause"
_TITLE = "Cognito explanation"


def explain(item: pytest.Item, call: pytest.CallInfo[Any], report: pytest.TestReport) -> None:
    """Show why a test failed.

    A failed assertion of the test's own keeps pytest's report of it, below the explanation and
    without the frames of the harness and its libraries. Everything else says enough by itself.
    """
    explanation = explanation_of(item, call) if report.failed else None
    if explanation is None or call.excinfo is None:
        return
    if shows_pytests_own(item.config):
        report.sections.insert(0, (_TITLE, "\n".join(explanation.lines)))
        return
    setattr(report, EXPLAINED, True)
    calls = [made for trace in traces_of(item) for made in trace.calls]
    own = needs_traceback(call.excinfo.value, calls)
    if item.config.getoption("tbstyle", "auto") == "line":
        _say_at_the_crash(report.longrepr, explanation, call.excinfo)
        return
    report.longrepr = _shown(explanation, call.excinfo, with_traceback=own)
    if not own:
        setattr(report, CAUSE, explanation.cause)


def shows_pytests_own(config: pytest.Config) -> bool:
    """Return whether the user asked for pytest's own report: by its style, locals, or ``-vv``."""
    style = config.getoption("tbstyle", "auto")
    locals_too = config.getoption("showlocals", False)
    return style in ("long", "native") or bool(locals_too) or config.get_verbosity() >= 2


def _shown(
    explanation: FailureText,
    excinfo: pytest.ExceptionInfo[BaseException],
    *,
    with_traceback: bool,
) -> Any:
    """Return the explanation as pytest represents failures, which reporters and xdist know."""
    shown: Any = excinfo.getrepr(style="native")
    entries = shown.reprtraceback.reprentries
    entries[:] = [replace(entries[0], lines=[f"{line}\n" for line in explanation.lines])]
    if with_traceback:
        theirs: Any = excinfo.getrepr(style="long", tbfilter=visible, chain=False).reprtraceback
        entries += theirs.reprentries
        shown.reprtraceback.extraline = theirs.extraline
    _say_at_the_crash(shown, explanation, excinfo)
    return shown


def _say_at_the_crash(
    shown: Any, explanation: FailureText, excinfo: pytest.ExceptionInfo[BaseException]
) -> None:
    """Have the short summary give the sentence, and the place in the user's own files."""
    crash = getattr(shown, "reprcrash", None)
    if crash is not None:
        last = visible(excinfo)[-1]
        shown.reprcrash = replace(
            crash, path=str(last.path), lineno=last.lineno + 1, message=explanation.first_line
        )
