"""docs/recipes/containers-node.md runs, with a process in place of the container."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.cli.processes import PATIENCE_SECONDS
from tests.foreign_clients.install_packages import NODE
from tests.support.sources import ROOT

FILES = ROOT / "docs" / "recipes" / "containers" / "node"
STAND_IN = Path(__file__).parent / "stand_ins" / "testcontainers"


def test_a_user_signs_up_against_the_container(tmp_path: Path) -> None:
    """The test of the page passes: its container starts, answers by its endpoint, and stops."""
    for file in FILES.iterdir():
        shutil.copy(file, tmp_path)
    packages = tmp_path / "node_modules"
    packages.mkdir()
    shutil.copytree(STAND_IN, packages / "testcontainers")
    for package in (NODE / "node_modules").iterdir():
        (packages / package.name).symlink_to(package, target_is_directory=True)
    done = subprocess.run(
        ["node", "--test"],
        cwd=tmp_path,
        env={**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 1" in done.stdout
