"""Each example app of docs/recipes/apps passes its own tests, on every emulator, and fails well."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.support.sources import ROOT

APPS = ROOT / "docs" / "recipes" / "apps"
MANAGED_LOGIN = ROOT / "docs" / "recipes" / "managed-login"
NAMES = ["django", "fastapi", "flask", "lambda"]
Done: TypeAlias = "subprocess.CompletedProcess[str]"

_OF_THIS_RUN = ("AWS_", "COGNITO_HARNESS_", "PYTEST_")
#: What differs between two runs; no replacement changes the length of a line.
_VOLATILE = (
    (re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b"), "x" * 36),
    (re.compile(r"\b[0-9a-f]{6}(?=-main-)"), "790269"),
)


@pytest.fixture
def apps(tmp_path: Path) -> Path:
    """A copy of the examples, as a reader has it."""
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    return shutil.copytree(APPS, tmp_path / "apps", ignore=ignored)


def run(folder: Path, *arguments: str) -> Done:
    """Run the tests of an example, as a reader does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OF_THIS_RUN)}
    # pytest-asyncio is of one example; in the others it would ask for a setting.
    plugins = () if folder.name == "together" else ("-p", "no:asyncio")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_every_folder_is_run() -> None:
    """No example is forgotten here."""
    found = {folder.name for folder in APPS.iterdir() if folder.is_dir()}
    assert found == {*NAMES, "together"}


@pytest.mark.parametrize("target", ["emulator", "server"])
@pytest.mark.parametrize("name", NAMES)
def test_an_example_passes(apps: Path, name: str, target: str) -> None:
    """People sign up, set up an authenticator and sign in through the app."""
    done = run(apps / name, f"--cognito-target={target}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 4 passed" in done.stdout


@pytest.mark.parametrize("target", ["emulator", "server"])
def test_the_example_of_managed_login_passes(tmp_path: Path, target: str) -> None:
    """People sign in on the pages, and the app gets the code."""
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    folder = shutil.copytree(MANAGED_LOGIN, tmp_path / "managed-login", ignore=ignored)
    done = run(folder, f"--cognito-target={target}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 5 passed" in done.stdout


def test_everything_together_in_two_processes(apps: Path) -> None:
    """Async tests, frozen time, moto's mocks and two workers do not disturb each other."""
    done = run(apps / "together", "-n", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 4 passed" in done.stdout


@pytest.mark.parametrize(
    ("name", "file", "right", "wrong", "said"),
    [
        # The session of the first step is sent again, where VerifySoftwareToken gave a new one.
        (
            "fastapi",
            "shop.py",
            'response.session = answer["Session"]',
            "pass",
            "#6 RespondToAuthChallenge MFA_SETUP by the app: NotAuthorizedException",
        ),
        (
            "lambda",
            "handler.py",
            'SOFTWARE_TOKEN_MFA_CODE=body["code"]',
            'SOFTWARE_TOKEN_MFA_CODE="000000"',
            "RespondToAuthChallenge SOFTWARE_TOKEN_MFA by the app: CodeMismatchException",
        ),
        (
            "django",
            "shop/accounts.py",
            "username + settings",
            "username.upper() + settings",
            "SignUp by the app: NotAuthorizedException",
        ),
        (
            "flask",
            "shop.py",
            'ConfirmationCode=request.form["code"]',
            'ConfirmationCode="123456"',
            "ConfirmSignUp by the app: CodeMismatchException",
        ),
    ],
)
def test_a_broken_app_explains_itself(
    apps: Path, name: str, file: str, right: str, wrong: str, said: str
) -> None:
    """The failure of a test shows the app's calls, and why one of them was refused."""
    path = apps / name / file
    source = path.read_text(encoding="utf-8")
    assert source.count(right) == 1
    path.write_text(source.replace(right, wrong), encoding="utf-8")
    done = run(apps / name)
    assert done.returncode == 1, done.stdout + done.stderr
    text = " ".join(done.stdout.split())
    assert said in text, done.stdout
    assert re.search(r" (it refused because|because|likely) ", text), done.stdout


def test_the_report_on_the_page_is_a_real_one(apps: Path) -> None:
    """The page shows what pytest says when the app sends another code than it got."""
    path = apps / "flask" / "shop.py"
    source, right = path.read_text(encoding="utf-8"), '_CODE=request.form["code"]'
    assert source.count(right) == 1
    path.write_text(source.replace(right, f"{right}[::-1]"), encoding="utf-8")
    done = run(apps / "flask", "--cognito-seed=7", "-k", "needs_the_code")
    shown = done.stdout[done.stdout.index("  ladder ") : done.stdout.index("  repeat ")]
    for volatile, instead in _VOLATILE:
        shown = volatile.sub(instead, shown)
    assert shown == (APPS / "report.txt").read_text(encoding="utf-8")


def test_the_page_lists_every_example() -> None:
    """Each example has a section on the page, and each section a link to its folder."""
    page = (ROOT / "docs" / "recipes" / "apps.md").read_text(encoding="utf-8")
    for folder in (*NAMES, "together"):
        assert f"](apps/{folder})" in page, folder
