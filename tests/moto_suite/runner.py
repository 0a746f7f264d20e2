"""Runs moto's tests in a separate process, on the emulator and without the caller's settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from harness.errors import HarnessError
from tests.moto_suite.distribution import COGNITO_TESTS

ROOT = Path(__file__).parents[2]
_INSIDE = Path(__file__).with_name("inside")
_TIME_LIMIT = 600.0
#: The variables that a Python process needs.
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
#: pytest's exit codes of a complete run: all passed, some failed.
_COMPLETE = (0, 1)


@dataclass(frozen=True)
class Outcome:
    """How one of moto's tests ended.

    Attributes:
        test: its id, relative to moto's folder of tests.
        verified: whether moto's authors ran it against AWS.
        said: the first line of the failure message.
    """

    test: str
    passed: bool
    verified: bool
    said: str = ""


def run_tests(folder: Path) -> list[Outcome]:
    """Run the Cognito tests in ``folder/tests`` on the emulator."""
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    outcomes = folder / "outcomes.json"
    outcomes.unlink(missing_ok=True)
    try:
        done = subprocess.run(
            _command(outcomes),
            cwd=folder,
            env=environment(folder),
            capture_output=True,
            text=True,
            timeout=_TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise HarnessError(f"moto's tests did not end in {_TIME_LIMIT:g} s") from None
    if done.returncode not in _COMPLETE or not outcomes.is_file():
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise HarnessError(f"moto's tests did not run, exit code {done.returncode}:\n{said}")
    return _read(outcomes)


def _command(outcomes: Path) -> list[str]:
    command = [sys.executable, "-m", "pytest", "-c", "pytest.ini", "-q", "--tb=line"]
    command += ["-p", "no:cacheprovider", "-p", "with_emulator", "--outcomes", str(outcomes)]
    return [*command, f"tests/{COGNITO_TESTS}"]


def environment(folder: Path) -> dict[str, str]:
    """Return the variables of moto's run: no settings, no AWS account, only loopback network."""
    nowhere = str(folder / "none")
    # Nothing listens on this port: a request that no mock handles fails at once.
    closed = "http://127.0.0.1:9"
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        "HOME": str(folder),
        "USERPROFILE": str(folder),
        "AWS_CONFIG_FILE": nowhere,
        "AWS_SHARED_CREDENTIALS_FILE": nowhere,
        "AWS_EC2_METADATA_DISABLED": "true",
        "HTTP_PROXY": closed,
        "HTTPS_PROXY": closed,
        "NO_PROXY": "127.0.0.1,0.0.0.0,localhost",
        # Otherwise pytest would load the harness's own plugin and every other installed one.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([str(_INSIDE), str(ROOT)]),
    }


def _read(outcomes: Path) -> list[Outcome]:
    found = json.loads(outcomes.read_text(encoding="utf-8"))
    return [Outcome(name.removeprefix("tests/"), **members) for name, members in found.items()]
