"""Tests of the script that runs an emulator next to an app, and keeps its state."""

from __future__ import annotations

import re
import shutil
import socket
from pathlib import Path

import pytest

from tests.docs.recipes.pipelines import FILES, RECIPES, Script, run

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the script is for bash")


def free_port() -> str:
    """Return a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def test_tests_run_in_the_pool_of_the_template(project: Path) -> None:
    """The line on the page runs the tests. The pool stays, and the emulator ends each time."""
    shutil.copy(FILES / "local.sh", project)
    page = (RECIPES / "local.md").read_text(encoding="utf-8")
    line = page.rpartition("```sh\n")[2].partition("```")[0]
    port = {"COGNITO_PORT": free_port()}

    done = run(Script("pytest", line, {}), project, port)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 4 passed" in done.stdout
    ids = (project / ".cognito" / "ids").read_text(encoding="utf-8")
    (pool,) = re.findall(r"^UserPoolId=(us-east-1_\w+)$", ids, re.MULTILINE)

    line = "bash local.sh bash -c 'echo $USER_POOL_ID; exit 3'"
    again = run(Script("again", line, {}), project, port)
    assert again.returncode == 3, again.stderr
    assert pool in again.stdout.splitlines()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(port["COGNITO_PORT"])), timeout=5).close()
