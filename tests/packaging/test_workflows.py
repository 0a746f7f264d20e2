"""Tests of the workflows of the repository, as far as they go without GitHub."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.packaging.actions import read_yaml, workflows
from tests.packaging.release import ROOT as RELEASED_FROM
from tests.support.sources import ROOT

FOLDER = ROOT / ".github" / "workflows"
RELEASE = read_yaml(FOLDER / "release.yml")
CI = read_yaml(FOLDER / "ci.yml")
EVERY_FILE = pytest.mark.parametrize("path", workflows(), ids=lambda path: path.name)


def steps(content: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    """Yield the steps of all jobs."""
    for job in content["jobs"].values():
        yield from job["steps"]


@pytest.mark.parametrize(
    "schema", ["vendor.github-workflows", "custom.github-workflows-require-timeout"]
)
def test_the_workflows_match_their_schema(schema: str) -> None:
    """GitHub accepts the files, and each job has a time limit."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    done = subprocess.run(
        [*command, *map(str, workflows())], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_nobody_can_get_in_through_them() -> None:
    """zizmor finds no injection, no action that can change, no permission too many."""
    program = shutil.which("zizmor", path=os.path.dirname(sys.executable))
    assert program is not None, "pip install zizmor"
    files = [*map(str, workflows()), str(ROOT / "action.yml")]
    done = subprocess.run(
        [
            program,
            "--offline",
            "--no-progress",
            "--config",
            str(ROOT / ".github/zizmor.yml"),
            *files,
        ],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@EVERY_FILE
def test_actions_cannot_change(path: Path) -> None:
    """Each action of somebody else is named by its commit, with the release beside it."""
    used = re.findall(r"uses: (\S+)(.*)", path.read_text(encoding="utf-8"))
    assert used
    for action, release in used:
        pinned = re.search(r"@[0-9a-f]{40}$", action) and re.fullmatch(
            r" # v\d+\.\d+\.\d+", release
        )
        assert pinned or action == "./", action


@EVERY_FILE
def test_every_environment_of_tox_is_there(path: Path) -> None:
    """What a workflow runs by tox, tox.ini describes."""
    tox = configparser.ConfigParser(interpolation=None)
    tox.read_string((ROOT / "tox.ini").read_text(encoding="utf-8"))
    content = read_yaml(path)
    named = re.findall(r"tox -e (\w[\w-]*)", path.read_text(encoding="utf-8"))
    for job in content["jobs"].values():
        named += job.get("strategy", {}).get("matrix", {}).get("part", [])
    assert named
    assert [name for name in named if f"testenv:{name}" not in tox.sections()] == []


def test_every_python_and_system_is_tried() -> None:
    """The matrix has the Pythons of pyproject.toml, each on Linux, Windows and macOS."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    matrix = CI["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == re.findall(r"Python :: (3\.\d+)", project)
    assert {name.partition("-")[0] for name in matrix["os"]} == {"ubuntu", "windows", "macos"}


class TestRelease:
    """What publishes a version."""

    BUILD, PUBLISH = RELEASE["jobs"]["build"], RELEASE["jobs"]["publish"]

    def test_a_tag_starts_it(self) -> None:
        """Nothing else does, neither a branch nor a pull request of a stranger."""
        # YAML 1.1 reads `on` as true.
        assert RELEASE[True] == {"push": {"tags": ["v*"]}}

    def test_the_token_is_for_publishing_alone(self) -> None:
        """The job that may ask for it runs no code of the repository, and there is no secret."""
        assert self.PUBLISH["permissions"] == {"id-token": "write"}
        assert "run" not in "".join(key for step in self.PUBLISH["steps"] for key in step)
        assert RELEASE["permissions"] == {"contents": "read"}
        assert "permissions" not in self.BUILD
        assert "secrets." not in (FOLDER / "release.yml").read_text(encoding="utf-8")

    def test_what_is_published_was_tested(self) -> None:
        """The files that were built, checked and installed are those that are published."""
        assert self.PUBLISH["needs"] == "build"
        (upload,) = (step for step in self.BUILD["steps"] if "upload" in step.get("uses", ""))
        (download,) = (step for step in self.PUBLISH["steps"] if "download" in step["uses"])
        (built,) = (step for step in self.BUILD["steps"] if "tox -e" in step.get("run", ""))
        assert upload["with"]["name"] == download["with"]["name"]
        assert upload["with"]["path"] == built["env"]["COGNITO_HARNESS_DIST"]

    def test_the_tag_is_compared_before_anything_else(self) -> None:
        """The first command of the build stops a tag that does not agree with its version."""
        first = next(step for step in self.BUILD["steps"] if "run" in step)
        assert first["run"] == 'python -m tests.packaging.release check "$TAG"'
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", first["run"].replace("python", sys.executable, 1)],
            cwd=RELEASED_FROM,
            env={**os.environ, "TAG": "v0.0.0", "PYTHONPATH": ""},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 1
        assert "the tag is v0.0.0" in done.stderr
