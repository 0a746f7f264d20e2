"""What is asked of every client: to get through the story, and to stumble where a check is missing.

A class for each client, so that ``--dist=loadscope`` keeps its tests together: the story is told
once, and each of its steps is a test.
"""

from __future__ import annotations

from typing import ClassVar

import pytest

from harness.emulator.server import EmulatorServer
from tests.foreign_clients.roster import Client, run
from tests.foreign_clients.story import STEPS, Report
from tests.foreign_clients.weaknesses import WEAKNESSES, Weakness

__all__ = ["Contract"]


class Contract:
    """The tests of one client; a class that inherits them says which."""

    client: ClassVar[Client]

    @pytest.mark.parametrize("step", STEPS)
    def test_a_step_comes_out_as_it_must(self, report: Report, step: str) -> None:
        """At ``cognito-harness serve`` the step was taken, and its outcome is Cognito's."""
        assert step in report.outcomes, f"it got no further than {report.stumbled_at}"
        assert report.outcomes[step] == report.expected[step]

    @pytest.mark.parametrize("weakness", WEAKNESSES, ids=str)
    def test_a_missing_check_is_noticed(
        self, weakness: Weakness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The client stumbles at the very step that the check is for, and at none before."""
        weakness.plant(monkeypatch)

        with EmulatorServer() as server:
            report = run(self.client, server.url, quickly=True)

        assert report.stumbled_at == weakness.noticed_at, report.outcomes
