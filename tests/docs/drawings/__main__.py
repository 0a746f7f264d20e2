"""Draws the pictures of the explanations: ``python -m tests.docs.drawings``."""

from __future__ import annotations

from tests.docs.drawings.pictures import draw

if __name__ == "__main__":
    for path in draw():
        print(path)
