"""The page about parallel runs shows what a run does and prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from harness.flows.latencies import Latencies
from harness.flows.latency_table import table
from tests.support.sources import ROOT

PAGE = (ROOT / "docs" / "parallel.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_the_command_of_the_page_runs(tmp_path: Path) -> None:
    """The page's command repeats a test in workers, here with fewer repetitions and workers."""
    (line,) = re.findall(r"^pytest (-n auto --cognito-repeat 100)$", PAGE, re.MULTILINE)
    arguments = line.replace("auto", "2").replace("100", "2").split()
    (tmp_path / "test_it.py").write_text("def test_it(cognito_signed_up): pass\n")
    plugins = ("-p", "harness.plugin", "-p", "xdist.plugin", "-p", "pytest_repeat")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, "-p", "no:cacheprovider", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert "Cognito calls" in done.stdout


def test_the_quoted_table_has_the_columns_of_a_run() -> None:
    """The quoted table has the columns that a run prints, and each of its rows is complete."""
    header = table(Latencies())[0].split()
    quoted = PAGE.partition("latencies in ms")[2].partition("```")[0]
    lines = ("latencies in ms" + quoted).splitlines()
    assert lines[0].split() == header
    cells = len(header) - 3 - 1
    assert all(len(line.split()) == cells + 1 for line in lines[1:-2])


def test_every_option_is_in_the_table_of_settings() -> None:
    """The table of settings has each option of the plugin."""
    from harness.settings.options import OPTIONS

    assert [option.flag for option in OPTIONS if f"| `{option.flag}` |" not in SETTINGS] == []
