"""The tests of every client: each step succeeds, and one fails if the emulator skips a check.

There is a class for each client, so that ``--dist=loadscope`` keeps its tests together: the steps
run once, and each of them is a test.
"""

from __future__ import annotations

from typing import ClassVar

import pytest

from harness.emulator.server import EmulatorServer
from tests.foreign_clients.clients import Client, run
from tests.foreign_clients.steps import PASSWORDS
from tests.foreign_clients.walk import Report, Walk
from tests.foreign_clients.weakness import Weakness
from tests.foreign_clients.weaknesses import WEAKNESSES

__all__ = ["Contract"]


class Contract:
    """The tests of one client on one walk; a class that inherits them names the client."""

    client: ClassVar[Client]
    walk: ClassVar[Walk] = PASSWORDS

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of each step that the client can take, and of each missing check."""
        steps = list(self.client.expected(self.walk)) if hasattr(self, "client") else []
        if "step" in metafunc.fixturenames:
            metafunc.parametrize("step", steps)
        if "weakness" in metafunc.fixturenames:
            noticed = [known for known in WEAKNESSES[self.walk.name] if known.noticed_at in steps]
            metafunc.parametrize("weakness", noticed, ids=str)

    def test_a_step_has_its_outcome(self, report: Report, step: str) -> None:
        """On ``cognito-harness serve``, the step ran, and its outcome is Cognito's."""
        assert step in report.outcomes, f"it got no further than {report.failed_at}"
        assert report.outcomes[step] == report.expected[step]

    def test_a_missing_check_is_noticed(
        self, weakness: Weakness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """If a check is missing, the client fails at the step that it is for, not earlier."""
        weakness.plant(monkeypatch)

        with EmulatorServer() as server:
            report = run(self.client, server.url, self.walk, quickly=True)

        assert report.failed_at == weakness.noticed_at, report.outcomes
