"""The process of Locust: what it gets from the command that starts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.load.plan import PLAN_VARIABLE
from harness.load.run import LoadSize, _environment


def test_locust_gets_no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment of Locust has the plan and the certificates, and no credentials of AWS."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.setenv(name, "of-the-user")
    monkeypatch.setenv("LOCUST_USERS", "7")
    monkeypatch.setenv("AWS_CA_BUNDLE", "bundle.pem")
    found = _environment(tmp_path / "plan.json")
    assert found[PLAN_VARIABLE] == str(tmp_path / "plan.json")
    assert found["AWS_CA_BUNDLE"] == "bundle.pem"
    assert "of-the-user" not in found.values()
    assert "LOCUST_USERS" not in found


def test_only_what_is_given_becomes_an_option() -> None:
    """A run whose shape says the rest has no options of its size, and one process none at all."""
    assert list(LoadSize(None, None, None).options()) == []
    sized = LoadSize(3, 1.5, 9.6, processes=2)
    assert list(sized.options()) == [
        *("--users", "3", "--spawn-rate", "1.5"),
        *("--run-time", "10s", "--processes", "2"),
    ]
