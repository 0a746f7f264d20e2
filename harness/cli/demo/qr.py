"""Draws the QR code of a TOTP secret in the terminal and as a PNG."""

from __future__ import annotations

import io
import os
from pathlib import Path

import segno
from rich.text import Text

from harness.errors import ConfigurationError

__all__ = ["BORDERS", "draw", "write_png"]

#: ISO/IEC 18004 requires four light modules around the code. Two are for a terminal of 24 rows,
#: where four have no room.
BORDERS = (4, 2)
_PIXELS_PER_MODULE = 8
# By (upper module is light, lower module is light). Light modules are drawn, because most terminals
# are dark. With colors, the style makes the code right on every terminal.
_HALF_BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
_WHOLE_BLOCKS = {0: "  ", 1: "##"}
_STYLE = "bright_white on black"


def draw(uri: str, *, unicode: bool = True, border: int = BORDERS[0]) -> Text:
    """Return the QR code of ``uri`` for a terminal.

    Args:
        uri: the content of the code.
        unicode: whether half blocks put two rows of modules on one line. ``False`` uses ASCII only
            and is twice as high and wide.
        border: how many light modules are around the code.
    """
    rows = [[0 if dark else 1 for dark in row] for row in _code(uri).matrix_iter(border=border)]
    lines = _half_block_lines(rows) if unicode else _whole_block_lines(rows)
    return Text("\n".join(lines), style=_STYLE, no_wrap=True, overflow="ignore")


def write_png(uri: str, path: Path) -> None:
    """Write the QR code of ``uri`` to ``path`` as a PNG that only its owner can read.

    Replaces an existing file.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    picture = io.BytesIO()
    _code(uri).save(picture, kind="png", scale=_PIXELS_PER_MODULE, border=BORDERS[0])
    try:
        # The file never has a wider mode: the picture holds the TOTP secret.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(picture.getvalue())
    except OSError as error:
        raise ConfigurationError("--png", given=str(path), hint=error.strerror) from None


def _code(uri: str) -> segno.QRCode:
    return segno.make_qr(uri, error="l")


def _half_block_lines(rows: list[list[int]]) -> list[str]:
    # The number of rows is odd: the last line gets a dark half below the border.
    below = [0] * len(rows[0])
    pairs = zip(rows[::2], [*rows[1::2], below], strict=True)
    return ["".join(_HALF_BLOCKS[pair] for pair in zip(*two, strict=True)) for two in pairs]


def _whole_block_lines(rows: list[list[int]]) -> list[str]:
    return ["".join(_WHOLE_BLOCKS[module] for module in row) for row in rows]
