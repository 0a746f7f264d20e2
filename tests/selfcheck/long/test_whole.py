"""Every fault is planted, and noticed as docs/proof.md says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.selfcheck.result import Result, read_result_file
from tests.selfcheck.page import RESULT
from tests.support.sources import ROOT


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Result]:
    """The exit code and the result of the whole run."""
    output = tmp_path_factory.mktemp("selfcheck") / "result.json"
    command = (sys.executable, "-m", "harness.cli", "selfcheck", "--json", str(output))
    ran = subprocess.run(command, cwd=ROOT, check=False)
    return ran.returncode, read_result_file(output)


def test_nothing_counts_against_the_scenarios(done: tuple[int, Result]) -> None:
    """Every fault is noticed for the right reason, and every scenario notices one."""
    code, result = done
    assert [fault.id for fault in result.unnoticed()] == []
    assert [name for name, reason in result.idle.items() if not reason] == []
    assert code == 0


def test_page_tells_how_it_is(done: tuple[int, Result]) -> None:
    """The result that is kept has the same ends, and a scenario that still notices each fault."""
    _, result = done
    kept = read_result_file(Path(RESULT))
    assert [(each.id, each.end) for each in result.faults] == [
        (each.id, each.end) for each in kept.faults
    ]
    for now, before in zip(result.faults, kept.faults, strict=True):
        noticing = {each.scenario for each in now.notices}
        assert {each.scenario for each in before.notices} & noticing, now.id
