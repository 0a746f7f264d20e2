"""The command line ``cognito-harness``.

Nothing heavy is imported before a command runs, so ``--help`` is quick and works even when every
setting is wrong.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line with this process's arguments and exit with its exit code."""
    from harness.cli.app import run

    sys.exit(run(sys.argv[1:]))
