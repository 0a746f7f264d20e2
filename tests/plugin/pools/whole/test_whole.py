"""Every scenario on every pool as people deploy it, and the table of docs/pools.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugin.pools.runs import POOLS, run_on
from tests.support.sources import ROOT


@pytest.mark.parametrize("pool", POOLS.values(), ids=POOLS)
def test_no_scenario_fails(pool: Path) -> None:
    """Nothing fails, tests ran, and the page says how many."""
    found = run_on(pool, "-n2", "scenarios")
    found.must_be_clean()
    row = f"| `{pool.name}` |"
    page = (ROOT / "docs" / "pools.md").read_text(encoding="utf-8")
    (line,) = (line for line in page.splitlines() if line.startswith(row))
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[2:] == [str(found.counts["passed"]), str(found.counts.get("skipped", 0))]
