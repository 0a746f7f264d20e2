"""The help of every command: named groups, nothing cut, for terminals of several widths."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer

from harness.cli.app import app
from harness.cli.examples import EXAMPLES, FIRST_STEPS
from harness.cli.help import Panel
from harness.emulator.server import EmulatorServer
from tests.cli.conftest import CommandLine
from tests.reports.runs.records import ordinary_record, write
from tests.support.sources import ROOT

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


class TestExamples:
    """The examples at the end of a help."""

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_has_one(
        self, cli: CommandLine, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        """The help of each command ends with examples of that command, whole on a wide screen."""
        monkeypatch.setenv("COLUMNS", "120")

        _, _, shown = cli(name, "--help").out.partition("\nExamples:\n")

        lines = [line.strip() for line in shown.splitlines()]
        assert lines == list(EXAMPLES[name])
        assert all(line.startswith(f"cognito-harness {name}") for line in lines)

    @pytest.mark.parametrize(
        ("name", "line"), [(name, line) for name, lines in EXAMPLES.items() for line in lines]
    )
    def test_each_can_be_typed(self, name: str, line: str) -> None:
        """Every option of an example exists and takes the value that it is given."""
        command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]

        with command.make_context(name, shlex.split(line)[2:]) as context:
            assert context.params

    @pytest.mark.parametrize("width", [60, 80])
    def test_a_long_one_goes_on_as_shells_read_it(
        self, cli: CommandLine, monkeypatch: pytest.MonkeyPatch, width: int
    ) -> None:
        """A line that is cut ends with a backslash, and an option stays with its value."""
        monkeypatch.setenv("COLUMNS", str(width))

        _, _, shown = cli("code", "--help").out.partition("\nExamples:\n")

        assert shlex.split(shown.replace("\\\n", " ")) == shlex.split(" ".join(EXAMPLES["code"]))
        assert not re.search(r"--[\w-]+ \\$", shown, re.MULTILINE)

    def test_the_offline_ones_run(
        self, cli: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """The examples that need neither AWS nor minutes run as they are written."""
        monkeypatch.chdir(tmp_path)
        shutil.copy(ROOT / "stack" / "cognito-mfa-pool.yaml", "template.yaml")
        write(ordinary_record(), tmp_path / "run.jsonl")
        for name in ("audit", "iam-policy", "report"):
            for line in EXAMPLES[name]:
                outcome = cli(*shlex.split(line)[1:])
                assert outcome.code in (0, 1), line
                assert not outcome.err, line
        assert (tmp_path / "report.html").exists()

    def test_those_on_a_served_emulator_run(
        self,
        cli: CommandLine,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
        served: EmulatorServer,
    ) -> None:
        """The examples about a served emulator run with its address and the id of a pool."""
        monkeypatch.chdir(tmp_path)
        shutil.copy(ROOT / "stack" / "cognito-mfa-pool.yaml", "template.yaml")
        pool = ""
        for name in ("clock", "provision", "snapshot"):
            line = EXAMPLES[name][0].replace("http://127.0.0.1:5000", served.url)
            outcome = cli(*shlex.split(line.replace("us-east-1_AbCdEf123", pool))[1:])
            assert outcome.code == 0, (line, outcome.err)
            pool = outcome.out.partition("UserPoolId=")[2].partition("\n")[0] or pool
            if name == "snapshot":
                Path("snapshot.json").write_text(outcome.out, encoding="utf-8")
        assert cli(*shlex.split(EXAMPLES["diff"][0])[1:]).code in (0, 1)


class TestPanels:
    """The groups of options."""

    def test_the_options_of_serve_are_in_groups(self, cli: CommandLine) -> None:
        """Every option of ``serve`` except ``--help`` is in a named group, in a fixed order."""
        shown = cli("serve", "--help").out

        titles = re.findall(r"^(\w.*):$", shown, re.MULTILINE)
        known = [text for name, text in vars(Panel).items() if name.isupper()] + ["Examples"]
        assert titles == [title for title in known if title in titles]
        last = shown.partition("\nOptions:\n")[2].partition("\n\n")[0]
        assert last.split() == ["-h,", "--help", *["Show", "this", "message", "and", "exit."]]

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


def test_the_program_says_what_to_try_first(cli: CommandLine) -> None:
    """Without a command the help ends with three commands, and the exit code is that of misuse."""
    outcome = cli()

    assert outcome.code == 2
    assert outcome.out.splitlines()[-4:] == ["Try first:", *(f"  {line}" for line in FIRST_STEPS)]
    assert len(FIRST_STEPS) == 3
