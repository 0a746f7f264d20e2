"""One worker of the self-proof, as a process: ``python -m harness.selfcheck.worker FOLDER``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

__all__ = ["SEED", "main"]

#: The seed of people and codes, so that every run plants and asks the same.
SEED = 20_240_501

_ARGUMENTS = (
    "--quiet",
    "--capture=no",
    "--tb=short",
    "--no-header",
    "--no-summary",
    "-p",
    "no:cacheprovider",
    "--cognito-target=emulator",
    f"--cognito-seed={SEED}",
)


def main(folder: str, *, forks: bool | None = None) -> int:
    """Collect the scenarios of a folder, and carry out the jobs that come on standard input.

    Standard output is for the answers alone; what pytest prints goes nowhere.
    """
    import pytest

    from harness.selfcheck.conductor import CAN_FORK, Conductor

    _forget_settings()
    root = _root_of(Path(folder))
    os.chdir(root)
    jobs, answers = _own_streams()
    conductor = Conductor(jobs, answers, forks=CAN_FORK if forks is None else forks)
    place = ("-c", str(root / "pytest.ini"), "--rootdir", str(root), "-p", "harness.plugin")
    return int(pytest.main([*_ARGUMENTS, *place, folder], plugins=[conductor]))


def _root_of(folder: Path) -> Path:
    """Return the folder whose pytest.ini is for the scenarios."""
    return next(each for each in folder.parents if (each / "pytest.ini").is_file())


def _forget_settings() -> None:
    """Drop the settings of the environment: they are for runs on a service."""
    for name in [*os.environ]:
        if name.startswith("COGNITO_HARNESS_") or name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
            del os.environ[name]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"


def _own_streams() -> tuple[IO[str], IO[str]]:
    """Keep standard input and output for jobs and answers, and give pytest others."""
    jobs = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    return jobs, answers


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], forks=False if "--no-fork" in sys.argv[2:] else None))
