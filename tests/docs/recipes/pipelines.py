"""Reads what a pipeline file runs, its scripts and their variables, and runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from tests.support.sources import ROOT

RECIPES = ROOT / "docs" / "recipes"
FILES = RECIPES / "files"
EXAMPLE = RECIPES / "example"

#: Placeholders that GitHub, GitLab and CodeBuild replace before a shell sees them.
_OF_GITHUB = re.compile(r"\$\{\{ *vars\.(\w+) *\}\}")
_OF_GITLAB = re.compile(r"\$\{(\w+)\}")
_PHASES = ("install", "pre_build", "build", "post_build")


Done: TypeAlias = "subprocess.CompletedProcess[str]"


@dataclass(frozen=True)
class Script:
    """One shell of a job.

    Attributes:
        name: its name in the file.
        text: its lines.
        variables: the variables that the file sets for it.
    """

    name: str
    text: str
    variables: Mapping[str, str]


def content(name: str) -> dict[Any, Any]:
    """Return the content of a YAML file of the recipes."""
    read: dict[Any, Any] = yaml.safe_load((FILES / name).read_text(encoding="utf-8"))
    return read


def github_scripts(name: str, job: str, values: Mapping[str, str]) -> list[Script]:
    """Return the ``run`` steps of a job; each has its own shell."""
    found = content(name)["jobs"][job]
    variables = _replaced(_OF_GITHUB, found.get("env", {}), values)
    steps = [step for step in found["steps"] if "run" in step]
    return [Script(step["name"], step["run"], variables) for step in steps]


def gitlab_scripts(name: str, job: str, values: Mapping[str, str]) -> list[Script]:
    """Return the two shells of a job: before_script with script, and after_script."""
    found = content(name)[job]
    variables = _replaced(_OF_GITLAB, found.get("variables", {}), values)
    shells = {
        "script": [*found.get("before_script", ()), *found["script"]],
        "after_script": found.get("after_script", []),
    }
    return [Script(key, "\n".join(lines), variables) for key, lines in shells.items() if lines]


def codebuild_scripts(name: str) -> list[Script]:
    """Return the phases of a buildspec, in CodeBuild's order."""
    found = content(name)
    variables = found.get("env", {}).get("variables", {})
    phases = [(key, found["phases"][key]) for key in _PHASES if key in found["phases"]]
    return [Script(key, "\n".join(phase["commands"]), variables) for key, phase in phases]


def run(
    script: Script, project: Path, given: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder as the runner does, without this machine's other settings.

    Everything to be installed must already be installed: pip may not ask a registry.
    """
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(project.parent),
        "CI": "true",
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTEST_XDIST_AUTO_NUM_WORKERS": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script.text],
        cwd=project,
        env={**environment, **given, **script.variables},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def _replaced(
    pattern: re.Pattern[str], variables: Mapping[str, str], values: Mapping[str, str]
) -> dict[str, str]:
    return {
        name: pattern.sub(lambda match: values[match[1]], text) for name, text in variables.items()
    }
