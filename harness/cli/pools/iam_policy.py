"""``cognito-harness iam-policy``: prints the smallest IAM policy for runs on a real account."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from harness.cli.options import usable
from harness.cli.pools.account_options import REGION_VARIABLES, parse_region
from harness.errors import ConfigurationError
from harness.pools.iam import MODES, policy_for
from harness.settings import values as rules

__all__ = ["iam_policy"]


def iam_policy(
    mode: Annotated[
        str,
        typer.Option(
            metavar="MODE",
            help="provision: runs that make their own pools, and sweep; existing-pool: runs in a "
            "pool that already exists; audit: reading a pool's settings.",
        ),
    ] = "provision",
    account: Annotated[
        str,
        typer.Option(metavar="ID", help="The AWS account of the pools.", show_default="any"),
    ] = "*",
    region: Annotated[
        str | None,
        typer.Option(
            metavar="REGION",
            envvar=REGION_VARIABLES,
            parser=parse_region,
            help="The AWS region of the pools.",
            show_default="any",
        ),
    ] = None,
    user_pool_id: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="The pool; can be repeated. --mode existing-pool needs it.",
            show_default="all",
        ),
    ] = None,
) -> None:
    """Print the smallest IAM policy for runs on a real account."""
    if mode not in MODES:
        raise ConfigurationError("--mode", given=mode, allowed=MODES)
    if account != "*":
        usable("--account", rules.aws_accounts, account)
    pool_ids = [usable("--user-pool-id", rules.user_pool_id, text) for text in user_pool_id or []]
    if mode == "existing-pool" and not pool_ids:
        # The policy allows deleting users, so it must not cover every pool of the account.
        hint = "--mode existing-pool needs it, so that the policy covers no other pool"
        raise ConfigurationError("--user-pool-id", hint=hint)
    policy = policy_for(mode, account=account, region=region or "*", pool_ids=pool_ids)
    print(json.dumps(policy, indent=2))
