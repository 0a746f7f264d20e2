"""Tests that docs/tutorial.md leads from an empty folder to a caught regression."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.tutorial.reader import Reader
from tests.docs.tutorial.steps import Commands, NewFile, Shown, steps

#: `tox -e docs` sets it: pip then installs the clone, with its libraries from the package index.
INSTALLS = os.environ.get("TUTORIAL_INSTALLS") == "yes"


@pytest.mark.skipif(os.name == "nt", reason="the page is for a POSIX shell, and says so")
def test_the_tutorial_works_to_the_letter(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Each command has the exit code that the page says, and prints what the page shows."""
    reader = Reader(tmp_path, installs=INSTALLS)
    begun = time.perf_counter()
    for step in steps():
        reader.do(step)
    seconds = time.perf_counter() - begun
    record_property("seconds", round(seconds))
    print(f"the tutorial took {seconds:.0f} s of the machine's time")


def test_the_page_has_all_that_a_tutorial_needs() -> None:
    """The page is read as a whole: it has files, commands that fail, and outputs."""
    found = list(steps())
    assert [step.name for step in found if isinstance(step, NewFile)] == [
        "pool.yaml",
        "pytest.ini",
        "test_sign_in.py",
    ]
    assert any(isinstance(step, Commands) and step.exit_code for step in found)
    assert any(isinstance(step, Shown) and "likely" in step.text for step in found)
