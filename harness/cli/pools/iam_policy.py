"""``cognito-harness iam-policy``: the least privilege for runs on a real account."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.pools.account_options import Region

__all__ = ["iam_policy"]


def iam_policy(
    mode: Annotated[
        str,
        typer.Option(
            help="existing-pool: runs in a pool that was there before; provision: runs that make "
            "their pools, and the sweep; audit: reading a pool's settings.",
        ),
    ] = "provision",
    account: Annotated[
        str, typer.Option(help="The AWS account of the pools.", show_default="any")
    ] = "*",
    region: Region = None,
    user_pool_id: Annotated[
        list[str] | None,
        typer.Option(help="The pool; may be given several times.", show_default="all"),
    ] = None,
) -> None:
    """Print the IAM policy that a way of working on a real account needs, and no more."""
    import json

    from harness.cli.options import usable
    from harness.errors import ConfigurationError
    from harness.pools.iam import MODES, policy_for
    from harness.settings import values as rules

    if mode not in MODES:
        raise ConfigurationError("--mode", given=mode, allowed=MODES)
    if account != "*":
        usable("--account", rules.aws_accounts, account)
    pool_ids = [usable("--user-pool-id", rules.user_pool_id, text) for text in user_pool_id or []]
    policy = policy_for(mode, account=account, region=region or "*", pool_ids=pool_ids)
    print(json.dumps(policy, indent=2))
