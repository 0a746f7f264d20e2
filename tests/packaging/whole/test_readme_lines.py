"""The first lines of the README work as they are pasted, one after the other."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sources import ROOT

INSTALL = "python3 -m venv .venv && . .venv/bin/activate && python -m pip install -e ."


def block(page: Path) -> str:
    """Return the block of a page that begins with the install line."""
    text = page.read_text(encoding="utf-8")
    found = next(one for one in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if INSTALL in one)
    assert found.startswith(f"{INSTALL}\ncognito-harness ")
    return str(found)


@pytest.mark.skipif(sys.platform == "win32", reason="the lines are for a POSIX shell")
def test_the_command_is_on_the_path_after_the_install_line(tmp_path: Path) -> None:
    """The next lines find it, in a shell without anything of this environment."""
    lines = block(ROOT / "README.md")
    assert block(ROOT / "docs" / "install.md") == lines
    left = shutil.ignore_patterns(
        ".git", ".tox", ".venv", "venv", "__pycache__", ".*_cache", "dist"
    )
    clone = shutil.copytree(ROOT, tmp_path / "clone", ignore=left)
    own = {"PYTHONPATH", "VIRTUAL_ENV", "PYTEST_ADDOPTS"}
    outside = {name: value for name, value in os.environ.items() if name not in own}
    outside["PIP_NO_COMPILE"] = "1"  # Most of what would be compiled is never imported here.
    path = outside["PATH"].split(os.pathsep)
    here = str(Path(sys.executable).parent)
    outside["PATH"] = os.pathsep.join(folder for folder in path if folder != here)
    done = subprocess.run(
        ["sh", "-e", "-c", lines],
        cwd=clone,
        env=outside,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "without any code" in done.stdout
