"""Tests that the examples of the documentation run, and that its commands and links exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, Block, blocks
from tests.support.sources import ROOT

_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def examples(language: str) -> list[Block]:
    """Return all blocks of one language that stand alone, in the order of the pages."""
    return [block for block in blocks() if block.language == language and not block.title]


def run(*arguments: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in its own directory."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("example", examples("python"), ids=str)
def test_a_python_example_runs(example: Block, tmp_path: Path) -> None:
    """A block with tests passes under pytest; any other block runs to its end."""
    (tmp_path / "test_example.py").write_text(example.text, encoding="utf-8")
    if "def test_" in example.text:
        plugin = ("-p", "harness.plugin", "-p", "no:cacheprovider")
        done = run("-m", "pytest", "-q", *plugin, "test_example.py", directory=tmp_path)
        assert " passed" in done.stdout, done.stdout + done.stderr
    else:
        done = run("test_example.py", directory=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def shell_lines() -> list[tuple[str, str]]:
    """Return every `cognito-harness` line of every shell block, with its place."""
    return [
        (str(example), line)
        for example in examples("sh")
        for line in example.text.splitlines()
        if line.startswith("cognito-harness ")
    ]


@pytest.mark.parametrize(("where", "line"), shell_lines())
def test_a_command_has_its_options(where: str, line: str) -> None:
    """Each `cognito-harness` line names an existing command and existing options."""
    words = line.split()
    done = run("-m", "harness.cli", words[1], "--help", directory=ROOT)
    assert done.returncode == 0, f"{where}: {done.stderr}"
    for option in (word.split("=")[0] for word in words[2:] if word.startswith("--")):
        assert option in done.stdout, f"{where}: {option}"


def test_the_two_commands_of_the_readme() -> None:
    """The README begins with the two commands, and both name an existing tox environment."""
    first, second = [example.text.strip() for example in examples("sh") if _is_readme(example)][:2]
    tox = (ROOT / "tox.ini").read_text(encoding="utf-8")
    for line, environment in ((first, "scenarios"), (second, "tests")):
        assert "\n" not in line
        assert " && python3 -m venv .venv && .venv/bin/python -m pip install" in line
        assert line.endswith(f"-e {environment}")
        assert f"[testenv:{environment}]" in tox


def test_ci_runs_what_the_readme_says() -> None:
    """CI runs both environments of the README, lint and types."""
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "for part in lint types tests scenarios" in gate


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_work(page: Path) -> None:
    """A link to another file of the project names an existing file."""
    # In code, such as a pattern, the characters of a link are none.
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    for target in _LINK.findall(text):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def _is_readme(example: Block) -> bool:
    return example.page.name == "README.md"


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_named_paths_exist(page: str) -> None:
    """A path in the package that is named as code exists."""
    named = re.findall(r"`(harness/[\w/.]+)`", (ROOT / page).read_text(encoding="utf-8"))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
