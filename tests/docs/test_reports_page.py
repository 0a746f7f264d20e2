"""Tests of docs/reports.md: its commands run, its pipelines are valid, it has all options."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.app import run
from tests.reports.runs.records import ordinary_record, write
from tests.support.sources import ROOT

PAGE = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ *(?:- )?(cognito-harness report .*)$", PAGE, re.MULTILINE)
PIPELINES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the records that the page names."""
    for name in ("run.jsonl", "before.jsonl"):
        write(ordinary_record(), tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_makes_its_reports(line: str, folder: Path) -> None:
    """Each command of the page runs, and writes the files that it names."""
    arguments = shlex.split(line.partition(">>")[0])[1:]
    assert run(arguments) == 0
    named = [word for word in arguments[2:] if word.endswith((".html", ".xml"))]
    assert all((folder / name).stat().st_size > 500 for name in named)


def test_the_record_is_made_as_the_page_says(tmp_path: Path) -> None:
    """The run of the page writes a record that the command reads."""
    (tmp_path / "test_it.py").write_text("def test_it(cognito_signed_up):\n    pass\n", "utf-8")
    command = re.search(r"^pytest (--cognito-record=run\.jsonl)$", PAGE, re.MULTILINE)
    assert command is not None
    plugin = ("-q", "-p", "harness.plugin", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, *command[1].split()],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert run(["report", str(tmp_path / "run.jsonl")]) == 0


@pytest.mark.parametrize(
    ("schema", "pipeline"), [*zip(("github-workflows", "gitlab-ci"), PIPELINES, strict=True)]
)
def test_a_pipeline_matches_its_schema(schema: str, pipeline: str, tmp_path: Path) -> None:
    """GitHub and GitLab accept the pipelines; check-jsonschema has the schemas."""
    (tmp_path / "pipeline.yml").write_text(pipeline, encoding="utf-8")
    transform = ("--data-transform", schema) if schema == "gitlab-ci" else ()
    program = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}")
    done = subprocess.run(
        [*program, *transform, str(tmp_path / "pipeline.yml")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", ["reports.md", "cli.md"])
def test_every_option_is_documented(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The tables of the options are those of ``--help``."""
    assert run(["report", "--help"]) == 0
    options = set(re.findall(r"(--[a-z-]+)", capsys.readouterr().out)) - {
        "--help",
        "--cognito-record",
    }
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    if page == "cli.md":
        text = text.partition("\n## report\n")[2].partition("\n## ")[0]
    assert {f"--{name}" for name in re.findall(r"^\| `--([a-z-]+)", text, re.MULTILINE)} == options


def test_the_pictures_are_there() -> None:
    """Each picture of the page is a file with a description."""
    shown = re.findall(r"!\[([^]]+)\]\((images/[\w-]+\.png)\)", PAGE)
    shown += [(alt, path) for path, alt in re.findall(r'<img src="(\S+)" alt="([^"]+)"', PAGE)]
    assert len(shown) == 4
    assert all(alt and (ROOT / "docs" / path).is_file() for alt, path in shown)
