"""The options of the commands that work on a real AWS account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import usable
from harness.settings import values as rules

if TYPE_CHECKING:
    from harness.targets.aws import AwsTarget

__all__ = [
    "REGION_VARIABLES",
    "Accounts",
    "JournalFolder",
    "Region",
    "account_target",
    "parse_region",
]

REGION_VARIABLES = ["COGNITO_HARNESS_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"]


def parse_region(text: str) -> str:
    """Return a region, after checking its form."""
    return usable("--region", rules.region, text)


Accounts = Annotated[
    str,
    typer.Option(
        "--aws-accounts",
        metavar="ID,ID",
        envvar="COGNITO_HARNESS_AWS_ACCOUNTS",
        help="The AWS accounts that the command may work on.",
    ),
]

Region = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="REGION",
        envvar=REGION_VARIABLES,
        parser=parse_region,
        help="The AWS region.",
        show_default="the profile's region",
    ),
]

JournalFolder = Annotated[
    str,
    typer.Option(
        "--journal",
        metavar="FOLDER",
        envvar="COGNITO_HARNESS_JOURNAL",
        help="The folder where runs record what they make.",
    ),
]


def account_target(accounts: str, region: str | None) -> AwsTarget:
    """Return the target, after checking that the credentials belong to an allowed account.

    Raises:
        ConfigurationError: the credentials belong to another account, or there are none.
    """
    from harness.targets.aws import AwsTarget

    allowed = usable("--aws-accounts", rules.aws_accounts, accounts)
    target = AwsTarget(region=region, accounts=allowed)
    target.check()
    return target
