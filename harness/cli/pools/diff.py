"""``cognito-harness diff``: compares two configurations of a user pool."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.outcome import ExitCode
from harness.cli.pools.reports import Form, FormOption, OutputOption
from harness.cli.pools.service import PoolName
from harness.cli.pools.source import Accounts, Endpoint, PoolTarget

__all__ = ["diff"]

_HELP = "A template, plan or snapshot, or the id of a live pool"


def diff(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help=f"{_HELP}: the expected one.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help=f"{_HELP}: the actual one.")],
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail also on settings that may differ (?).")
    ] = False,
    form: FormOption = Form.TEXT,
    output: OutputOption = None,
    pool: PoolName = None,
    endpoint_url: Endpoint = None,
    target: PoolTarget = "server",
    aws_accounts: Accounts = None,
) -> int:
    """Compare two configurations of a user pool.

    Prints each difference and its effect on sign-in. A setting that is left out counts as
    Cognito's default. Names and tags are not compared. Exits with 1 if the two differ. What only
    a deployment knows is marked with ? and is no difference, unless you give --strict.
    """
    from harness.cli.pools.reports import report_of_drift, write
    from harness.cli.pools.source import read_source
    from harness.pools.configuration.drift import drift

    first = read_source(before, pool, endpoint_url, target, aws_accounts)
    second = read_source(after, pool, endpoint_url, target, aws_accounts)
    found = drift(first, second)
    write(report_of_drift(found), form, output)
    differing = found.differences if strict else found.found
    return ExitCode.FINDING if differing else ExitCode.EXPECTED
