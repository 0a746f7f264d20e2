"""docs/seeds.md: its files can be used, and its outputs are those of the commands."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from harness.cli.app import run as command
from harness.emulator import Emulator
from harness.emulator.seeds.form import schema
from harness.pools.seeds.reading import read_seed
from tests.docs.test_examples import examples, run
from tests.pools.seeds.test_reading import TEMPLATE
from tests.support.sources import ROOT

PAGE = ROOT / "docs" / "seeds.md"
FILES = [found for found in examples("yaml") if found.page == PAGE]


def block(language: str) -> list[str]:
    """Return the blocks of one language on the page."""
    return [found.text for found in examples(language) if found.page == PAGE]


@pytest.mark.parametrize("example", FILES, ids=str)
def test_each_file_is_a_seed(example: object, tmp_path: Path) -> None:
    """Each file of the page is valid by the schema, and comes back from an export."""
    text = example.text  # type: ignore[attr-defined]  # an `Example`
    (tmp_path / "seed.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "stack").mkdir()
    (tmp_path / "stack" / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    document = yaml.safe_load(text)
    jsonschema.validate(document, schema())
    emulator = Emulator(mock=False)
    emulator.seed(read_seed(tmp_path / "seed.yaml"))
    assert emulator.export(secrets=True) == document


def test_the_tests_of_the_page_pass(tmp_path: Path) -> None:
    """The tests run with the first file and the configuration of the page."""
    (tmp_path / "seed.yaml").write_text(FILES[0].text, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text(block("ini")[0], encoding="utf-8")
    (tmp_path / "test_page.py").write_text(block("py")[0], encoding="utf-8")
    options = ("-p", "harness.plugin", "-p", "no:cacheprovider")
    done = run("-m", "pytest", "-q", *options, "test_page.py", directory=tmp_path)
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_the_message_of_the_page_is_the_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page shows what a mistake in its first file gets."""
    monkeypatch.chdir(tmp_path)
    text = FILES[0].text.replace("    password: Correct", "    pasword: Correct")
    Path("seed.yaml").write_text(text, encoding="utf-8")
    assert command(["serve", "--port", "0", "--seed-file", "seed.yaml"]) == 2
    assert capsys.readouterr().err == block("text")[1]
