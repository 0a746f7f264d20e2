"""The options of the commands that work on a real AWS account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Panel, usable
from harness.errors import ConfigurationError
from harness.settings import values as rules

if TYPE_CHECKING:
    from harness.targets.aws import AwsTarget

__all__ = [
    "REGION_VARIABLES",
    "Accounts",
    "JournalFolder",
    "Region",
    "account_target",
    "parse_accounts",
    "parse_journal",
    "parse_region",
]

REGION_VARIABLES = ["COGNITO_HARNESS_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"]


def parse_region(text: str) -> str:
    """Return a region, after checking its form."""
    return usable("--region", rules.region, text)


def parse_accounts(text: str) -> str:
    """Return a list of AWS accounts, after checking its form."""
    usable("--aws-accounts", rules.aws_accounts, text)
    return text


def parse_journal(text: str) -> str:
    """Return the folder of the journals, which is made when the first one is written."""
    folder = Path(usable("--journal", rules.journal, text)).absolute()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir():
        hint = f"it must be a folder, and {there.name} is a file"
        raise ConfigurationError("--journal", given=text, hint=hint)
    return text


Accounts = Annotated[
    str,
    typer.Option(
        "--aws-accounts",
        metavar="ID,ID",
        parser=parse_accounts,
        envvar="COGNITO_HARNESS_AWS_ACCOUNTS",
        help="The AWS accounts that the command may work on.",
        rich_help_panel=Panel.AWS,
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
        rich_help_panel=Panel.AWS,
    ),
]

JournalFolder = Annotated[
    str,
    typer.Option(
        "--journal",
        metavar="FOLDER",
        parser=parse_journal,
        envvar="COGNITO_HARNESS_JOURNAL",
        help="The folder where runs record what they make.",
        rich_help_panel=Panel.AWS,
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
