"""``cognito-harness diff``: compares two configurations of a user pool."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.options import Panel
from harness.cli.outcome import ExitCode
from harness.cli.pools.parameters import ParameterFiles, ParameterTexts
from harness.cli.pools.reports import Form, FormOption, OutputOption
from harness.cli.pools.source import Accounts, Endpoint, PoolTarget

__all__ = ["diff"]

_HELP = "A template, plan or snapshot, or the id of a live pool"


def diff(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help=f"{_HELP}: the expected one.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help=f"{_HELP}: the actual one.")],
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail also on settings that may differ (?).")
    ] = False,
    form: FormOption = Form.TEXT.value,
    output: OutputOption = None,
    pool: Annotated[
        str | None,
        typer.Option(
            "--pool",
            metavar="NAME",
            help="Which pool, on each side that has several: logical id, address or name.",
            rich_help_panel=Panel.SOURCE,
        ),
    ] = None,
    pool_after: Annotated[
        str | None,
        typer.Option(
            "--pool-after",
            metavar="NAME",
            help="Which pool of AFTER, if it has another name there.",
            show_default="--pool",
            rich_help_panel=Panel.SOURCE,
        ),
    ] = None,
    parameter: ParameterTexts = None,
    parameters: ParameterFiles = None,
    endpoint_url: Endpoint = None,
    target: PoolTarget = "server",
    aws_accounts: Accounts = None,
) -> int:
    """Compare two configurations of a user pool.

    Prints each difference and its effect on sign-in. A setting that is left out counts as
    Cognito's default. Names and tags are not compared. Exits with 1 if the two differ. What only
    a deployment knows is marked with ? and is no difference, unless you give --strict.
    """
    from harness.cli.pools.parameters import parameters_of
    from harness.cli.pools.reports import report_of_drift, write
    from harness.cli.pools.source import find_source
    from harness.pools.configuration.drift import drift
    from harness.pools.sources.pool_choice import choose_both

    given = parameters_of(parameter, parameters)
    # Each side takes the parameters that it declares.
    with given.checked(f"{before} and {after}"):
        expected = find_source(before, endpoint_url, target, aws_accounts, given)
        actual = find_source(after, endpoint_url, target, aws_accounts, given)
    first, second = choose_both(expected, actual, pool, pool_after)
    found = drift(first.read(), second.read())
    write(report_of_drift(found), Form(form), output)
    differing = found.differences if strict else found.found
    return ExitCode.FINDING if differing else ExitCode.EXPECTED
