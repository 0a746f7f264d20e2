"""Reads GitHub's action and workflows of the project, and runs steps as a runner does."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.packaging.running import ON_PATH
from tests.support.sources import ROOT

__all__ = ["Runner", "action", "read_yaml", "workflows"]

_EXPRESSION = re.compile(r"\$\{\{ *(.+?) *\}\}")


def read_yaml(path: Path) -> dict[Any, Any]:
    """Return a YAML file."""
    content: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def action() -> dict[Any, Any]:
    """Return the action of the repository."""
    return read_yaml(ROOT / "action.yml")


def workflows() -> list[Path]:
    """Return the workflow files of the repository."""
    return sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@dataclass
class Runner:
    """A runner of GitHub's: it has inputs, files that steps write to, and their outputs.

    Attributes:
        folder: where the runner's files are.
        inputs: the inputs of the action; those that are not given have their defaults.
        outputs: what each step has written, by its id.
        environment: what later steps get.
    """

    folder: Path
    inputs: Mapping[str, str]
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def value(self, text: str) -> str:
        """Return a text with its expressions replaced."""
        return _EXPRESSION.sub(lambda found: self._of(found[1]), str(text))

    def run(self, step: Mapping[str, Any], path: str = ON_PATH) -> subprocess.CompletedProcess[str]:
        """Run a step in bash, with the options that GitHub's runner gives it, and keep its output.

        https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
        """
        assert step["shell"] == "bash"
        files = {name: self.folder / name for name in ("GITHUB_OUTPUT", "GITHUB_ENV")}
        for file in files.values():
            file.write_text("", encoding="utf-8")
        base = {"PATH": path, "HOME": str(self.folder), "RUNNER_TEMP": str(self.folder)}
        base |= {name: str(file) for name, file in files.items()}
        # What the action's first step installs is what is tested.
        base["PYTHONPATH"] = str(ROOT)
        own = {name: self.value(text) for name, text in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=ROOT,
            env={**base, **self.environment, **own},
            capture_output=True,
            encoding="utf-8",
            timeout=180,
            check=False,
        )
        self.outputs[step.get("id", step["name"])] = _pairs(files["GITHUB_OUTPUT"])
        self.environment |= _pairs(files["GITHUB_ENV"])
        return done

    def _of(self, expression: str) -> str:
        for one in expression.split(" || "):
            parts = one.split(".")
            if parts[0] == "inputs" and (given := self._input(parts[1])):
                return given
            if parts[0] == "steps":
                return self.outputs[parts[1]][parts[3]]
            if one == "github.action_path":
                return str(ROOT)
        return ""

    def _input(self, name: str) -> str:
        return self.inputs.get(name, str(action()["inputs"][name]["default"]))


def _pairs(file: Path) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines)}
