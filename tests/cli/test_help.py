"""The help of every command: named groups, nothing cut, for terminals of several widths."""

from __future__ import annotations

import re

import pytest
import typer

from harness.cli.app import app
from harness.cli.help import Panel
from tests.cli.conftest import CommandLine

COMMANDS = tuple(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("arguments", [(), *((name,) for name in COMMANDS)], ids=" ".join)
class TestWidths:
    """The help in a terminal of some width."""

    def test_nothing_is_cut(
        self,
        cli: CommandLine,
        monkeypatch: pytest.MonkeyPatch,
        arguments: tuple[str, ...],
        width: int,
    ) -> None:
        """Each line fits, no word is cut, and no placeholder of Typer's is left."""
        monkeypatch.setenv("COLUMNS", str(width))

        outcome = cli(*arguments, "--help")

        assert outcome.code == 0
        assert max(map(len, outcome.out.splitlines())) <= width
        assert "…" not in outcome.out
        # The usage line of the program has the dots of its arguments.
        assert "..." not in outcome.out.partition("\n\n")[2]
        assert not re.search(r"<\w+>|\{\w+\}", outcome.out)

    def test_no_variable_is_cut(
        self,
        cli: CommandLine,
        monkeypatch: pytest.MonkeyPatch,
        arguments: tuple[str, ...],
        width: int,
    ) -> None:
        """Each environment variable is on a line of its own, whole."""
        monkeypatch.setenv("COLUMNS", str(width))
        command = typer.main.get_command(app)
        for name in arguments:
            command = command.commands[name]  # type: ignore[attr-defined]

        lines = {line.strip() for line in cli(*arguments, "--help").out.splitlines()}

        for parameter in command.params:
            given = parameter.envvar or ()
            for variable in [given] if isinstance(given, str) else given:
                assert f"[env: {variable}]" in {line[line.find("[env") :] for line in lines}


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
@pytest.mark.parametrize("arguments", [(), *((name,) for name in COMMANDS)], ids=" ".join)
def test_every_encoding_has_the_help(
    cli: CommandLine, arguments: tuple[str, ...], encoding: str
) -> None:
    """A console without Unicode, as older ones of Windows, shows the whole help."""
    assert cli(*arguments, "--help").out.encode(encoding)


class TestPanels:
    """The groups of options."""

    def test_the_options_of_serve_are_in_groups(self, cli: CommandLine) -> None:
        """Every option of ``serve`` except ``--help`` is in a named group, in a fixed order."""
        shown = cli("serve", "--help").out

        titles = re.findall(r"^(\w.*):$", shown, re.MULTILINE)
        known = [text for name, text in vars(Panel).items() if name.isupper()]
        assert titles == [title for title in known if title in titles]
        assert shown.partition("\nOptions:\n")[2].split() == [
            *("-h,", "--help", "Show", "this", "message", "and", "exit."),
        ]

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_panel_is_known(self, name: str) -> None:
        """A panel that `Panel` does not list would have no place in the order."""
        known = {text for key, text in vars(Panel).items() if key.isupper()}
        command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]

        assert command.rich_help_panel in known
        assert {one.rich_help_panel or Panel.OTHER for one in command.params} <= known

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_option_says_what_its_value_is(self, name: str) -> None:
        """An option with a value names it, such as FILE, and has a sentence about it."""
        command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]

        for one in command.params:
            assert one.help, one.name
            assert one.help.endswith("."), one.name
            assert one.metavar or one.is_flag, one.name
