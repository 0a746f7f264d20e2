"""A line at the bottom of the terminal that stays there while everything else scrolls above it.

The terminal itself keeps them apart: its scrolling region ends above the line (DECSTBM), and each
drawing saves and restores the cursor (DECSC, DECRC), see
https://invisible-island.net/xterm/ctlseqs/ctlseqs.html. So it does not matter who else writes, or
when. Package managers show their progress in the same way.
"""

from __future__ import annotations

import os

__all__ = ["BottomLine"]

_SAVE, _RESTORE = "\x1b7", "\x1b8"
# Moves down and keeps the column; at the bottom it scrolls.
_INDEX = "\x1bD"
_UP = "\x1b[1A"
_CLEAR = "\x1b[2K"
_WHOLE_SCREEN = "\x1b[r"
#: Fewer rows would leave nothing to read.
_FEWEST_ROWS = 5


class BottomLine:
    """The last row of a terminal.

    Args:
        terminal: descriptor of the terminal, for this line alone.
    """

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._reserved: os.terminal_size | None = None

    @property
    def width(self) -> int:
        """How many characters fit into the line."""
        # A character in the last column makes some terminals begin another row.
        return os.get_terminal_size(self._terminal).columns - 1

    def show(self, text: str) -> None:
        """Show a text in place of the last one; it must fit into the line."""
        size = os.get_terminal_size(self._terminal)
        if size.lines < _FEWEST_ROWS:
            self.remove()
            return
        before = "" if size == self._reserved else self._reserve(size)
        self._write(f"{before}{_SAVE}\x1b[{size.lines};1H{_CLEAR}{text}{_RESTORE}")

    def remove(self) -> None:
        """Give the row back to the terminal; called again, it changes nothing."""
        if self._reserved is None:
            return
        row = self._reserved.lines
        self._reserved = None
        self._write(f"{_SAVE}\x1b[{row};1H{_CLEAR}{_WHOLE_SCREEN}{_RESTORE}")

    def close(self) -> None:
        """Remove the line for good."""
        try:
            self.remove()
        except OSError:
            # The terminal has gone.
            return
        finally:
            os.close(self._terminal)

    def _reserve(self, size: os.terminal_size) -> str:
        self._reserved = size
        # If the cursor is in the last row, what is there moves up first.
        return f"{_INDEX}{_SAVE}\x1b[1;{size.lines - 1}r{_RESTORE}{_UP}"

    def _write(self, text: str) -> None:
        # In one call, so that nothing of another writer comes between.
        os.write(self._terminal, text.encode())
