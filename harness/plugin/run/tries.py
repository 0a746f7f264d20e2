"""Runs a test again from its start if the result of one of its calls cannot be known.

Everything of the test is made anew: its function-scoped fixtures, and so its people. What the run
shares, such as pools, stays. pytest's own protocol runs every other test, and pytest-rerunfailures
those that it repeats.
"""

from __future__ import annotations

import bdb
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, cast
from unittest import TestCase

import pytest

from harness.plugin.report.failure import forget
from harness.plugin.run.cognito_use import uses_cognito
from harness.plugin.run.network import note_again, unknown_results

__all__ = ["Tries"]

_When = Literal["setup", "call", "teardown"]


@dataclass(frozen=True)
class _Phase:
    """A phase of a test that is over, and its report."""

    call: pytest.CallInfo[None]
    report: pytest.TestReport


class Tries:
    """A plugin that runs tests which use Cognito, again if necessary.

    Args:
        most: how often a test is run again at most.
    """

    def __init__(self, most: int) -> None:
        self._most = most

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """Run a test of functions with fixtures; leave any other to pytest."""
        if not _is_ours(item):
            return None
        function, again = cast("pytest.Function", item), self._most
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        properties = list(item.user_properties)
        while _is_void(function, nextitem, again):
            again -= 1
            _forget_the_try(function, properties)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True


def _is_ours(item: pytest.Item) -> bool:
    config = item.config
    only_shows = config.getoption("setuponly", False) or config.getoption("setupshow", False)
    is_plain = isinstance(item, pytest.Function) and not (
        item.cls is not None and issubclass(item.cls, TestCase)
    )
    return is_plain and not only_shows and uses_cognito(item) and not _is_of_rerunfailures(item)


def _is_of_rerunfailures(item: pytest.Item) -> bool:
    """Return whether pytest-rerunfailures runs a test, which it does by a protocol of its own."""
    absent = object()
    on_command_line = item.config.getoption("--reruns", absent)
    if on_command_line is absent:
        return False
    in_file = None
    with suppress(ValueError):  # older versions have no setting in a file
        in_file = item.config.getini("reruns")
    return bool(on_command_line or in_file) or item.get_closest_marker("flaky") is not None


def _is_void(item: pytest.Function, nextitem: pytest.Item | None, again: int) -> bool:
    """Run a test once, and return whether it must be run again; report it if not."""
    session = item.session
    unknown_results(item.config)
    phases = [_run(item, "setup", lambda: item.ihook.pytest_runtest_setup(item=item))]
    if phases[0].report.passed:
        phases.append(_run(item, "call", lambda: item.ihook.pytest_runtest_call(item=item)))
    unknown = unknown_results(item.config)
    is_void = bool(unknown) and again > 0 and not _stops(session)
    if is_void:
        note_again(item.config, unknown[0])
    else:
        for phase in phases:
            _report(item, phase)
    # For a further try only the test itself is torn down, as if another one of its module came.
    # The reports may have stopped the run (-x), and then no test comes.
    following: Any = item.parent if is_void else None if _stops(session) else nextitem
    teardown = item.ihook.pytest_runtest_teardown
    last = _run(item, "teardown", lambda: teardown(item=item, nextitem=following))
    item._request, item.funcargs = cast("Any", False), cast("Any", None)
    if not is_void:
        _report(item, last)
    return is_void


def _stops(session: pytest.Session) -> bool:
    return bool(session.shouldfail or session.shouldstop)


def _run(item: pytest.Function, when: _When, phase: Callable[[], object]) -> _Phase:
    reraised: tuple[type[BaseException], ...] = (pytest.exit.Exception,)
    if not item.config.getoption("usepdb", False):
        reraised += (KeyboardInterrupt,)
    call = pytest.CallInfo.from_call(cast("Any", phase), when=when, reraise=reraised)
    return _Phase(call, item.ihook.pytest_runtest_makereport(item=item, call=call))


def _report(item: pytest.Function, phase: _Phase) -> None:
    item.ihook.pytest_runtest_logreport(report=phase.report)
    error = phase.call.excinfo
    is_expected = hasattr(phase.report, "wasxfail") or (
        error is not None and isinstance(error.value, pytest.skip.Exception | bdb.BdbQuit)
    )
    if error is not None and not is_expected:
        item.ihook.pytest_exception_interact(node=item, call=phase.call, report=phase.report)


def _forget_the_try(item: pytest.Function, properties: list[tuple[str, object]]) -> None:
    """Make everything of the test anew, as pytest does before the first try."""
    forget(item)
    item.user_properties[:] = properties
    item._report_sections.clear()
    if item.cls is not None:
        # Each try has an instance of its own.
        item.__dict__.pop("_obj", None)
        item.__dict__.pop("_instance", None)
    item._initrequest()
