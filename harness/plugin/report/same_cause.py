"""Failures with the same cause: the first one in full, and the others as a list in its report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from harness.plugin.report.failure_report import CAUSE

__all__ = ["list_repetitions"]

#: Failures that a list names; the short summary at the end has all of them.
_MOST_LISTED = 20


def list_repetitions(config: pytest.Config) -> None:
    """Add a list of the other failures to the first one of each cause, and show no more of them.

    Only the terminal leaves them out: other reports, such as JUnit's, have written each in full.
    """
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None:
        return
    reports = [report for kind in ("error", "failed") for report in terminal.stats.get(kind, ())]
    for first, *others in _by_cause(reports):
        if not others:
            continue
        entries: list[Any] = first.longrepr.reprtraceback.reprentries
        entries.append(replace(entries[0], lines=[f"{line}\n" for line in _listed(others)]))
        for report in others:
            # pytest's debugger marks the reports that it has shown; the terminal leaves them out.
            report._pdbshown = True


def _by_cause(reports: Iterable[Any]) -> list[list[Any]]:
    found: dict[str, list[Any]] = {}
    for report in reports:
        cause = getattr(report, CAUSE, None)
        if cause is not None:
            found.setdefault(cause, []).append(report)
    return list(found.values())


def _listed(others: list[Any]) -> list[str]:
    times = "once more" if len(others) == 1 else f"{len(others)} more times"
    lines = [f"  the same cause {times}:"]
    lines += [f"    {report.nodeid}" for report in others[:_MOST_LISTED]]
    if (rest := len(others) - _MOST_LISTED) > 0:
        lines.append(f"    and {rest} more")
    return lines
