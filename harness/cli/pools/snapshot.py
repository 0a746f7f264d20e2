"""``cognito-harness snapshot``: saves the configuration of a live user pool as JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.options import Panel, one_given, output_file, usable
from harness.cli.pools.service import save
from harness.cli.pools.source import Accounts, Endpoint, PoolTarget
from harness.settings import values as rules

__all__ = ["snapshot"]


def _pool_id(text: str) -> str:
    return usable("--user-pool-id", rules.user_pool_id, text)


def _output(text: str) -> str:
    return str(output_file("--output", text))


def snapshot(
    pool_id: Annotated[
        str | None,
        typer.Argument(metavar="POOL_ID", help="The id of the user pool.", show_default=False),
    ] = None,
    user_pool_id: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            parser=_pool_id,
            help="The same, as an option.",
            show_default="POOL_ID",
            rich_help_panel=Panel.POOL,
        ),
    ] = None,
    endpoint_url: Endpoint = None,
    output: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            parser=_output,
            help="The file to save it in.",
            show_default="standard output",
            rich_help_panel=Panel.OUTPUT,
        ),
    ] = None,
    target: PoolTarget = "server",
    aws_accounts: Accounts = None,
) -> None:
    """Save the configuration of a live user pool as JSON.

    The snapshot includes all app clients, but no secrets. Changes nothing. Use the snapshot with
    pytest --cognito-pool, or with provision --spec.
    """
    from harness.cli.pools.source import read_live_pool
    from harness.pools.sources.snapshot import render

    wanted = one_given(
        ("POOL_ID", None if pool_id is None else usable("POOL_ID", rules.user_pool_id, pool_id)),
        ("--user-pool-id", user_pool_id),
    )
    text = render(read_live_pool(wanted, endpoint_url, target, aws_accounts))
    if output is None:
        print(text, end="")
    else:
        save(text, output)
