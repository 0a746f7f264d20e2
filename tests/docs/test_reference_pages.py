"""Tests that docs/reference is what the code says."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from harness.pools.audit.presets import RULES
from harness.settings.options import OPTIONS
from tests.docs.reference import fixtures, markers
from tests.docs.reference.commands import commands
from tests.docs.reference.pages import FOLDER, PAGES, texts
from tests.support.sources import ROOT


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_current(name: str) -> None:
    """The page is what `python -m tests.docs.reference` would write now."""
    page = (FOLDER / name).read_text(encoding="utf-8")
    assert page == texts()[name], "run `python -m tests.docs.reference`"


def test_there_is_no_other_page() -> None:
    """Every page of the folder is made from the code."""
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(PAGES)


def test_all_fixtures_are_there() -> None:
    """pytest knows the same fixtures, each with the same scope."""
    command = (sys.executable, "-m", "pytest", "--fixtures", "-q", "-p", "no:cacheprovider")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    shown = re.findall(r"^(cognito_\w+)(?: \[(\w+) scope\])? -- harness", done.stdout, re.M)
    known = {each.name: each.scope for each in fixtures.fixtures()}
    assert {name: scope or "function" for name, scope in shown} == known


def test_all_markers_options_commands_and_rules_are_there() -> None:
    """Each has its line or its heading."""
    pages = texts()
    assert all(f"| `{name}` |" in pages["markers.md"] for name in markers.registered())
    assert all(f"`{option.key}`" in pages["options.md"] for option in OPTIONS)
    assert all(f"\n## `{name}`\n" in pages["commands.md"] for name in commands())
    assert all(f"\n## {rule}\n" in pages["audit-rules.md"] for rule in RULES)
