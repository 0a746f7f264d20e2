"""What a reader of docs/tutorial.md does, read from the page itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.sources import ROOT

__all__ = ["PAGE", "Change", "Commands", "NewFile", "Shown", "Step", "steps"]

PAGE = ROOT / "docs" / "tutorial.md"
_BLOCK = re.compile(
    r"(?:^<!-- exit code: (?P<code>\d+) -->\n)?"
    r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Commands:
    """Lines that the reader types, and the exit code of the last one."""

    lines: str
    exit_code: int


@dataclass(frozen=True)
class NewFile:
    """A file that the reader creates."""

    name: str
    text: str


@dataclass(frozen=True)
class Change:
    """Lines of a file that the reader replaces with others."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Shown:
    """What the last commands must have printed, among other things."""

    text: str


Step = Commands | NewFile | Change | Shown


def steps() -> Iterator[Step]:
    """Yield the steps in the order of the page; every block of the page is one."""
    for block in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        language, title, text = block["language"], block["title"], block["text"]
        if language == "sh":
            yield Commands(text, int(block["code"] or 0))
        elif language == "diff":
            yield Change(title, _side("-", text), _side("+", text))
        elif title is not None:
            yield NewFile(title, text)
        else:
            assert language == "text", f"nobody knows what to do with a block of {language}"
            yield Shown(text)


def _side(sign: str, difference: str) -> str:
    return "".join(line[1:] for line in difference.splitlines(True) if line.startswith(sign))
