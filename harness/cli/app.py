"""The Typer application with all commands; each command does its heavy imports when it runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from harness.cli.clock import clock
from harness.cli.code import code
from harness.cli.conform import conform
from harness.cli.demo import demo
from harness.cli.export import export
from harness.cli.latencies import latencies
from harness.cli.load import load
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
    # The boxes of rich cut off long environment variables at 80 columns.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_COMMANDS = (
    serve,
    code,
    clock,
    seed,
    export,
    demo,
    snapshot,
    provision,
    audit,
    diff,
    sweep,
    iam_policy,
    latencies,
    load,
    conform,
    selfcheck,
)
for command in _COMMANDS:
    app.command()(command)
# In this module `report` reports an error.
app.command("report")(report_run)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; report any error in one line on stderr."""
    if not arguments:
        run(["--help"])
        return ExitCode.MISUSE
    try:
        result = app(list(arguments), prog_name="cognito-harness", standalone_mode=False)
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
) -> None:
    pass
