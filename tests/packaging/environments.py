"""Environments that have nothing but what is installed there, on each Python of the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PYTHONS", "Environment", "interpreter"]

#: The Pythons that the package supports; tests/test_packaging.py compares them with pyproject.toml.
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
#: What the surrounding environment says must not decide what a new one finds.
_OWN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTEST_ADDOPTS", "PYTEST_PLUGINS")
_SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"


def interpreter(version: str) -> str | None:
    """Return the Python of a version, or ``None`` where the machine has none that makes venvs."""
    if f"{sys.version_info.major}.{sys.version_info.minor}" == version:
        return sys.executable
    found = shutil.which(f"python{version}")
    check = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    if found is None:
        return None
    done = subprocess.run([found, "-c", check], capture_output=True, encoding="utf-8", check=False)
    return found if done.stdout.strip() == version else None


@dataclass(frozen=True)
class Environment:
    """An environment of its own.

    Attributes:
        folder: where it is.
    """

    folder: Path

    @classmethod
    def made(cls, folder: Path, python: str) -> Environment:
        """Make an environment with pip."""
        subprocess.run([python, "-m", "venv", str(folder)], check=True, capture_output=True)
        return cls(folder)

    def program(self, name: str) -> str:
        """Return the path of a program in it."""
        found = shutil.which(name, path=str(self.folder / _SCRIPTS))
        assert found is not None, f"{name} is not in {self.folder}"
        return found

    def run(
        self, command: Sequence[str], cwd: Path, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of it; fail with what it printed unless it ends with 0."""
        outside = {name: value for name, value in os.environ.items() if name not in _OWN}
        path = f"{self.folder / _SCRIPTS}{os.pathsep}{outside['PATH']}"
        done = subprocess.run(
            [self.program(command[0]), *command[1:]],
            cwd=cwd,
            env={**outside, "PATH": path, **(variables or {})},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def install(self, *what: str, cwd: Path) -> None:
        """Install with pip, which asks the registry that the machine is set up for."""
        # Most of what would be compiled is never imported here.
        options = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-compile")
        self.run(("python", "-m", "pip", "install", *options, *what), cwd)
