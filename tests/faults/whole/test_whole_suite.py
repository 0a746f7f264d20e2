"""Every scenario has the same verdict under faults as without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.verdicts import FAULTS, LOST, Outcome, scenarios

#: More than there are cores: a test under faults mostly waits, as a throttled call does before it
#: is sent again.
WORKERS = ("-n", "8")
#: A test with thirty calls that cannot be sent twice is often run again where responses are lost.
PATIENCE = "--cognito-network-retries=30"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What the suite finds out without faults."""
    return scenarios(tmp_path_factory.mktemp("clean"), *WORKERS, "--cognito-seed=1")


@pytest.mark.parametrize(
    ("seed", "faults"), [(1, FAULTS), (2, FAULTS), (3, FAULTS), (4, LOST)], ids=str
)
def test_verdicts_are_the_same(clean: Outcome, seed: int, faults: str, tmp_path: Path) -> None:
    """No verdict of the whole suite depends on the network, and no test is missing."""
    options = (PATIENCE, f"--cognito-faults={faults}", f"--cognito-seed={seed}")
    found = scenarios(tmp_path, *WORKERS, *options)
    assert len(clean.verdicts) > 500
    assert found.verdicts == clean.verdicts
    assert "cognito: calls were repeated" in found.said


def test_a_served_emulator_too(clean: Outcome, tmp_path: Path) -> None:
    """Over HTTP, where connections really close, the verdicts are the same."""
    found = scenarios(
        *(tmp_path, *WORKERS, "--cognito-target=server"),
        *(PATIENCE, f"--cognito-faults={LOST}", "--cognito-seed=5"),
    )
    assert found.verdicts == clean.verdicts
