"""Writes the rows of docs/troubleshooting.md that the page of a served emulator shows.

``python -m tests.emulator.control.troubleshooting_rows``
"""

from __future__ import annotations

import json
import re
from pathlib import Path

__all__ = ["FILE", "rows"]

_ROOT = Path(__file__).parents[3]
_DOCS = _ROOT / "docs" / "troubleshooting.md"
FILE = _ROOT / "harness" / "emulator" / "control" / "page" / "troubleshooting.json"
_HEADER = "| what you see | most likely cause |"
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


def rows() -> list[list[str]]:
    """Return what is seen and its cause, of each row of the table of errors, without links."""
    _, _, rest = _DOCS.read_text(encoding="utf-8").partition(_HEADER)
    table = rest.lstrip("\n").split("\n\n")[0].splitlines()[1:]
    return [[_plain(cell) for cell in line.strip("| ").split(" | ")] for line in table]


def _plain(cell: str) -> str:
    return _LINK.sub(r"\1", cell.strip())


if __name__ == "__main__":
    FILE.write_text(json.dumps(rows(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
