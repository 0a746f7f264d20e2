"""The Typer application with all commands; each command does its heavy imports when it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from harness.cli.clock import clock
from harness.cli.code import code
from harness.cli.completion import InstallOption, ShowOption, with_shell
from harness.cli.completion import prepare as prepare_completion
from harness.cli.conform import conform
from harness.cli.demo import demo
from harness.cli.examples import epilog
from harness.cli.export import export
from harness.cli.help import CommandWithHelp, GroupWithHelp, Panel
from harness.cli.latencies import latencies
from harness.cli.load import load
from harness.cli.login_url import login_url
from harness.cli.outcome import ExitCode, report
from harness.cli.pools.audit import audit
from harness.cli.pools.diff import diff
from harness.cli.pools.iam_policy import iam_policy
from harness.cli.pools.provision import provision
from harness.cli.pools.snapshot import snapshot
from harness.cli.pools.sweep import sweep
from harness.cli.report import report as report_run
from harness.cli.seed import seed
from harness.cli.selfcheck import selfcheck
from harness.cli.serve import serve

__all__ = ["app", "run"]

app = typer.Typer(
    name="cognito-harness",
    help="Emulate Amazon Cognito user pools with MFA and tracked devices, and check real ones.",
    cls=GroupWithHelp,
    epilog=epilog(""),
    # The boxes of rich cut off long environment variables at 80 columns.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
_COMMANDS: dict[str, dict[str, Callable[..., object]]] = {
    Panel.EMULATOR: {
        "serve": serve,
        "code": code,
        "login-url": login_url,
        "clock": clock,
        "seed": seed,
        "export": export,
        "demo": demo,
    },
    Panel.POOLS: {
        "provision": provision,
        "snapshot": snapshot,
        "audit": audit,
        "diff": diff,
        "sweep": sweep,
        "iam-policy": iam_policy,
    },
    Panel.RUNS: {
        "report": report_run,
        "latencies": latencies,
        "load": load,
        "conform": conform,
        "selfcheck": selfcheck,
    },
}
for panel, commands in _COMMANDS.items():
    for name, command in commands.items():
        made = app.command(name, cls=CommandWithHelp, rich_help_panel=panel, epilog=epilog(name))
        made(command)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; report any error in one line on stderr."""
    if not arguments:
        run(["--help"])
        return ExitCode.MISUSE
    try:
        prepare_completion()
        result = app(with_shell(arguments), prog_name="cognito-harness", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:
        return report(error)
    # Typer returns the code of an Exit, or what the command returns. Newer versions turn Ctrl-C
    # into an Exit and print nothing.
    if result == ExitCode.INTERRUPTED:
        return report(KeyboardInterrupt())
    return result if isinstance(result, int) else ExitCode.EXPECTED


def _print_version(wanted: bool) -> None:
    if wanted:
        from harness.version import __version__

        print(f"cognito-harness {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and exit.", callback=_print_version, is_eager=True
        ),
    ] = False,
    _install: InstallOption = None,
    _show: ShowOption = None,
) -> None:
    pass
