"""Runs moto's own Cognito tests on the emulator: ``python -m tests.moto_suite``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from harness.errors import HarnessError
from tests.fidelity.ledger import facts
from tests.moto_suite.comparison import problems, summary
from tests.moto_suite.distribution import fetch, installed_version, unpack
from tests.moto_suite.expected_failures import expected_failures
from tests.moto_suite.runner import run_tests


def main(arguments: list[str] | None = None) -> int:
    """Run the tests; return 0 if the results match the list, 1 if not, 2 if the run failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.moto_suite", description=__doc__)
    parser.add_argument(
        "--folder",
        type=Path,
        help="where to keep moto's source distribution; default: nowhere",
    )
    folder: Path | None = parser.parse_args(arguments).folder
    try:
        with tempfile.TemporaryDirectory(prefix="moto-suite-") as temporary:
            return _run(folder or Path(temporary), Path(temporary))
    except (HarnessError, OSError) as error:
        print(f"moto-suite: {error}", file=sys.stderr)
        return 2


def _run(archives: Path, temporary: Path) -> int:
    moto = installed_version()
    folder = temporary / "run"
    unpack(fetch(moto, archives), folder)
    outcomes = run_tests(folder)
    found = problems(outcomes, expected_failures(), facts(), moto)
    print(summary(outcomes, moto))
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
