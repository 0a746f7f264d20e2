"""``cognito-harness snapshot``: saves the configuration of a live user pool as JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.pools.service import save
from harness.cli.pools.source import Accounts, Endpoint, PoolTarget

__all__ = ["snapshot"]


def snapshot(
    user_pool_id: Annotated[str, typer.Option(metavar="ID", help="The user pool.")],
    endpoint_url: Endpoint = None,
    output: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="The file to save it in.", show_default="standard output"
        ),
    ] = None,
    target: PoolTarget = "server",
    aws_accounts: Accounts = None,
) -> None:
    """Save the configuration of a live user pool as JSON.

    The snapshot includes all app clients, but no secrets. Changes nothing. Use the snapshot with
    pytest --cognito-pool, or with provision --spec.
    """
    from harness.cli.options import usable
    from harness.cli.pools.source import read_live_pool
    from harness.pools.sources.snapshot import render
    from harness.settings import values as rules

    pool_id = usable("--user-pool-id", rules.user_pool_id, user_pool_id)
    text = render(read_live_pool(pool_id, endpoint_url, target, aws_accounts))
    if output is None:
        print(text, end="")
    else:
        save(text, output)
