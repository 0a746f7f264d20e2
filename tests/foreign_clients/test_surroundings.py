"""What is missing is said in one line, with what to do about it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.foreign_clients import surroundings
from tests.foreign_clients.surroundings import Missing, main, require_everything


class TestWhatIsMissing:
    """No traceback, and nothing skipped in silence."""

    def test_without_node(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Where there is no Node it fails, and names the oldest release that will do."""
        monkeypatch.setattr(shutil, "which", lambda name: None)
        assert main() == 2
        assert "install Node.js 20 or later" in capsys.readouterr().err

    def test_with_an_old_node(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """An older release is named."""
        for name in ("node", "npm"):
            program = tmp_path / name
            program.write_text("#!/bin/sh\necho v18.20.4\n", encoding="utf-8")
            program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        assert main() == 2
        assert "is v18.20.4: install Node.js 20 or later" in capsys.readouterr().err

    def test_without_a_browser(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who is not root is told to install Chromium."""
        monkeypatch.setattr(surroundings, "browser", lambda: None)
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(Missing, match="apt-get install chromium"):
            surroundings._install_browser()
        with pytest.raises(Missing, match=r"python -m tests\.clients\.surroundings"):
            require_everything()
