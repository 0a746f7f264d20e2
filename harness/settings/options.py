"""What can be set: one option for each setting, under the same name in three places."""

from __future__ import annotations

from dataclasses import dataclass

from harness.settings.values import ACKNOWLEDGED

__all__ = ["OPTIONS", "Option"]


@dataclass(frozen=True)
class Option:
    """Something that can be set, under the same name in three places."""

    name: str
    metavar: str
    help: str

    @property
    def flag(self) -> str:
        """How the command line spells it."""
        return "--" + self.key.replace("_", "-")

    @property
    def variable(self) -> str:
        """How the environment spells it."""
        return f"COGNITO_HARNESS_{self.name.upper()}"

    @property
    def key(self) -> str:
        """How the configuration file spells it."""
        return f"cognito_{self.name}"


OPTIONS = (
    Option(
        "target",
        "NAME",
        "the Cognito to talk to: emulator (default), server, endpoint, stub, aws, or preflight, "
        "which says what a run on aws would take and cost",
    ),
    Option("endpoint_url", "URL", "where the target listens; server starts one of its own without"),
    Option("region", "REGION", "AWS region; default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1"),
    Option(
        "pool",
        "FILE",
        "run on the pool of this file, made for the run: a CloudFormation or SAM template, what "
        "cdk synth or terraform show -json writes, or a snapshot",
    ),
    Option("pool_name", "NAME", "which of several pools in the file, by logical id or name"),
    Option("pool_client", "NAME", "which of several app clients of that pool"),
    Option("user_pool_id", "ID", "use this existing user pool; needs --cognito-client-id too"),
    Option(
        "audit",
        "PRESET|FILE",
        "hold the pool of the file, or the existing one, to rules: baseline, strict, "
        "device-tracking, or a profile in TOML",
    ),
    Option("client_id", "ID", "the app client of the existing user pool"),
    Option(
        "client_secret",
        "@FILE",
        "the app client's secret; others can see a command line, "
        "so prefer @FILE or the environment",
    ),
    Option(
        "srp",
        "ENGINE",
        "one SRP engine for the whole run: native, pycognito or warrant; "
        "default: every one that is installed",
    ),
    Option("seed", "NUMBER", "repeats the people and codes of a run; default: random, and printed"),
    Option(
        "mailbox",
        "KIND",
        "where codes are read: outbox, imap, sqs, dynamodb, command, prompt or none; admin: an "
        "administrator confirms people instead; default: outbox where there is one, admin on aws",
    ),
    Option("mailbox_address", "ADDRESS", "people get tests+NAME@example.org of tests@example.org"),
    Option("mailbox_deadline", "SECONDS", "how long a code is awaited; default: by the mailbox"),
    Option("mailbox_pattern", "REGEX", "what a code looks like in an e-mail; default: six digits"),
    Option("mailbox_command", "COMMAND", "of --cognito-mailbox=command: prints the newest code"),
    Option("imap_url", "URL", "of --cognito-mailbox=imap: imaps://HOST[:PORT][/FOLDER]"),
    Option("imap_user", "NAME", "logs in to the IMAP server; default: --cognito-mailbox-address"),
    Option("sqs_queue_url", "URL", "of --cognito-mailbox=sqs: where captured codes are queued"),
    Option("dynamodb_table", "NAME", "of --cognito-mailbox=dynamodb: where captured codes are"),
    Option(
        "aws_accounts",
        "ID,ID",
        "the AWS accounts in which --cognito-target=aws may do something; without it nothing is "
        "signed with your credentials",
    ),
    Option(
        "aws_charges",
        ACKNOWLEDGED,
        "says that you know that AWS charges for active users; --cognito-target=aws needs it",
    ),
    Option("max_users", "NUMBER", "the most users that a run on aws may make; default: 1000"),
    Option(
        "quota_share",
        "PERCENT",
        "how much of the account's request quotas a run on aws may take; default: 50",
    ),
    Option(
        "journal",
        "FOLDER",
        "where a run on aws writes down what it makes, for `cognito-harness sweep`; "
        "default: .cognito-harness",
    ),
)
