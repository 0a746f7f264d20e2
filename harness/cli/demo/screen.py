"""Prints the demo: chapters, calls with their responses, boxes and prompts."""

from __future__ import annotations

import sys

from rich import box
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from harness.cli.demo.narration import describe_call, describe_response
from harness.cli.demo.qr import draw
from harness.flows.call import Call

__all__ = ["Screen"]


class Screen:
    """Prints everything that the demo shows; keeps and logs nothing."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)

    def title(self, title: str, facts: dict[str, str]) -> None:
        """Show the title of the demo and facts about the pool."""
        lines = [f"[b]{escape(name)}[/b]  {escape(fact)}" for name, fact in facts.items()]
        self._show(Panel("\n".join(lines), title=title, box=self._box))

    def chapter(self, number: int, title: str, text: str) -> None:
        """Start a chapter."""
        self._console.print()
        self._console.rule(f"[b]{number}. {escape(title)}[/b]", characters=self._dash)
        self.say(text)

    def say(self, text: str) -> None:
        """Show a paragraph."""
        self._show(Text(text))
        self._console.print()

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

    def qr_code(self, uri: str) -> bool:
        """Draw a QR code if it fits on the screen; return whether it did."""
        code = draw(uri, unicode=self._unicode)
        width = max(map(len, code.plain.splitlines()))
        fits = width <= self._console.width
        if fits:
            self._show(Group(Text(), code, Text()))
        return fits

    def table(self, title: str, rows: list[tuple[str, str]]) -> None:
        """Show a summary in two columns."""
        table = Table(title=title, box=self._box, show_header=False, title_justify="left")
        for name, value in rows:
            table.add_row(Text(name), Text(value))
        self._console.print()
        self._show(table)

    def ask(self, question: str, *, hidden: bool = False) -> str:
        """Prompt for a line; do not echo a hidden one.

        Raises:
            EOFError: there is no more input.
        """
        # Without a terminal nothing is echoed, and getpass would print a warning.
        hidden = hidden and sys.stdin.isatty()
        return self._console.input(f"[cyan]{escape(question)}[/cyan] ", password=hidden).strip()

    def typed(self, question: str, answer: str) -> None:
        """Show a question and the answer of a player who does not type."""
        self._console.print(f"[cyan]{escape(question)}[/cyan] {escape(answer)}")

    @property
    def _unicode(self) -> bool:
        return self._console.encoding.lower().startswith("utf")

    @property
    def _box(self) -> box.Box:
        return box.ROUNDED if self._unicode else box.ASCII

    @property
    def _dash(self) -> str:
        return "─" if self._unicode else "-"

    def _show(self, content: RenderableType) -> None:
        self._console.print(content)
