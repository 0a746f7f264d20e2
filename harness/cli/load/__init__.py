"""``cognito-harness load``: sign-ins in bulk, on Locust, with a table at the end."""

from __future__ import annotations

from harness.cli.load import options as given
from harness.cli.pools.account_options import JournalFolder, Region

__all__ = ["load"]


def load(
    target: given.LoadTarget = "server",
    endpoint_url: given.LoadEndpoint = None,
    region: Region = None,
    user_pool_id: given.UserPoolId = None,
    client_id: given.ClientId = None,
    client_secret: given.ClientSecret = None,
    profile: given.ProfileFile = None,
    users: given.Users = None,
    spawn_rate: given.SpawnRate = None,
    run_time: given.RunTime = None,
    processes: given.Processes = 1,
    people: given.PeopleFile = None,
    prepare: given.Prepare = None,
    remove: given.Remove = None,
    quota_share: given.QuotaShare = None,
    unpaced: given.Unpaced = False,
    setting: given.Setting = None,
    ramp: given.Ramp = False,
    max_p95: given.MaxP95 = 500.0,
    max_throttled: given.MaxThrottled = 1.0,
    max_rate: given.MaxRate = 200,
    step_time: given.StepTime = 10.0,
    plot: given.Plot = None,
    csv: given.Csv = None,
    html: given.Html = None,
    aws_accounts: given.AwsAccounts = None,
    aws_charges: given.AwsCharges = None,
    max_users: given.MaxUsers = 1000,
    journal: JournalFolder = ".cognito-harness",
) -> int:
    """Sign many users in at the same time.

    Prepares people, runs the flows of a profile as Locust users, prints a table, and removes what
    it made. Without a URL it starts an emulator of its own, with Cognito's quotas. Exits with 1 if
    a request failed; a throttled one has not failed.
    """
    # The names of the arguments are those of the options' fields.
    arguments = dict(locals())
    from harness.cli.load.command import LoadCommand
    from harness.cli.load.load_options import LoadOptions

    return LoadCommand(LoadOptions.of(arguments)).run()
