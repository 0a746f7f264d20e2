"""A process of Node ends with the one that started it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.clock import stopwatch

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")


@pytest.mark.parametrize(
    "body", ["return event;", "setTimeout(() => { while (true); }); return 1;"]
)
def test_process_ends_with_its_parent(tmp_path: Path, body: str) -> None:
    """Not even a killed test run leaves a process behind, whatever the handler does."""
    code = f"export const handler = async (event) => {{ {body} }};"
    (tmp_path / "index.mjs").write_text(code, encoding="utf-8")
    target = f"{tmp_path / 'index.mjs'}:handler"
    script = f"""
import os
from harness.emulator.triggers import LambdaFunctions
from harness.emulator.triggers.events import LambdaContext
handler = LambdaFunctions({{"check": {target!r}}})._handlers["check"]
handler({{}}, LambdaContext("check", "arn", "id"))
print(handler._idle[0]._process.pid, flush=True)
os._exit(9)
"""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    pid = int(found.stdout)
    passed = stopwatch()
    while Path(f"/proc/{pid}").exists() and "Z" not in _state(pid):
        assert passed() < 10, "the process of Node outlived its parent"


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return "Z"
