"""The fenced blocks of all pages, and the command lines in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.sources import ROOT

__all__ = ["PAGES", "Block", "Line", "blocks", "lines"]

PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
_BLOCK = re.compile(
    r'^```(?P<language>\w*)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page.

    Attributes:
        page: the page.
        line: the line of its first fence.
        language: what the fence says; empty without a language.
        title: the file that it shows, as the site titles it; empty without one.
        text: what stands between the fences.
    """

    page: Path
    line: int
    language: str
    title: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"


@dataclass(frozen=True)
class Line:
    """A command of a shell block, with its continuation lines.

    Attributes:
        where: the page and the line of the block.
        text: the command as it is typed.
    """

    where: str
    text: str

    @property
    def words(self) -> list[str]:
        """The words of the command, without a comment behind it."""
        return shlex.split(self.text, comments=True)

    def __str__(self) -> str:
        return f"{self.where} {self.text}"


@cache
def blocks() -> tuple[Block, ...]:
    """Return all blocks, in the order of the pages."""
    return tuple(block for page in PAGES for block in _blocks_of(page))


@cache
def lines() -> tuple[Line, ...]:
    """Return the commands of all shell blocks, apart from those of the tutorial."""
    return tuple(
        line
        for block in blocks()
        if block.language == "sh" and block.page.name != "tutorial.md"
        for line in _lines_of(block)
    )


def _blocks_of(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(page, line, found["language"], found["title"] or "", found["text"])


def _lines_of(block: Block) -> Iterator[Line]:
    for text in block.text.replace("\\\n", " ").splitlines():
        if text.strip():
            yield Line(str(block), " ".join(text.split()))
