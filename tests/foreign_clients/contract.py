"""The tests of every client: each step succeeds, and one fails if the emulator skips a check.

There is a class for each client, so that ``--dist=loadscope`` keeps its tests together: the steps
run once, and each of them is a test.
"""

from __future__ import annotations

from typing import ClassVar

import pytest

from harness.emulator.server import EmulatorServer
from tests.foreign_clients.clients import Client, run
from tests.foreign_clients.steps import STEPS, Report
from tests.foreign_clients.weaknesses import WEAKNESSES, Weakness

__all__ = ["Contract"]


class Contract:
    """The tests of one client; a class that inherits them names the client."""

    client: ClassVar[Client]

    @pytest.mark.parametrize("step", STEPS)
    def test_a_step_has_its_outcome(self, report: Report, step: str) -> None:
        """On ``cognito-harness serve``, the step ran, and its outcome is Cognito's."""
        assert step in report.outcomes, f"it got no further than {report.failed_at}"
        assert report.outcomes[step] == report.expected[step]

    @pytest.mark.parametrize("weakness", WEAKNESSES, ids=str)
    def test_a_missing_check_is_noticed(
        self, weakness: Weakness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """If a check is missing, the client fails at the step that it is for, not earlier."""
        weakness.plant(monkeypatch)

        with EmulatorServer() as server:
            report = run(self.client, server.url, quickly=True)

        assert report.failed_at == weakness.noticed_at, report.outcomes
