"""The files of a release, built once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sources import ROOT


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist; it stays where COGNITO_HARNESS_DIST says."""
    given = os.environ.get("COGNITO_HARNESS_DIST")
    folder = ROOT / given if given else tmp_path_factory.mktemp("dist")
    assert not folder.exists() or not list(folder.iterdir()), f"{folder} has files already"
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    """The wheel of the release."""
    (found,) = dist.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def sdist(dist: Path) -> Path:
    """The source distribution of the release."""
    (found,) = dist.glob("*.tar.gz")
    return found
