"""``cognito-harness diff``: where two configurations of a pool differ."""

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
    before: Annotated[str, typer.Argument(help=f"{_HELP}: what is expected.")],
    after: Annotated[str, typer.Argument(help=f"{_HELP}: what is compared with it.")],
    form: FormOption = Form.TEXT,
    output: OutputOption = None,
    pool: PoolName = None,
    endpoint_url: Endpoint = None,
    target: PoolTarget = "server",
    aws_accounts: Accounts = None,
) -> int:
    """Compare two configurations of a pool, and say what each difference means for sign-in.

    Settings that are left out count as Cognito's defaults; names and tags are not compared.
    Exits with 1 where the two differ.
    """
    from harness.cli.pools.reports import report_of_drift, write
    from harness.cli.pools.source import read_source
    from harness.pools.configuration.drift import drift

    first = read_source(before, pool, endpoint_url, target, aws_accounts)
    second = read_source(after, pool, endpoint_url, target, aws_accounts)
    found = drift(first, second)
    write(report_of_drift(found), form, output)
    return ExitCode.FINDING if found.found else ExitCode.EXPECTED
