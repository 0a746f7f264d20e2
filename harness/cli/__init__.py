"""The command line ``cognito-harness``.

Nothing heavy is imported before a command runs: ``--help`` is quick, and works with every
setting broken.
"""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the command line with the arguments of this process, and exit with its code."""
    import sys

    from harness.cli.app import run

    sys.exit(run(sys.argv[1:]))
