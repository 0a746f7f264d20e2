"""``cognito-harness load``: sign-ins in bulk, on Locust, with a table at the end."""

from __future__ import annotations

import typer

from harness.cli.load import options as kinds
from harness.cli.pools.account_options import JournalFolder, Region

__all__ = ["load"]


def load(
    context: typer.Context,
    target: kinds.LoadTarget = "server",
    endpoint_url: kinds.LoadEndpoint = None,
    region: Region = None,
    user_pool_id: kinds.UserPoolId = None,
    client_id: kinds.ClientId = None,
    client_secret: kinds.ClientSecret = None,
    profile: kinds.ProfileFile = None,
    users: kinds.Users = None,
    spawn_rate: kinds.SpawnRate = None,
    run_time: kinds.RunTime = None,
    processes: kinds.Processes = 1,
    people: kinds.PeopleFile = None,
    prepare: kinds.Prepare = None,
    remove: kinds.Remove = None,
    quota_share: kinds.QuotaShare = None,
    unpaced: kinds.Unpaced = False,
    setting: kinds.Setting = None,
    ramp: kinds.Ramp = False,
    max_p95: kinds.MaxP95 = 500.0,
    max_throttled: kinds.MaxThrottled = 1.0,
    max_rate: kinds.MaxRate = 200,
    step_time: kinds.StepTime = 10.0,
    plot: kinds.Plot = None,
    csv: kinds.Csv = None,
    html: kinds.Html = None,
    aws_accounts: kinds.AwsAccounts = None,
    aws_charges: kinds.AwsCharges = None,
    max_users: kinds.MaxUsers = 1000,
    journal: JournalFolder = ".cognito-harness",
) -> int:
    """Sign many users in at the same time.

    Prepares people, runs the flows of a profile as Locust users, prints a table, and removes what
    it made. Without a URL it starts an emulator of its own, with Cognito's quotas. Exits with 1 if
    a request failed; a throttled one has not failed.
    """
    # The names of the arguments are those of the options' fields.
    arguments = {name: value for name, value in locals().items() if name != "context"}
    given = frozenset(name for name in arguments if _is_given(context, name))
    from harness.cli.load.command import LoadCommand
    from harness.cli.load.load_options import LoadOptions

    return LoadCommand(LoadOptions.of(arguments, given)).run()


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
