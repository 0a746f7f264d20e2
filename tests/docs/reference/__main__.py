"""Writes the pages of docs/reference: ``python -m tests.docs.reference``."""

from __future__ import annotations

from tests.docs.reference.pages import write

if __name__ == "__main__":
    for path in write():
        print(path)
