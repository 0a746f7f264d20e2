"""Tests that every snippet of the documentation is run, or has a reason why not."""

from __future__ import annotations

import configparser
import importlib.util
import json
import re
import sys
from io import StringIO

import pytest
import yaml

from tests.docs.blocks import Block, Line, blocks, lines
from tests.docs.how_run import How, how_block, how_line, main, snippets
from tests.support.sources import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def test_somebody_has_said_how_each_snippet_is_run() -> None:
    """No command and no block is left to chance."""
    assert [snippet for snippet, how in snippets() if how is None] == []


def test_most_snippets_are_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Few cannot be run here, and the count says how many."""
    main()
    last = capsys.readouterr().out.splitlines()[-1]
    found = re.fullmatch(r"(\d+) snippets are run, (\d+) are not, and (\d+) are outputs", last)
    assert found is not None
    assert int(found[1]) > 200
    assert int(found[2]) < 30


@pytest.mark.parametrize(
    "line", [line for line in lines() if how_line(line) is How.ENVIRONMENT], ids=str
)
def test_an_environment_or_a_module_exists(line: Line) -> None:
    """tox has the environment; Python finds the module."""
    words = line.words
    if words[0] == "tox":
        tox = configparser.ConfigParser(interpolation=None)
        tox.read(ROOT / "tox.ini", encoding="utf-8")
        assert f"testenv:{words[-1]}" in tox
    else:
        assert importlib.util.find_spec(words[2]) is not None


@pytest.mark.parametrize(
    "block",
    [
        block
        for block in blocks()
        if block.language not in ("", "sh") and how_block(block) is How.INPUT
    ],
    ids=str,
)
def test_a_block_of_data_is_what_it_says(block: Block) -> None:
    """A parser of the language reads it."""
    if block.language == "toml":
        assert tomllib.loads(block.text)
    elif block.language == "yaml":
        assert yaml.safe_load(block.text)
    elif block.language == "json":
        assert json.loads(block.text)
    else:
        assert block.language == "ini"
        configparser.ConfigParser(interpolation=None).read_file(StringIO(block.text))
