"""The command line ``cognito-harness``.

Nothing heavy is imported before a command runs, so ``--help`` is quick and works even when every
setting is wrong.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper

__all__ = ["main"]


def main() -> None:
    """Run the command line with this process's arguments and exit with its exit code."""
    from harness.cli.app import run

    for stream in (sys.stdout, sys.stderr):
        # A console or pipe of Windows often cannot show every name; the rest is worth more.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
