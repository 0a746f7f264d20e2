"""The events of triggers fit the types that handlers in TypeScript are compiled with."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.foreign_clients.install_packages import NODE
from tests.foreign_clients.trigger_events import TYPES, Event, events, source_file

#: Types describe what is there; null where nothing is, as Cognito sends it, is left out of them.
OPTIONS = ("--noEmit", "--strict", "--strictNullChecks", "false", "--skipLibCheck", "true")


def compiled(source: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Compile a module of TypeScript beside the packages of Node."""
    (folder / "node_modules").symlink_to(NODE / "node_modules")
    (folder / "events.ts").write_text(source, encoding="utf-8")
    compiler = NODE / "node_modules" / "typescript" / "bin" / "tsc"
    command = ["node", str(compiler), *OPTIONS, "--types", "aws-lambda", "events.ts"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def found() -> list[Event]:
    """The events."""
    return events()


def test_there_are_events_of_every_trigger(found: list[Event]) -> None:
    """None is left out."""
    kinds = {event["triggerSource"].partition("_")[0] for event in found}
    assert kinds == {kind.removesuffix(" 2") for kind in TYPES}
    assert {event["version"] for event in found} == {"1", "2"}


def test_events_fit_their_types(found: list[Event], tmp_path: Path) -> None:
    """The compiler of TypeScript accepts each event as the type of ``@types/aws-lambda``."""
    done = compiled(source_file(found), tmp_path)
    assert done.returncode == 0, done.stdout


#: What is wrong with each event that must not compile.
WRONG: tuple[Event, ...] = (
    {"triggerSource": "PreSignUp_SignUp", "userName": 7},
    {"triggerSource": "PreSignUp_SignUp", "request": {"userAttributes": {"email": 7}}},
    {"triggerSource": "PreSignUp_SignUp", "request": {}},
    {"triggerSource": "PreSignUp_SignUp", "somethingElse": True},
    {"triggerSource": "PreSignUp_SignUp", "response": {"autoConfirmUser": "no"}},
    {"triggerSource": "PreSignUp_Nobody"},
)


def test_compiler_would_notice(found: list[Event], tmp_path: Path) -> None:
    """An event with another value, an unknown member or a missing one does not compile."""
    right = next(event for event in found if event["triggerSource"] == "PreSignUp_SignUp")
    done = compiled(source_file([{**right, **wrong} for wrong in WRONG]), tmp_path)
    lines = set(re.findall(r"^events\.ts\((\d+),", done.stdout, re.MULTILINE))
    assert len(lines) == len(WRONG), done.stdout
