"""Fixtures of scripted runs, which need no service whatever the target of the run is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from harness.pytest_support.reporting import show_on_failure

if TYPE_CHECKING:
    from harness.settings import Settings
    from harness.targets.script import Script
    from harness.targets.stubbed import StubbedTarget


@pytest.fixture(scope="session")
def _cognito_stub(cognito_settings: Settings) -> Iterator[StubbedTarget]:
    """The target that answers by scripts; its client is made once."""
    from harness.targets.stubbed import StubbedTarget

    target = StubbedTarget(region=cognito_settings.region.value)
    yield target
    target.stop()


@pytest.fixture
def cognito_script(
    request: pytest.FixtureRequest, _cognito_stub: StubbedTarget
) -> Iterator[Script]:
    """An empty script with a client and a clock of its own.

    A test that passes with calls of its script not made, or with others, fails after all.
    """
    from harness.flows.trace import Trace

    script = _cognito_stub.new_script()
    trace = Trace(script.clock)
    show_on_failure(request.node, trace)
    failures = request.session.testsfailed
    with trace.observing(script.client):
        yield script
    script.close()
    if request.session.testsfailed == failures:
        script.expect_finished()
