"""Deferred work of a call runs when its own call has ended, with or without an error."""

from __future__ import annotations

import pytest

from harness.emulator.api.request import Request, afterwards, current_request, under_way


def test_deferred_work_runs_once_in_order() -> None:
    """Deferred work runs in order, once, and outside of the call."""
    done: list[object] = []

    def outer() -> None:
        with under_way(Request("Outer", {})):
            afterwards(lambda: done.append(current_request()))
            with under_way(Request("Inner", {})):
                afterwards(lambda: done.append("inner"))
            assert done == ["inner"]
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        outer()
    assert done == ["inner", None]


def test_work_outside_a_call_runs_at_once() -> None:
    """Work that is deferred outside of all calls runs at once."""
    done: list[int] = []
    afterwards(lambda: done.append(1))
    assert done == [1]
