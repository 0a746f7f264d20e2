"""Failures with the same cause: the first one in full, and the others as a list in its report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from harness.plugin.report.failure_report import CAUSE

__all__ = ["join_failures", "part_failures"]

_HIDDEN = pytest.StashKey[dict[str, list[Any]]]()
_KINDS = ("error", "failed")
#: Failures that a list names; the short summary at the end has all of them.
_MOST_LISTED = 20


def join_failures(config: pytest.Config) -> None:
    """Add a list of the other failures to the first one of each cause, and hide these others.

    The terminal then shows one report for each cause. Other reports, such as JUnit's, have
    written each in full.
    """
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None:
        return
    whole = {kind: list(terminal.stats[kind]) for kind in _KINDS if kind in terminal.stats}
    repeated: list[Any] = []
    for first, *others in _by_cause(report for kind in whole for report in whole[kind]):
        if others:
            entries = _entries_of(first)
            entries.append(replace(entries[0], lines=[f"{line}\n" for line in _listed(others)]))
            repeated += others
    if repeated:
        config.stash[_HIDDEN] = whole
        hidden = set(map(id, repeated))
        for kind, reports in whole.items():
            terminal.stats[kind] = [report for report in reports if id(report) not in hidden]


def part_failures(config: pytest.Config) -> None:
    """Have the terminal know all failures again, for the short summary and the counts."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        terminal.stats.update(config.stash.get(_HIDDEN, {}))


def _by_cause(reports: Iterable[Any]) -> list[list[Any]]:
    found: dict[str, list[Any]] = {}
    for report in reports:
        cause = getattr(report, CAUSE, None)
        if cause is not None and _entries_of(report):
            found.setdefault(cause, []).append(report)
    return list(found.values())


def _entries_of(report: Any) -> list[Any]:
    """Return the parts of a failure's text; none if another plugin has put its own there."""
    traceback = getattr(report.longrepr, "reprtraceback", None)
    entries: list[Any] = getattr(traceback, "reprentries", None) or []
    return entries


def _listed(others: list[Any]) -> list[str]:
    times = "once more" if len(others) == 1 else f"{len(others)} more times"
    lines = [f"  the same cause {times}:"]
    lines += [f"    {report.nodeid}" for report in others[:_MOST_LISTED]]
    if (rest := len(others) - _MOST_LISTED) > 0:
        lines.append(f"    and {rest} more")
    return lines
