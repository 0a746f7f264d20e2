"""Reads QR codes by a decoder that has nothing to do with what drew them."""

from __future__ import annotations

from pathlib import Path

import zxingcpp
from PIL import Image

# Pixels for a module, in a picture made of text.
_SCALE = 4

#: What each character says of the module above and the one below: whether it is light.
_HALVES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def read_png(path: Path) -> str:
    """Return what the QR code in a picture says."""
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        return _only(zxingcpp.read_barcodes(picture))


def read_half_blocks(lines: list[str]) -> str:
    """Return what a QR code of half blocks says, as a dark terminal shows it."""
    rows = []
    for line in lines:
        halves = [_HALVES[character] for character in line]
        rows += [[upper for upper, _ in halves], [lower for _, lower in halves]]
    return _read(rows)


def read_whole_blocks(lines: list[str]) -> str:
    """Return what a QR code of ``##`` says, as a dark terminal shows it."""
    return _read([[int(character == "#") for character in line[::2]] for line in lines])


def drawn_in(text: str) -> list[str]:
    """Return the lines of a printed text that belong to a QR code of half blocks."""
    lines = [line.rstrip("\r") for line in text.splitlines()]
    return [line for line in lines if len(line) > 20 and set(line) <= set(_HALVES)]


def _read(rows: list[list[int]]) -> str:
    large = [[pixel for pixel in row for _ in range(_SCALE)] for row in rows for _ in range(_SCALE)]
    pixels = bytes(255 * pixel for row in large for pixel in row)
    picture = Image.frombytes("L", (len(large[0]), len(large)), pixels)
    return _only(zxingcpp.read_barcodes(picture))


def _only(codes: list[zxingcpp.Barcode]) -> str:
    assert len(codes) == 1
    return str(codes[0].text)
