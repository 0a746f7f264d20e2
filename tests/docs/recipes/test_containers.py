"""The recipes for containers: the pages show the files, and the Java files compile."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.sources import ROOT

RECIPES = ROOT / "docs" / "recipes"
STUBS = Path(__file__).with_name("java_stubs")
SHOWN = [
    ("containers-node.md", "node/cognito-container.mjs"),
    ("containers-node.md", "node/sign-up.test.mjs"),
    ("containers-java.md", "java/CognitoContainer.java"),
    ("containers-java.md", "java/SignUpTest.java"),
]


@pytest.mark.parametrize(("page", "file"), SHOWN)
def test_a_page_shows_its_files(page: str, file: str) -> None:
    """What a reader copies is what the tests look at, and the page links to it."""
    text = (RECIPES / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:js|java)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert (RECIPES / "containers" / file).read_text(encoding="utf-8") in blocks
    assert f"(containers/{file})" in text


def test_there_are_no_other_files() -> None:
    """No file lies there that no page shows."""
    folder = RECIPES / "containers"
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {file for _, file in SHOWN}


def compiled(sources: list[Path], directory: Path) -> subprocess.CompletedProcess[str]:
    """Compile Java files together with the stubs."""
    javac = shutil.which("javac")
    if javac is None:
        pytest.skip("there is no javac")
    files = [*sources, *STUBS.rglob("*.java")]
    return subprocess.run(
        [javac, "-Xlint:all", "-Werror", "-d", str(directory), *map(str, files)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_java_files_compile(tmp_path: Path) -> None:
    """They compile without a warning, against stubs of the libraries."""
    done = compiled(list((RECIPES / "containers" / "java").glob("*.java")), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_call_does_not_compile(tmp_path: Path) -> None:
    """A method that the library does not have is noticed."""
    text = (RECIPES / "containers" / "java" / "CognitoContainer.java").read_text(encoding="utf-8")
    wrong = tmp_path / "CognitoContainer.java"
    wrong.write_text(text.replace("withExposedPorts", "withExposedPort"), encoding="utf-8")
    done = compiled([wrong], tmp_path)
    assert done.returncode == 1
    assert "withExposedPort" in done.stderr
