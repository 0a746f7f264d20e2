"""The command line ``cognito-harness``.

Nothing heavy is imported before a command runs, so ``--help`` is quick and works even when every
setting is wrong.
"""

from __future__ import annotations

import io
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line with this process's arguments and exit with its exit code."""
    from harness.cli.app import run

    _print_anything()
    sys.exit(run(sys.argv[1:]))


def _print_anything() -> None:
    """Print characters that the output has no place for as escapes, instead of failing.

    A pipe of Windows is often cp1252, and a name of a user can be in any script.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
