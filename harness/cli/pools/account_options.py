"""The options of commands that work on a real account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import usable
from harness.settings import values as rules

if TYPE_CHECKING:
    from harness.targets.aws import AwsTarget

__all__ = ["Accounts", "JournalFolder", "Region", "account_target"]


def _region(text: str) -> str:
    return usable("--region", rules.region, text)


Accounts = Annotated[
    str,
    typer.Option(
        "--aws-accounts",
        metavar="ID,ID",
        envvar="COGNITO_HARNESS_AWS_ACCOUNTS",
        help="The AWS accounts in which something may be done.",
    ),
]

Region = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="REGION",
        envvar=["COGNITO_HARNESS_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"],
        parser=_region,
        help="The AWS region.",
        show_default="of the profile",
    ),
]

JournalFolder = Annotated[
    str,
    typer.Option(
        "--journal",
        metavar="FOLDER",
        envvar="COGNITO_HARNESS_JOURNAL",
        help="Where runs have written down what they made.",
    ),
]


def account_target(accounts: str, region: str | None) -> AwsTarget:
    """Return the target, with the credentials held to the allow-list.

    Raises:
        ConfigurationError: they are for another account, or there are none.
    """
    from harness.targets.aws import AwsTarget

    allowed = usable("--aws-accounts", rules.aws_accounts, accounts)
    target = AwsTarget(region=region, accounts=allowed)
    target.check()
    return target
