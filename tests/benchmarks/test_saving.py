"""The benchmark of saving measures a server that saves the users that it says."""

from __future__ import annotations

from pathlib import Path

from benchmarks.saving import measure


def test_figures_are_of_the_given_users(tmp_path: Path) -> None:
    """The server saves all users, calls get through before and after, and it saves at its stop."""
    found = measure(30, tmp_path, secrets=False)
    assert (found.saved["users"], found.saved["secrets"]) == (30, False)
    assert found.saved["bytes"] > 0
    assert len(found.without) == 400
    assert found.stopped_in > 0
