"""The whole flow as a test of pytest, with the fixtures that a suite has; see `benchmarks.load`."""

from __future__ import annotations

import pytest

from benchmarks.full_flow_boto3 import FullFlow
from harness.targets.base import Target


@pytest.fixture(scope="session")
def flow(cognito_target: Target) -> FullFlow:
    """A pool in which one person after another takes the whole flow."""
    return FullFlow(cognito_target)


@pytest.mark.usefixtures("cognito_trace")
def test_full_flow(flow: FullFlow) -> None:
    """One person takes the whole flow; the calls are recorded as in every test."""
    (person,) = flow.people(1)
    flow.run(person)
