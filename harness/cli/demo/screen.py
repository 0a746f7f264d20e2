"""Prints the demo: chapters, calls with their responses, boxes and prompts."""

from __future__ import annotations

import sys
from math import inf

from rich import box
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from harness.cli.demo.narration import describe_call, describe_response
from harness.cli.demo.qr import BORDERS, draw
from harness.flows.call import Call

__all__ = ["Screen"]


#: What is asked where the next part would push what was just shown off the screen.
_MORE = "Press Enter to go on:"


class Screen:
    """Prints everything that the demo shows; keeps and logs nothing.

    Args:
        console: where to print; that of the process by default.
        pages: whether to wait for Enter when a terminal is full.
    """

    def __init__(self, console: Console | None = None, *, pages: bool = False) -> None:
        self._console = console or Console(highlight=False)
        self._pages = pages and self._console.is_terminal and sys.stdin.isatty()
        #: How many lines have been shown since the last question.
        self._lines = 0

    def title(self, title: str, facts: dict[str, str]) -> None:
        """Show the title of the demo and facts about the pool."""
        lines = [f"[b]{escape(name)}[/b]  {escape(fact)}" for name, fact in facts.items()]
        self._show(Panel("\n".join(lines), title=title, box=self._box))

    def chapter(self, number: int, title: str, text: str) -> None:
        """Start a chapter."""
        rule = Rule(f"[b]{number}. {escape(title)}[/b]", characters=self._dash)
        self._show(Group(Text(), rule, Text(text), Text()))

    def say(self, text: str) -> None:
        """Show a paragraph."""
        self._show(Group(Text(text), Text()))

    def in_one_line(self, text: str) -> None:
        """Show a text that people copy: it goes on over the edge of the screen."""
        self._console.print(Text(text), soft_wrap=True)
        self._lines += 1 + len(text) // self._console.width

    def call(self, call: Call) -> None:
        """Show a call, Cognito's response, and what they mean."""
        sent, came = ("→", "←") if self._unicode else ("->", "<-")
        style = "green" if call.ok else "red"
        table = Table.grid(padding=(0, 1))
        table.add_row(
            f"  {sent}", Text.assemble((call.operation, "bold"), "  ", describe_call(call))
        )
        table.add_row(f"  {came}", Text(describe_response(call), style=style))
        self._show(table)

    def framed(self, title: str, *lines: str) -> None:
        """Show something from another source, such as an email, in a box."""
        self._show(Panel("\n".join(map(escape, lines)), title=title, expand=False, box=self._box))

    def qr_code(self, *uris: str) -> bool:
        """Draw the QR code of the first URI that fits on the screen; return whether one did."""
        for uri in uris:
            for border in BORDERS:
                code = draw(uri, unicode=self._unicode, border=border)
                lines = code.plain.splitlines()
                if max(map(len, lines)) <= self._console.width and len(lines) <= self._room:
                    self._show(code)
                    return True
        return False

    def next_steps(self, steps: list[tuple[str, str]]) -> None:
        """Show what to try next: commands and pages, each with its use below it."""
        lines = [f"[b]{escape(what)}[/b]\n  {escape(use)}" for what, use in steps]
        self._show(Group(Text(), Text.from_markup("\n".join(["What to do next:", *lines]))))

    def table(self, title: str, rows: list[tuple[str, str]]) -> None:
        """Show a summary in two columns."""
        table = Table(title=title, box=self._box, show_header=False, title_justify="left")
        for name, value in rows:
            table.add_row(Text(name), Text(value))
        self._show(Group(Text(), table))

    def ask(self, question: str, *, hidden: bool = False) -> str:
        """Prompt for a line; do not echo a hidden one.

        Raises:
            EOFError: there is no more input.
        """
        # Without a terminal nothing is echoed, and getpass would print a warning.
        hidden = hidden and sys.stdin.isatty()
        self._lines = 0
        return self._console.input(f"[cyan]{escape(question)}[/cyan] ", password=hidden).strip()

    def typed(self, question: str, answer: str) -> None:
        """Show a question and the answer of a player who does not type."""
        self._show(Text.from_markup(f"[cyan]{escape(question)}[/cyan] {escape(answer)}"))

    @property
    def _unicode(self) -> bool:
        return self._console.encoding.lower().startswith("utf")

    @property
    def _box(self) -> box.Box:
        return box.ROUNDED if self._unicode else box.ASCII

    @property
    def _dash(self) -> str:
        return "─" if self._unicode else "-"

    @property
    def _room(self) -> float:
        """How many lines there are above a question; a pipe has no end."""
        return self._console.height - 1 if self._console.is_terminal else inf

    def _show(self, content: RenderableType) -> None:
        """Print one thing, on a new screen if there is no room for it below the others."""
        lines = len(self._console.render_lines(content, pad=False))
        if self._pages and self._lines and self._lines + lines > self._room:
            self.ask(_MORE)
        self._console.print(content)
        self._lines += lines
