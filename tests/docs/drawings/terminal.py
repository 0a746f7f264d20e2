"""The picture of a failure report in a terminal: the report of the tutorial, in colors."""

from __future__ import annotations

import io
import re

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.docs.tutorial.steps import Shown, steps

__all__ = ["report_lines", "report_picture"]

_WIDTH = 100
_INDENT = " " * 12
#: Readable on the pages of both color schemes.
_THEME = TerminalTheme(
    (24, 26, 31),
    (208, 212, 220),
    [
        (24, 26, 31),
        (240, 113, 120),
        (126, 200, 120),
        (232, 190, 100),
        (110, 170, 240),
        (190, 140, 230),
        (90, 200, 210),
        (208, 212, 220),
    ],
)
#: Rich's own form names fonts of another host; a picture in a repository has none.
_FORM = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>A failure report: what happened, the calls, the pool and the likely cause</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
 font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>{lines}</defs>
<rect width="{width}" height="{height}" rx="10" fill="#181a1f"/>
<g transform="translate(8, 20)"><g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""
_STYLES = (
    (re.compile(r"^(unexpected challenge.*|  authenticator to answer.*)$", re.M), "bold red"),
    (re.compile(r"^  (scenario|at|ladder|calls|pool|repeat)\b", re.M), "cyan"),
    (re.compile(r"^  likely.*(?:\n {12}.*)*", re.M), "yellow"),
    (re.compile(r"SOFTWARE_TOKEN_MFA(?= > \(no response sent\))"), "bold red"),
    (re.compile(r"DeviceConfiguration beside MFA"), "bold"),
    (re.compile(r"^_+ \w+ _+$", re.M), "bold red"),
    (re.compile(r"^.*(?:sent|answered) +{.*(?:\n {17}.*)*", re.M), "dim"),
)


def report_lines() -> list[str]:
    """Return the lines of the report, none wider than the picture."""
    report = next(
        step.text for step in steps() if isinstance(step, Shown) and "likely" in step.text
    )
    return [part for line in report.splitlines() for part in _parts(line)]


def report_picture() -> str:
    """Return the picture as SVG."""
    text = Text("\n".join(report_lines()))
    for pattern, style in _STYLES:
        text.highlight_regex(pattern, style)
    console = Console(
        record=True, file=io.StringIO(), width=_WIDTH, force_terminal=True, color_system="truecolor"
    )
    console.print(text, soft_wrap=True)
    return console.export_svg(theme=_THEME, code_format=_FORM, unique_id="report")


def _parts(line: str) -> list[str]:
    """Return a line in parts that fit; a part after the first is indented like the rows."""
    parts = []
    while len(line) > _WIDTH:
        cut = line.rfind(" ", len(_INDENT), _WIDTH)
        parts.append(line[:cut])
        line = _INDENT + line[cut + 1 :]
    return [*parts, line]
