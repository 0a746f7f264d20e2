"""A terminal's screen, as far as pytest and the progress line use one (ECMA-48 and DEC's VT100)."""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["Screen"]

_SEQUENCE = re.compile(r"\x1b(?:\[(?P<numbers>[0-9;?]*)(?P<final>[A-Za-z])|(?P<single>[78D]))")


class Screen:
    """The rows of a terminal after everything that was written to it.

    Args:
        rows: how many rows it has; the rows that have scrolled off are kept too.
        columns: how many columns it has.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self._columns = columns
        self._rows = rows
        self.cells = [[" "] * columns for _ in range(rows)]
        #: The rows that have scrolled off at the top.
        self.above: list[str] = []
        #: The first and the last row that scroll.
        self.region = (0, rows - 1)
        self._row = self._column = 0
        self._saved = (0, 0)

    def feed(self, text: str) -> None:
        """Carry out what is written."""
        place = 0
        while place < len(text):
            found = _SEQUENCE.match(text, place)
            if found is None:
                self._put(text[place])
                place += 1
            else:
                self._carry_out(found)
                place = found.end()

    @property
    def lines(self) -> list[str]:
        """The rows on the screen, without blanks at their ends."""
        return ["".join(row).rstrip() for row in self.cells]

    @property
    def history(self) -> list[str]:
        """All rows, those that have scrolled off first, without empty ones."""
        return [line for line in (*self.above, *self.lines) if line]

    def _put(self, character: str) -> None:
        if character == "\r":
            self._column = 0
        elif character == "\n":
            self._down()
        elif character >= " ":
            if self._column == self._columns:
                self._column = 0
                self._down()
            self.cells[self._row][self._column] = character
            self._column += 1

    def _down(self) -> None:
        first, last = self.region
        if self._row == last:
            gone = self.cells.pop(first)
            self.above.append("".join(gone).rstrip())
            self.cells.insert(last, [" "] * self._columns)
        elif self._row < self._rows - 1:
            self._row += 1

    def _carry_out(self, found: re.Match[str]) -> None:
        if found["single"] is not None:
            singles: dict[str, Callable[[], None]] = {
                "7": self._save,
                "8": self._restore,
                "D": self._down,
            }
            singles[found["single"]]()
            return
        numbers = [int(each) for each in found["numbers"].split(";") if each.isdigit()]
        finals: dict[str, Callable[[list[int]], None]] = {
            "A": self._up,
            "H": self._go,
            "K": self._erase,
            "r": self._scroll_only,
        }
        # Colors and the like change no cell.
        if found["final"] in finals:
            finals[found["final"]](numbers)

    def _save(self) -> None:
        self._saved = self._row, self._column

    def _restore(self) -> None:
        self._row, self._column = self._saved

    def _up(self, numbers: list[int]) -> None:
        self._row = max(self._row - (numbers or [1])[0], 0)

    def _go(self, numbers: list[int]) -> None:
        row, column = numbers or (1, 1)
        self._row, self._column = row - 1, column - 1

    def _erase(self, numbers: list[int]) -> None:
        first = 0 if numbers == [2] else self._column
        self.cells[self._row][first:] = [" "] * (self._columns - first)

    def _scroll_only(self, numbers: list[int]) -> None:
        first, last = numbers or (1, self._rows)
        self.region = first - 1, last - 1
        self._row = self._column = 0
