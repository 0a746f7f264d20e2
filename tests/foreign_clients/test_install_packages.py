"""Tests that one line says what is missing, and what to do about it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.foreign_clients import install_packages
from tests.foreign_clients.install_packages import Missing, main, require_everything


class TestWhatIsMissing:
    """Nothing shows a traceback, and nothing is skipped silently."""

    def test_without_node(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Without Node it fails, and names the oldest release that works."""
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
        """A user who is not root is asked to install Chromium."""
        monkeypatch.setattr(install_packages, "browser", lambda: None)
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(Missing, match="apt-get install chromium"):
            install_packages._install_browser()
        with pytest.raises(Missing, match=r"python -m tests\.foreign_clients\.install_packages"):
            require_everything()
