"""Writes the page and the shipped texts of the facts, or holds a record against the facts.

python -m tests.fidelity                          # writes docs/fidelity.md
python -m tests.fidelity --evidence run.jsonl     # what a record of a run on AWS says
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from harness.errors import ConfigurationError
from tests.fidelity.evidence import contradicts, read_evidence, render_evidence
from tests.fidelity.ledger import PAGE, SHIPPED, Ledger, facts, render, shipped


def main() -> int:
    """Write the page, or print what a record says; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fidelity")
    parser.add_argument("--evidence", type=Path, metavar="RECORD", help="a record of a run on AWS")
    parser.add_argument("--rehearsal", action="store_true", help="take a record of any service")
    chosen = parser.parse_args()
    if chosen.evidence is not None:
        return _hold_against_facts(chosen.evidence, rehearsal=chosen.rehearsal)
    if chosen.rehearsal:
        parser.error("--rehearsal needs --evidence")
    PAGE.write_text(render(Ledger.from_sources()), encoding="utf-8")
    SHIPPED.write_text(shipped(facts().values()), encoding="utf-8")
    return 0


def _hold_against_facts(path: Path, *, rehearsal: bool) -> int:
    try:
        record = read_evidence(path, rehearsal=rehearsal)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    known = facts()
    print("\n".join(render_evidence(record, known)))
    return int(contradicts(record, known))


if __name__ == "__main__":
    sys.exit(main())
