"""Reads QR codes with a decoder that is independent of the code that draws them."""

from __future__ import annotations

from pathlib import Path

import zxingcpp
from PIL import Image

# Pixels per module in a picture that is made from text.
_SCALE = 4

#: For each character, whether its upper and lower modules are light.
_HALVES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def read_png(path: Path) -> str:
    """Return the content of the QR code in a picture."""
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        return _only(zxingcpp.read_barcodes(picture))


def read_half_blocks(lines: list[str]) -> str:
    """Return the content of a QR code of half blocks, as a dark terminal shows it."""
    rows = []
    for line in lines:
        halves = [_HALVES[character] for character in line]
        rows += [[upper for upper, _ in halves], [lower for _, lower in halves]]
    return _read(rows)


def read_whole_blocks(lines: list[str]) -> str:
    """Return the content of a QR code of ``##``, as a dark terminal shows it."""
    return _read([[int(character == "#") for character in line[::2]] for line in lines])


def drawn_in(text: str) -> list[str]:
    """Return the lines of an output that belong to a QR code of half blocks."""
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
