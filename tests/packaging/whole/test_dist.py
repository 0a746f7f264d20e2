"""The wheel and the sdist are well made, and do what the README says where they are installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

import harness
from harness.emulator.server import EmulatorServer
from tests.packaging.environments import PYTHONS, Environment, interpreter
from tests.support.sources import ROOT

TINY_TEST = """
import pytest

from harness import SignInContext


@pytest.mark.cognito_pool(mfa="ON")
def test_a_second_sign_in_needs_a_code(cognito_enrolled, cognito_sign_in):
    person, authenticator = cognito_enrolled.person, cognito_enrolled.authenticator
    context = SignInContext.for_person(person, authenticator=authenticator)
    result = cognito_sign_in.run(context, "USER_SRP_AUTH")
    assert result.steps == ("PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA")
"""


def check_use(environment: Environment, folder: Path) -> None:
    """Check that the command and the plugin of an environment work, far from the sources."""
    version = environment.run(("cognito-harness", "--version"), folder).stdout
    assert version == f"cognito-harness {harness.__version__}\n"
    assert (
        "without any code" in environment.run(("cognito-harness", "demo", "--auto"), folder).stdout
    )
    (folder / "test_tiny.py").write_text(TINY_TEST, encoding="utf-8")
    assert "1 passed" in environment.run(("pytest", "-p", "no:cacheprovider"), folder).stdout
    with EmulatorServer() as server:
        conform = ("cognito-harness", "conform", "--endpoint-url", server.url, "--workers", "1")
        held = environment.run((*conform, "-k", "too_short"), folder).stdout
    assert "1 variant of scenarios: 1 hold" in held


def test_the_registry_would_take_them(dist: Path) -> None:
    """The metadata are valid, and the README can be shown; a warning counts as an error."""
    files = [str(path) for path in sorted(dist.iterdir())]
    assert len(files) == 2
    done = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *files],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_wheel_holds_no_stray_file(wheel: Path) -> None:
    """It has one package, without tests beside it, duplicates and what editors leave."""
    program = shutil.which("check-wheel-contents", path=str(Path(sys.executable).parent))
    assert program is not None
    done = subprocess.run(
        [program, str(wheel)], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_sdist_can_be_built_and_tested(sdist: Path) -> None:
    """It has the sources, the tests and their settings, and nothing of a machine."""
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "tox.ini", "pytest.ini", "tests/conftest.py", "LICENSE"} <= names
    assert not [name for name in names if name.startswith((".tox/", ".venv/", ".ci/", ".git/"))]


@pytest.mark.parametrize("version", PYTHONS)
def test_the_wheel_works_alone(wheel: Path, version: str, tmp_path: Path) -> None:
    """On each Python of the machine, it brings everything that the command and the plugin need."""
    python = interpreter(version)
    if python is None:
        pytest.skip(f"this machine has no Python {version}")
    environment = Environment.made(tmp_path / "venv", python)
    environment.install(str(wheel), cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    check_use(environment, elsewhere)


def test_the_sdist_works_alone(sdist: Path, tmp_path: Path) -> None:
    """Built from the sdist, the package is the same: version, command and bundled scenarios."""
    environment = Environment.made(tmp_path / "venv", sys.executable)
    environment.install(str(sdist), cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    check_use(environment, elsewhere)
