"""Tests that the examples in docs/clients.md do what the page says, on a served emulator."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.foreign_clients.clients import environment
from tests.foreign_clients.install_packages import NODE
from tests.support.sources import ROOT

PAGE = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
WRITTEN_URL = "http://127.0.0.1:5000"
SCRIPTS = re.findall(r"^## (\S+)[^\n]*$(?:(?!^## ).)*?^```js\n(.*?)^```$", PAGE, re.M | re.S)


def blocks(language: str, url: str) -> list[str]:
    """Return the fenced blocks of the page in one language, with the served emulator's URL."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)
    return [block.replace(WRITTEN_URL, url) for block in found]


def run(command: list[str], variables: Mapping[str, str]) -> str:
    """Run a command with the installed packages; return its output."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        command,
        cwd=NODE,
        env={**variables, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def after_the_shell(served_url: str) -> Mapping[str, str]:
    """Return the environment that the shell blocks leave, except the blocks that serve."""
    serves = "cognito-harness serve "
    scripts = [block for block in blocks("sh", served_url) if not block.startswith(serves)]
    names = ("POOL_ID", "CLIENT_ID", "CHOICE_POOL_ID", "CHOICE_CLIENT_ID")
    commands = "\n".join([*scripts, "echo " + " ".join(f"${name}" for name in names)])
    done = run(["bash", "-euc", commands], environment(served_url))
    ids = dict(zip(names, done.splitlines()[-1].split(), strict=True))
    return {**environment(served_url), **ids, "AWS_REGION": "us-east-1"}


class TestExamples:
    """The examples in the order of the page: serve, create a pool with a user, and sign in."""

    @pytest.mark.parametrize("script", [code for _, code in SCRIPTS], ids=[n for n, _ in SCRIPTS])
    def test_a_script_signs_in(
        self, script: str, served_url: str, after_the_shell: Mapping[str, str]
    ) -> None:
        """Each script prints the name of the user who signed in."""
        module = script.replace(WRITTEN_URL, served_url)
        command = ["node", "--input-type=module", "--eval", module]
        who = "grace" if "grace" in script else "ada"
        assert run(command, after_the_shell).split()[-2:] == ["DONE", who]

    def test_there_are_scripts(self) -> None:
        """The page has one script for each JavaScript library, and one that signs in by choice."""
        assert len(SCRIPTS) == 4
