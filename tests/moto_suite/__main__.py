"""Run moto's own Cognito tests on the emulator: ``python -m tests.moto_suite``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from harness.errors import HarnessError
from tests.fidelity.ledger import facts
from tests.moto_suite.distribution import fetch, installed_version, unpack
from tests.moto_suite.judging import complaints, summary
from tests.moto_suite.listed import listed
from tests.moto_suite.running import run_tests


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when the run is as the list says, 1 when it is not, 2 when it did not happen."""
    parser = argparse.ArgumentParser(prog="python -m tests.moto_suite", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, help="keep moto's source distribution here; by default nowhere"
    )
    folder: Path | None = parser.parse_args(arguments).folder
    try:
        with tempfile.TemporaryDirectory(prefix="moto-suite-") as temporary:
            return _judge(folder or Path(temporary), Path(temporary))
    except (HarnessError, OSError) as error:
        print(f"moto-suite: {error}", file=sys.stderr)
        return 2


def _judge(archives: Path, temporary: Path) -> int:
    moto = installed_version()
    place = temporary / "run"
    unpack(fetch(moto, archives), place)
    outcomes = run_tests(place)
    found = complaints(outcomes, listed(), facts(), moto)
    print(summary(outcomes, moto))
    for complaint in found:
        print(complaint, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
