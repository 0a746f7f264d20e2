"""``python -m harness.cli``: the command line where the console script is not installed."""

from __future__ import annotations

from harness.cli import main

if __name__ == "__main__":
    main()
