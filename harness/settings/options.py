"""The options: one for each setting, with a spelling for each of three sources."""

from __future__ import annotations

from dataclasses import dataclass

from harness.settings.values import ACKNOWLEDGED

__all__ = ["OPTIONS", "YES", "Option"]

#: What a flag on the command line stands for.
YES = "yes"


@dataclass(frozen=True)
class Option:
    """A setting that the command line, the environment or the configuration file can give.

    Attributes:
        name: the name of the setting.
        metavar: what the help calls its value; empty for a flag, which has none there.
        help: what the setting does.
        is_repeatable: whether it can be given several times: on the command line by repeating the
            option, elsewhere by a line for each value.
    """

    name: str
    metavar: str
    help: str
    is_repeatable: bool = False

    @property
    def is_flag(self) -> bool:
        """Whether it stands without a value on the command line."""
        return not self.metavar

    @property
    def flag(self) -> str:
        """Its spelling on the command line."""
        return "--" + self.key.replace("_", "-")

    @property
    def variable(self) -> str:
        """Its spelling in the environment."""
        return f"COGNITO_HARNESS_{self.name.upper()}"

    @property
    def key(self) -> str:
        """Its spelling in the configuration file."""
        return f"cognito_{self.name}"


OPTIONS = (
    Option(
        "target",
        "NAME",
        "the service to test: emulator (default), server, endpoint, stub, aws, or preflight, which "
        "estimates how long a run on aws takes and what it costs",
    ),
    Option(
        "endpoint_url", "URL", "URL of the target; without it, server starts an emulator of its own"
    ),
    Option("region", "REGION", "AWS region; default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1"),
    Option(
        "pool",
        "FILE",
        "make the pool of this file for the run: a template, plan, state or snapshot, or another "
        "file or folder that docs/pools.md lists",
    ),
    Option("pool_name", "NAME", "logical id or name of the pool, if the file has several"),
    Option("pool_client", "NAME", "logical id or name of the app client, if the pool has several"),
    Option(
        "pool_parameter",
        "NAME=VALUE",
        "the value of a parameter of the template; in a folder of cdk synth also STACK:NAME=VALUE; "
        "can be repeated, and counts more than --cognito-pool-parameters",
        is_repeatable=True,
    ),
    Option(
        "pool_parameters",
        "FILE",
        "a file with values of parameters: CloudFormation's JSON, a samconfig.toml "
        "(FILE:ENVIRONMENT chooses an environment), or an object of names and values; can be "
        "repeated",
        is_repeatable=True,
    ),
    Option(
        "allow_unknown",
        "",
        "make the pool of the file also if a setting that decides how people sign in is unknown: "
        "warn, and skip the tests that ask about it; in the environment and in the configuration "
        "file: yes or no",
    ),
    Option(
        "allow_all_skipped",
        "",
        "let a run succeed in which no test ran because all were skipped because of the pool; "
        "in the environment and in the configuration file: yes or no",
    ),
    Option(
        "seed_file",
        "FILE",
        "make the pools and users of this file in the emulator of the run, with their fixed ids; "
        "an emulator at a URL is expected to have them",
    ),
    Option("user_pool_id", "ID", "use this existing user pool; also needs --cognito-client-id"),
    Option(
        "audit",
        "PRESET|FILE",
        "check the pool of the file, or the existing pool, against rules: baseline, strict, "
        "device-tracking, or a profile in TOML",
    ),
    Option("client_id", "ID", "app client of the existing user pool"),
    Option(
        "client_secret",
        "@FILE",
        "secret of the app client; others can see a command line, "
        "so prefer @FILE or the environment",
    ),
    Option(
        "srp",
        "ENGINE",
        "SRP engine for the whole run: native, pycognito or warrant; "
        "default: every installed engine",
    ),
    Option("seed", "NUMBER", "repeat the people and codes of a run; default: random, and printed"),
    Option(
        "mailbox",
        "KIND",
        "where to read codes: outbox, imap, sqs, dynamodb, command, prompt or none; with admin, an "
        "administrator confirms users instead; default: outbox if there is one, admin on aws",
    ),
    Option(
        "mailbox_address", "ADDRESS", "from tests@example.org, users get tests+NAME@example.org"
    ),
    Option(
        "mailbox_deadline",
        "SECONDS",
        "how long to wait for a code; default: depends on the mailbox",
    ),
    Option(
        "mailbox_pattern",
        "REGEX",
        "what a code in an email looks like; default: six or eight digits",
    ),
    Option("mailbox_command", "COMMAND", "for --cognito-mailbox=command: prints the newest code"),
    Option("imap_url", "URL", "for --cognito-mailbox=imap: imaps://HOST[:PORT][/FOLDER]"),
    Option("imap_user", "NAME", "name on the IMAP server; default: --cognito-mailbox-address"),
    Option("sqs_queue_url", "URL", "for --cognito-mailbox=sqs: queue of the captured codes"),
    Option("dynamodb_table", "NAME", "for --cognito-mailbox=dynamodb: table of the captured codes"),
    Option(
        "aws_accounts",
        "ID,ID",
        "AWS accounts in which --cognito-target=aws may act; without it, no request is signed with "
        "your credentials",
    ),
    Option(
        "aws_charges",
        ACKNOWLEDGED,
        "confirms that you know that AWS charges for active users; --cognito-target=aws needs it",
    ),
    Option("max_users", "NUMBER", "most users that a run on aws may make; default: 1000"),
    Option(
        "quota_share",
        "PERCENT",
        "share of the request quotas that a run may use: of the account on aws, default 50; of "
        "the default quotas on endpoint and server, which are not paced without it; for the "
        "estimate of preflight",
    ),
    Option(
        "journal",
        "FOLDER",
        "where a run on aws records what it makes, for `cognito-harness sweep`; "
        "default: .cognito-harness",
    ),
    Option(
        "repeat",
        "NUMBER",
        "run every test that uses Cognito so many times, each time with people of its own; needs "
        "pytest-repeat",
    ),
    Option(
        "latencies",
        "FILE",
        "record the latencies and the errors of all calls, show them at the end of the run, and "
        "write them to this file",
    ),
    Option(
        "texts",
        "HOW",
        "whether a refusal with the right code in other words fails a test: strict (it does) or "
        "codes (it is reported); default: codes on endpoint, aws and preflight, strict elsewhere",
    ),
    Option(
        "record",
        "FILE",
        "write a record of the run to this file, without secrets: each test with its checks, its "
        "verdict and its calls, as JSON lines",
    ),
    Option(
        "trigger",
        "FUNCTION=HANDLER",
        "the local handler of a Lambda function that LambdaConfig names: module:function, "
        "path/to/index.mjs:handler, or the URL of an endpoint, for emulator and server; can be "
        "repeated",
        is_repeatable=True,
    ),
    Option(
        "faults",
        "PROFILE|FILE",
        "let shares of the calls and emails of the targets emulator and server go wrong, such as "
        "throttle:0.1,drop:0.01,email-late:0.1:2s",
    ),
    Option(
        "network_retries",
        "NUMBER",
        "how often to repeat a call that was throttled or got no result, and a test in which the "
        "result of a call cannot be known; default: 4 on aws, 8 with --cognito-faults, else 0",
    ),
    Option(
        "progress",
        "WHEN",
        "show the progress in the last line of the terminal: on, off, or auto (default): in runs "
        "of more than 20 seconds or with --cognito-repeat, but not in CI, with -q or -s",
    ),
)
