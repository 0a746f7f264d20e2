"""``cognito-harness snapshot``: a live pool's whole configuration, as JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.pool_service import PoolEndpoint, PoolTarget, client_of, save

__all__ = ["snapshot"]


def snapshot(
    endpoint_url: PoolEndpoint,
    user_pool_id: Annotated[str, typer.Option(metavar="ID", help="The user pool.")],
    output: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Where to save it.", show_default="stdout"),
    ] = None,
    target: PoolTarget = "server",
    region: Annotated[
        str | None,
        typer.Option(metavar="REGION", help="Its AWS region.", show_default="the pool id's"),
    ] = None,
) -> None:
    """Save the configuration of a live user pool with all its app clients; changes nothing.

    No secret is in it. Take it for `--cognito-pool` or `provision --spec`.
    """
    from harness import setting_rules as rules
    from harness.cli.options import usable
    from harness.pools.sources.live import read_live
    from harness.pools.sources.snapshot import render

    pool_id = usable("--user-pool-id", rules.user_pool_id, user_pool_id)
    place = region or rules.region_of(pool_id) or "us-east-1"
    text = render(read_live(client_of("cognito-idp", target, place, endpoint_url), pool_id))
    if output is None:
        print(text, end="")
    else:
        save(text, output)
