"""The process of Locust: what it gets from the command that starts it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from harness.load.plan import PLAN_VARIABLE, LoadPlan
from harness.load.run import LoadSize, _environment, run_locust

if TYPE_CHECKING:
    from harness.load.children import Children


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


def test_interrupted_run_says_what_it_waits_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """After Ctrl-C a line says for what, how long, and how to end at once."""

    class Interrupted:
        def wait(self) -> int:
            raise KeyboardInterrupt

    class Starts:
        @contextmanager
        def started(self, *_: object, **__: object) -> Iterator[Interrupted]:
            yield Interrupted()

    monkeypatch.setattr(LoadPlan, "read", lambda _: SimpleNamespace(endpoint_url="http://h"))
    size = LoadSize(users=1, spawn_rate=1.0, run_time=1.0)
    with pytest.raises(KeyboardInterrupt):
        run_locust(tmp_path / "plan.json", size, cast("Children", Starts()))
    line = capsys.readouterr().err
    assert line.startswith("load: waiting until the flows that have begun are over")
    assert "at most 30 s; another Ctrl-C ends them at once" in line
