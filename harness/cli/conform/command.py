"""``cognito-harness conform``: how far a service behaves as Cognito does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.conform import options
from harness.cli.conform.against import Replay, replay
from harness.cli.conform.asking import flags_of, made_up_credentials, record_file
from harness.cli.outcome import ExitCode
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.verdicts.run_record import RunRecord

__all__ = ["conform"]

#: A service cannot tell the engines apart, and which others are installed would change the counts.
_ENGINE = "native"


def conform(
    endpoint_url: options.Endpoint = None,
    against: options.Against = None,
    expected: options.Expected = None,
    expression: options.Expression = None,
    texts: options.Texts = "codes",
    mailbox: options.Mailbox = None,
    mailbox_deadline: options.MailboxDeadline = None,
    mailbox_address: options.MailboxAddress = None,
    mailbox_pattern: options.MailboxPattern = None,
    mailbox_command: options.MailboxCommand = None,
    imap_url: options.ImapUrl = None,
    imap_user: options.ImapUser = None,
    sqs_queue_url: options.SqsQueueUrl = None,
    dynamodb_table: options.DynamoDbTable = None,
    region: options.Region = None,
    seed: options.Seed = None,
    workers: options.Workers = 2,
    json: options.JsonFile = None,
    markdown: options.MarkdownFile = None,
    record: options.RecordFile = None,
) -> int:
    """Say where a service differs from Cognito, by the scenarios.

    Creates user pools on the service and deletes them. Exits with 1 if something does not hold.
    With --against, asks again what a record has asked, and lists each difference once.
    """
    given = {
        "mailbox": mailbox,
        "mailbox_deadline": mailbox_deadline,
        "mailbox_address": mailbox_address,
        "mailbox_pattern": mailbox_pattern,
        "mailbox_command": mailbox_command,
        "imap_url": imap_url,
        "imap_user": imap_user,
        "sqs_queue_url": sqs_queue_url,
        "dynamodb_table": dynamodb_table,
        "region": region,
        "seed": seed,
    }
    files = {"--json": json, "--markdown": markdown, "--record": record}
    written = {option: options.writable(option, path) for option, path in files.items()}
    options.refuse_equal({"--against": against, "--expected": expected, **written})
    if against is not None:
        options.refuse_without_effect(given, texts, endpoint_url)
    settings = options.settings_of(given)
    with record_file(written["--record"]) as file:
        if against is not None:
            wanted = Replay(against, endpoint_url, expected, settings, expression, workers)
            return replay(wanted, file, written)
        if expected is not None:
            raise ConfigurationError("--expected", given=str(expected), hint="it needs --against")
        if endpoint_url is None:
            hint = "give the URL of the service, or --against a record"
            raise ConfigurationError("--endpoint-url", hint=hint)
        found = _ask(endpoint_url, {**settings, "texts": texts}, expression, workers, file)
    return _report(found, written)


def _ask(
    endpoint_url: str,
    settings: Mapping[str, str],
    expression: str | None,
    workers: int,
    record: Path,
) -> RunRecord:
    from harness.cli.conform.progress import percentage
    from harness.cli.conform.running import Selection, run_scenarios
    from harness.cli.conform.suite import Suite

    named = {"target": "endpoint", "endpoint_url": endpoint_url, "srp": _ENGINE, **settings}
    selection = Selection(
        flags_of(named), expression, workers=workers, environment=made_up_credentials()
    )
    with percentage(f"asking {endpoint_url}") as tell:
        return run_scenarios(Suite.find(), selection, record, tell)


def _report(found: RunRecord, files: Mapping[str, Path | None]) -> int:
    from harness.reports.scorecard_markdown import render_markdown
    from harness.reports.scorecard_text import render_json, render_text
    from harness.verdicts.scorecard import Scorecard

    scorecard = Scorecard.of(found.scenarios)
    title = f"Scorecard of {found.run.service}"
    print(render_text(scorecard, title), end="")
    if scorecard.incomplete:
        print(f"incomplete: {scorecard.incomplete}")
    if (path := files["--json"]) is not None:
        options.write_text("--json", path, render_json(scorecard, _about(found)))
    if (path := files["--markdown"]) is not None:
        options.write_text("--markdown", path, render_markdown(scorecard, title))
    failed = scorecard.failed or scorecard.incomplete
    return ExitCode.FINDING if failed else ExitCode.EXPECTED


def _about(found: RunRecord) -> dict[str, object]:
    run, end = found.run, found.end
    return {
        "target": run.target,
        "service": run.service,
        "seed": run.seed,
        "started_at": run.started_at,
        "seconds": None if end is None else round(end.ended_at - run.started_at, 1),
        "versions": run.versions,
    }
