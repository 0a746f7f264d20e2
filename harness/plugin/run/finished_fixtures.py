"""Keeps a run of very many tests small: drops what pytest keeps of fixtures that have finished.

A fixture that uses one of a wider scope leaves a finalizer there, which holds the whole request of
its test. pytest keeps it until the wider fixture ends, although it does nothing any more once the
narrower one has finished. A test of the ladder leaves ten kilobytes behind that way, and ten
thousand repetitions a hundred megabytes.
"""

from __future__ import annotations

import functools
from typing import Any

import pytest

__all__ = ["FinishedFixtures"]


class FinishedFixtures:
    """A plugin that drops the finalizers of finished fixtures when a test is over."""

    def __init__(self) -> None:
        self._wide: dict[int, pytest.FixtureDef[Any]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        """Note a fixture that outlasts a test."""
        if fixturedef.scope != "function":
            self._wide[id(fixturedef)] = fixturedef

    def pytest_runtest_logfinish(self) -> None:
        """Drop what does nothing any more."""
        for fixturedef in self._wide.values():
            # There is no public way to it. Where a later pytest has no such list, nothing is lost.
            finalizers = getattr(fixturedef, "_finalizers", None)
            if isinstance(finalizers, list):
                finalizers[:] = [item for item in finalizers if not _has_finished(item)]


def _has_finished(finalizer: Any) -> bool:
    """Return whether a finalizer would finish a fixture that has finished already."""
    if not isinstance(finalizer, functools.partial):
        return False
    fixturedef = getattr(finalizer.func, "__self__", None)
    return isinstance(fixturedef, pytest.FixtureDef) and fixturedef.cached_result is None
