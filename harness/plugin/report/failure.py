"""What a failing test shows of its calls, and what no report ever shows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from harness.redaction import Redactor, Secret

if TYPE_CHECKING:
    from harness.flows.trace import Trace

__all__ = ["add_exchange", "hide", "show_on_failure"]

_TRACES = pytest.StashKey[list["Trace"]]()
_HIDDEN = pytest.StashKey[Redactor]()
_TITLE = "Cognito exchange"


def show_on_failure(item: pytest.Item, trace: Trace) -> None:
    """Have what ``trace`` observes shown when the test fails, and its secrets never."""
    item.stash.setdefault(_TRACES, []).append(trace)


def hide(item: pytest.Item, secret: Secret | None) -> None:
    """Have a secret hidden that no trace of the test may have seen."""
    redactor = item.stash.setdefault(_HIDDEN, Redactor())
    if secret is not None:
        redactor.register(secret)


def add_exchange(item: pytest.Item, report: pytest.TestReport) -> None:
    """Add the redacted exchange to the report of a failure, and remove secrets from any report.

    Assertions, locals and arguments show values as Python writes them, and captured logs what
    botocore sent; so every secret that was in a call is looked for in all texts.
    """
    traces = item.stash.get(_TRACES, [])
    scrubs = [trace.scrub for trace in traces]
    if _HIDDEN in item.stash:
        scrubs.append(item.stash[_HIDDEN].scrub)
    for scrub in scrubs:
        report.longrepr = _scrub_failure(report.longrepr, scrub)
        report.sections = _scrub(report.sections, scrub)
    if report.failed:
        report.sections += [(_TITLE, trace.render()) for trace in traces if trace.calls]


def _scrub_failure(longrepr: Any, scrub: Callable[[str], str]) -> Any:
    if longrepr is None:
        return None
    scrubbed = _scrub(longrepr, scrub)
    text = str(scrubbed)
    # Whatever pytest may come to keep elsewhere: a plain text rather than a secret.
    return scrubbed if scrub(text) == text else scrub(text)


def _scrub(value: Any, scrub: Callable[[str], str]) -> Any:
    """Return ``value`` with every text in it scrubbed; pytest's own objects are changed."""
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
