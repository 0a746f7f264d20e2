"""Write the tables of faults into docs/proof.md: ``python -m tests.selfcheck.page [RESULT]``.

The tables come from ``tests/selfcheck/result.json``, which ``cognito-harness selfcheck --json``
writes. Given another such file, this keeps it there first. A file of some faults alone replaces
what is kept of these.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.selfcheck.faults import FAULTS
from harness.selfcheck.report import page_of
from harness.selfcheck.result import Result, read_result_file
from tests.support.sources import ROOT

__all__ = ["BEGIN", "END", "PAGE", "RESULT", "main", "with_tables"]

RESULT = Path(__file__).parent / "result.json"
PAGE = ROOT / "docs" / "proof.md"
BEGIN = "<!-- tables of python -m tests.selfcheck.page: begin -->"
END = "<!-- end -->"


def with_tables(page: str) -> str:
    """Return the page with the tables of the result that is kept."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{page_of(read_result_file(RESULT))}\n{END}{after}"


def main(arguments: Sequence[str]) -> None:
    """Keep the result in a file, if one is named, and write the page."""
    if arguments:
        RESULT.write_text(_kept(read_result_file(Path(arguments[0]))).as_json(), encoding="utf-8")
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def _kept(new: Result) -> Result:
    """Return a new result, with what is kept of the faults that it has not planted."""
    if new.whole:
        return new
    before = read_result_file(RESULT)
    found = {fault.id: fault for fault in (*before.faults, *new.faults)}
    faults = tuple(found[fault.id] for fault in FAULTS if fault.id in found)
    noticing = {notice.scenario for fault in faults for notice in fault.notices}
    idle = {name: reason for name, reason in before.idle.items() if name not in noticing}
    return replace(before, faults=faults, idle=idle)


if __name__ == "__main__":
    main(sys.argv[1:])
