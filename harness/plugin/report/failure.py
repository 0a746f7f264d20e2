"""The calls that a failing test shows, and the secrets that no report shows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from harness.redaction import Redactor, Secret

if TYPE_CHECKING:
    from harness.flows.trace import Trace
    from harness.verdicts.run_record import FailureText

__all__ = [
    "EXPLAINED",
    "add_exchange",
    "forget",
    "has_explanation",
    "hide",
    "keep_explanation",
    "kept_explanation",
    "scrub_by",
    "scrubs_of",
    "show_on_failure",
    "traces_of",
]

_TRACES = pytest.StashKey[list["Trace"]]()
_HIDDEN = pytest.StashKey[Redactor]()
_EXPLANATION = pytest.StashKey[tuple[BaseException, "FailureText"]]()
_TITLE = "Cognito exchange"
#: The attribute of a report that an explanation takes the place of.
EXPLAINED = "cognito_explained"


def show_on_failure(item: pytest.Item, trace: Trace) -> None:
    """Show the calls of ``trace`` if the test fails, and remove their secrets from every report."""
    item.stash.setdefault(_TRACES, []).append(trace)


def traces_of(item: pytest.Item) -> list[Trace]:
    """Return the traces of a test, in the order in which they began."""
    return item.stash.get(_TRACES, [])


def hide(item: pytest.Item, secret: Secret | str | None) -> None:
    """Remove a secret from every report of the test, even if no trace has seen it."""
    redactor = item.stash.setdefault(_HIDDEN, Redactor())
    if secret is not None:
        redactor.register(secret)


def forget(item: pytest.Item) -> None:
    """Drop the traces and the secrets of a test that is over, since a run may have many tests."""
    if _HIDDEN in item.stash:
        del item.stash[_HIDDEN]
    if _TRACES in item.stash:
        del item.stash[_TRACES]
    if _EXPLANATION in item.stash:
        del item.stash[_EXPLANATION]


def scrubs_of(item: pytest.Item) -> list[Callable[[str], str]]:
    """Return what removes the secrets of a test from a text: its traces, and what is hidden."""
    scrubs: list[Callable[[str], str]] = [trace.scrub for trace in traces_of(item)]
    if _HIDDEN in item.stash:
        scrubs.append(item.stash[_HIDDEN].scrub)
    return scrubs


def add_exchange(
    item: pytest.Item, report: pytest.TestReport, lasting: Callable[[str], str]
) -> None:
    """Add the redacted calls to the report of a failure, and remove secrets from any report.

    Assertions, locals and arguments show values in Python's notation, and captured logs show what
    botocore sent. So all texts of the report are searched for every secret of every call.

    Args:
        item: the test.
        report: the report to change.
        lasting: removes the secrets that outlast the test from a text.
    """
    if report.failed and not has_explanation(report):
        # Before the search: a secret can also be in a member that is not known to be secret.
        report.sections += [(_TITLE, trace.render()) for trace in traces_of(item) if trace.calls]
    for scrub in (*scrubs_of(item), lasting):
        report.longrepr = _scrub_failure(report.longrepr, scrub)
        report.sections = _scrub(report.sections, scrub)
        report.user_properties = [
            (scrub(name), scrub_by(scrub, value)) for name, value in report.user_properties
        ]


def keep_explanation(item: pytest.Item, error: BaseException, text: FailureText) -> None:
    """Keep the explanation of an error until the test is over, since several reports need it."""
    item.stash[_EXPLANATION] = (error, text)


def kept_explanation(item: pytest.Item, error: BaseException) -> FailureText | None:
    """Return the explanation of an error, if it was kept."""
    explained, text = item.stash.get(_EXPLANATION, (None, None))
    return text if explained is error else None


def has_explanation(report: pytest.TestReport) -> bool:
    """Return whether the report already shows the calls, as a part of an explanation."""
    return getattr(report, EXPLAINED, False)


def scrub_by(scrub: Callable[[str], str], value: Any) -> Any:
    """Return a value of any type; its text without secrets instead if its text has some."""
    text = str(value)
    scrubbed = scrub(text)
    return value if scrubbed == text else scrubbed


def _scrub_failure(longrepr: Any, scrub: Callable[[str], str]) -> Any:
    if longrepr is None:
        return None
    scrubbed = _scrub(longrepr, scrub)
    text = str(scrubbed)
    # A later pytest may keep text in other places; a plain text is better than a secret.
    return scrubbed if scrub(text) == text else scrub(text)


def _scrub(value: Any, scrub: Callable[[str], str]) -> Any:
    """Return ``value`` with all texts scrubbed; pytest's own objects are changed in place."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, list):
        return [_scrub(item, scrub) for item in value]
    if isinstance(value, tuple):
        return tuple(_scrub(item, scrub) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            changed = _scrub(getattr(value, field.name), scrub)
            object.__setattr__(value, field.name, changed)
    return value
