"""The pages about conform say what the code does and what was measured."""

from __future__ import annotations

import json
import re
from pathlib import Path

import typer

from benchmarks import conformance
from benchmarks.peers import COGNITO_LOCAL, MINISTACK
from harness.cli.app import app
from harness.cli.conform.running import collect
from harness.cli.conform.suite import Suite
from harness.verdicts.expected_differences import read_expectations
from tests.support.sources import ROOT

SECTION = (
    (ROOT / "docs" / "cli.md")
    .read_text(encoding="utf-8")
    .partition("\n## conform\n")[2]
    .partition("\n## ")[0]
)
FIGURES = json.loads(conformance.FIGURES.read_text(encoding="utf-8"))


def test_the_page_has_the_figures() -> None:
    """docs/conformance.md is what the script writes from the figures."""
    assert conformance.PAGE.read_text(encoding="utf-8") == conformance.render(FIGURES)


def test_the_figures_are_of_the_pinned_versions() -> None:
    """Each service was measured in the version that the benchmarks install."""
    assert FIGURES["ministack"]["version"] == MINISTACK
    assert FIGURES["cognito-local"]["version"] == COGNITO_LOCAL
    assert set(FIGURES) == {subject.name for subject in conformance.SUBJECTS}


def test_the_figures_are_of_all_areas() -> None:
    """The areas that were measured are those that the scenarios have on a service today."""
    where = ["--cognito-target=endpoint", "--cognito-endpoint-url=http://127.0.0.1:9"]
    files = {name.partition("::")[0] for name in collect(Suite.find(), where, None)}
    # Those ask a script and no service, so no record has them.
    areas = {Path(file).stem.removeprefix("test_") for file in files} - {"scripted"}
    for name, found in FIGURES.items():
        assert set(found["areas"]) == areas, name


def test_every_variant_is_counted_and_the_output_is_short() -> None:
    """The areas add up to the whole, and the causes to the failures, in fewer than 200 lines."""
    for name, found in FIGURES.items():
        sums = [sum(column) for column in zip(*found["areas"].values(), strict=True)]
        assert sums == found["variants"], name
        hold, words, *failed, _ = found["variants"]
        causes = sum(cause[0] for cause in found["causes"]) + found["more_causes"][1]
        assert causes == sum(failed), (name, hold, words)
        assert found["lines"] < 200, name


def test_each_option_of_the_command_is_in_the_table() -> None:
    """docs/cli.md lists each option of `conform`, and no other."""
    rows = [line for line in SECTION.splitlines() if line.startswith("| `-")]
    listed = {name for row in rows for name in re.findall(r"`(--?[\w-]+)", row.split("|")[1])}
    command = typer.main.get_command(app).commands["conform"]  # type: ignore[attr-defined]
    options = {name for parameter in command.params for name in parameter.opts}
    assert listed == options - {"--help", "-h"}


def test_the_known_differences_are_valid(tmp_path: Path) -> None:
    """The example is a file that the command reads."""
    block = re.search(r"```toml\n(.*?)```", SECTION, re.DOTALL)
    assert block is not None
    path = tmp_path / "known.toml"
    path.write_text(block[1], encoding="utf-8")
    assert len(read_expectations(path)) == 2
