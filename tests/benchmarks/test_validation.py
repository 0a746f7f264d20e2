"""The benchmark of the two halves of validation measures what it says."""

from __future__ import annotations

from benchmarks.validation import REQUESTS, list_users_call, measure
from harness.emulator.api.fast_validation import validate
from harness.emulator.api.validation import name_violations


def test_the_requests_are_sound() -> None:
    """Every request of the benchmark passes both halves, and comes out the same."""
    for operation, body in REQUESTS.items():
        assert validate(operation, body) == name_violations(operation, body) == body


def test_it_measures_every_request() -> None:
    """There is a figure for each request, and one for a call."""
    figures = measure(rounds=1, repetitions=1)
    assert [figure.operation for figure in figures] == list(REQUESTS)
    assert all(figure.ratio > 0 for figure in figures)
    assert list_users_call(rounds=1, repetitions=1) > 0
