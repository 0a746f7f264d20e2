"""The options of `cognito-harness load`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.options import (
    ENDPOINT_VARIABLES,
    Panel,
    parse_decimal,
    parse_duration,
    parse_number,
    usable,
)
from harness.cli.pools.account_options import parse_accounts
from harness.errors import ConfigurationError
from harness.settings import values as rules

__all__ = [
    "AwsAccounts",
    "AwsCharges",
    "ClientId",
    "ClientSecret",
    "Csv",
    "Html",
    "LoadEndpoint",
    "LoadTarget",
    "MaxP95",
    "MaxRate",
    "MaxThrottled",
    "MaxUsers",
    "PeopleFile",
    "Plot",
    "Prepare",
    "Processes",
    "ProfileFile",
    "QuotaShare",
    "Ramp",
    "Remove",
    "RunTime",
    "Setting",
    "SpawnRate",
    "StepTime",
    "Unpaced",
    "UserPoolId",
    "Users",
]

TARGETS = ("server", "endpoint", "aws", "preflight")


def _target(text: str) -> str:
    if text not in TARGETS:
        hint = {
            "emulator": "an emulator in this process would measure this process; use server",
            "stub": "a stub has no service behind it",
        }.get(text)
        raise ConfigurationError("--target", given=text, allowed=TARGETS, hint=hint)
    return text


def _endpoint_url(text: str) -> str:
    return usable(f"--endpoint-url, {' or '.join(ENDPOINT_VARIABLES)}", rules.endpoint_url, text)


def _users(text: str) -> int:
    return parse_number("--users", str(text), 1, 100_000)


def _spawn_rate(text: str) -> float:
    return parse_decimal("--spawn-rate", text, "a number of users a second")


def _run_time(text: str) -> float:
    return parse_duration(str(text), "--run-time", shortest="1s", longest="30d")


def _step_time(text: str) -> float:
    return parse_duration(str(text), "--step-time", shortest="2s", longest="1d")


def _processes(text: str) -> int:
    return parse_number("--processes", str(text), 1, 256)


def _max_rate(text: str) -> int:
    return parse_number("--max-rate", str(text), 2, 100_000)


def _max_p95(text: str) -> float:
    return parse_decimal("--max-p95", str(text), "a number of milliseconds")


def _max_throttled(text: str) -> float:
    return parse_decimal("--max-throttled", str(text), "a percentage", most=100, zero=True)


def _quota_share(text: str) -> int:
    return usable("--quota-share", rules.quota_share, text)


def _max_users(text: str) -> int:
    return usable("--max-users", rules.max_users, str(text))


def _charges(text: str) -> str:
    return usable("--aws-charges", rules.aws_charges, text)


LoadTarget = Annotated[
    str,
    typer.Option(
        "--target",
        metavar="NAME",
        parser=_target,
        help="server: a served emulator; endpoint: another service with Cognito's API; aws: a real "
        "account; preflight: only says what a run on aws would use and cost.",
        rich_help_panel=Panel.SERVICE,
    ),
]
LoadEndpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        metavar="URL",
        envvar=ENDPOINT_VARIABLES,
        parser=_endpoint_url,
        help="The URL of the service.",
        show_default="an emulator of its own",
        rich_help_panel=Panel.SERVICE,
    ),
]
UserPoolId = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        parser=lambda text: usable("--user-pool-id", rules.user_pool_id, text),
        help="An existing pool.",
        show_default="a pool made for the run",
        rich_help_panel=Panel.POOL,
    ),
]
ClientId = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        parser=lambda text: usable("--client-id", rules.client_id, text),
        help="The app client of the existing pool.",
        rich_help_panel=Panel.POOL,
    ),
]
ClientSecret = Annotated[
    str | None,
    typer.Option(
        metavar="@FILE",
        help="The file with the secret of that app client, if it has one.",
        rich_help_panel=Panel.POOL,
    ),
]
ProfileFile = Annotated[
    Path | None,
    typer.Option(
        "--profile",
        metavar="FILE",
        help="The mix of flows, their pace and stages, in TOML.",
        show_default="a mix of all flows",
        rich_help_panel=Panel.SIZE,
    ),
]
Users = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        parser=_users,
        help="How many Locust users.",
        show_default="20",
        rich_help_panel=Panel.SIZE,
    ),
]
SpawnRate = Annotated[
    float | None,
    typer.Option(
        metavar="NUMBER",
        parser=_spawn_rate,
        help="How many of them start in a second.",
        show_default="10",
        rich_help_panel=Panel.SIZE,
    ),
]
RunTime = Annotated[
    float | None,
    typer.Option(
        metavar="DURATION",
        parser=_run_time,
        help="How long the run takes, such as 60s or 5m, without preparation and removal.",
        show_default="30s",
        rich_help_panel=Panel.SIZE,
    ),
]
Processes = Annotated[
    int,
    typer.Option(
        metavar="NUMBER",
        parser=_processes,
        help="In how many processes the users are.",
        rich_help_panel=Panel.SIZE,
    ),
]
PeopleFile = Annotated[
    Path | None,
    typer.Option(
        "--people",
        metavar="FILE",
        help="Keep the people in this file with their secrets, and use them again.",
        rich_help_panel=Panel.SIZE,
    ),
]
Prepare = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Only prepare, and write the plan for locust --master and --worker to this file.",
    ),
]
Remove = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Only remove what the preparation of this plan has made."),
]
QuotaShare = Annotated[
    int | None,
    typer.Option(
        metavar="PERCENT",
        parser=_quota_share,
        help="The share of Cognito's default quotas that the run keeps to.",
        show_default="96; on aws 50",
        rich_help_panel=Panel.SIZE,
    ),
]
Unpaced = Annotated[
    bool, typer.Option("--unpaced", help="Do not keep to any quotas.", rich_help_panel=Panel.SIZE)
]
Setting = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A setting of the run's own emulator. Can be repeated.",
        show_default="quotas=true",
        rich_help_panel=Panel.SERVICE,
    ),
]
Ramp = Annotated[
    bool,
    typer.Option(
        "--ramp",
        help="Find the highest rate of sign-ins within the bounds.",
        rich_help_panel=Panel.RAMP,
    ),
]
MaxP95 = Annotated[
    float,
    typer.Option(
        "--max-p95",
        metavar="MS",
        parser=_max_p95,
        help="Ramp: the bound of the 95th percentile of response times.",
        rich_help_panel=Panel.RAMP,
    ),
]
MaxThrottled = Annotated[
    float,
    typer.Option(
        metavar="PERCENT",
        parser=_max_throttled,
        help="Ramp: the bound of the share of throttled requests.",
        rich_help_panel=Panel.RAMP,
    ),
]
MaxRate = Annotated[
    int,
    typer.Option(
        metavar="NUMBER",
        parser=_max_rate,
        help="Ramp: the highest rate to try, in sign-ins a second.",
        rich_help_panel=Panel.RAMP,
    ),
]
StepTime = Annotated[
    float,
    typer.Option(
        metavar="DURATION",
        parser=_step_time,
        help="Ramp: how long each rate is measured.",
        rich_help_panel=Panel.RAMP,
    ),
]
Plot = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Ramp: where to write the plot, an SVG file.",
        rich_help_panel=Panel.RAMP,
    ),
]
Csv = Annotated[
    Path | None,
    typer.Option(
        metavar="PREFIX",
        help="Write Locust's CSV files with this start of their names.",
        rich_help_panel=Panel.OUTPUT,
    ),
]
Html = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write Locust's report.", rich_help_panel=Panel.OUTPUT),
]
AwsAccounts = Annotated[
    str | None,
    typer.Option(
        metavar="ID,ID",
        parser=parse_accounts,
        envvar="COGNITO_HARNESS_AWS_ACCOUNTS",
        help="The AWS accounts that a run on aws may work on.",
        rich_help_panel=Panel.AWS,
    ),
]
AwsCharges = Annotated[
    str | None,
    typer.Option(
        metavar=rules.ACKNOWLEDGED,
        envvar="COGNITO_HARNESS_AWS_CHARGES",
        parser=_charges,
        help="Confirms that you know that AWS charges for active users; a run on aws needs it.",
        rich_help_panel=Panel.AWS,
    ),
]
MaxUsers = Annotated[
    int,
    typer.Option(
        metavar="NUMBER",
        envvar="COGNITO_HARNESS_MAX_USERS",
        parser=_max_users,
        help="The most users that a run on aws may make.",
        rich_help_panel=Panel.AWS,
    ),
]
