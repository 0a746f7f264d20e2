"""The AWS CLI: every request is a command; pycognito does the SRP, which the CLI does not have.

With ``--in-process`` the commands run in this process, without starting Python for each.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from botocore import xform_name

from harness.srp.engines import load_engine
from tests.foreign_clients.python.choice_api import ChoiceClient
from tests.foreign_clients.python.conversation import Refused, Settings, converse

_REFUSAL = re.compile(r"An error occurred \((\w+)\)")


class CommandCall:
    """Sends requests as ``aws cognito-idp``, which finds the endpoint in the environment."""

    def __init__(self, settings: Settings, *, in_process: bool) -> None:
        self._region = settings.region
        self._run = _run_here if in_process else _run_aws

    def __call__(self, operation: str, /, **members: Any) -> dict[str, Any]:
        """Return the response of the CLI's command for an operation."""
        command = ["cognito-idp", xform_name(operation, "-"), "--region", self._region]
        for name, value in members.items():
            # With "=", because a session may begin with a hyphen.
            text = value if isinstance(value, str) else json.dumps(value)
            command.append(f"--{xform_name(name, '-')}={text}")
        code, out, err = self._run(command)
        refusal = _REFUSAL.search(err)
        if refusal is not None:
            raise Refused(refusal[1])
        assert code == 0, err
        answer: dict[str, Any] = json.loads(out or "{}")
        return answer


def _run_aws(arguments: list[str]) -> tuple[int, str, str]:
    aws = str(Path(sys.executable).with_name("aws"))
    done = subprocess.run([aws, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def _run_here(arguments: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = _command_line().main(arguments)
    return code, out.getvalue(), err.getvalue()


@functools.cache
def _command_line() -> Any:
    return importlib.import_module("awscli.clidriver").create_clidriver()


def make_client(settings: Settings) -> ChoiceClient:
    """Return the client of the tests."""
    call = CommandCall(settings, in_process="--in-process" in sys.argv)
    return ChoiceClient(settings, call, load_engine("pycognito"))


if __name__ == "__main__":
    converse(make_client)
