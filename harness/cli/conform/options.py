"""The options of `cognito-harness conform`, which become settings of the run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.cli.options import ENDPOINT_VARIABLES, Panel, parse_number, usable
from harness.errors import ConfigurationError
from harness.settings import mailbox_values, values

__all__ = [
    "Against",
    "DynamoDbTable",
    "Endpoint",
    "Expected",
    "Expression",
    "ImapUrl",
    "ImapUser",
    "JsonFile",
    "Mailbox",
    "MailboxAddress",
    "MailboxCommand",
    "MailboxDeadline",
    "MailboxPattern",
    "MarkdownFile",
    "RecordFile",
    "Region",
    "Seed",
    "SqsQueueUrl",
    "Texts",
    "Workers",
    "refuse_equal",
    "refuse_without_effect",
    "settings_of",
    "writable",
    "write_text",
]

#: Seconds to wait for a code that the service itself keeps: it is there at once or never.
_DEADLINE = "5"
_MOST_WORKERS = 16
_TEXTS = ("codes", "strict")
_RULES: dict[str, Callable[[str], Any]] = {
    "region": values.region,
    "seed": values.seed,
    "mailbox": values.mailbox,
    "mailbox_address": mailbox_values.address,
    "mailbox_deadline": mailbox_values.deadline,
    "mailbox_pattern": mailbox_values.pattern,
    "mailbox_command": mailbox_values.command,
    "imap_url": mailbox_values.imap_url,
    "imap_user": mailbox_values.user,
    "sqs_queue_url": mailbox_values.queue_url,
    "dynamodb_table": mailbox_values.table,
}


def _endpoint(text: str) -> str:
    return usable(f"--endpoint-url, {' or '.join(ENDPOINT_VARIABLES)}", values.endpoint_url, text)


def _texts(text: str) -> str:
    if text not in _TEXTS:
        raise ConfigurationError("--texts", given=text, allowed=_TEXTS)
    return text


def _workers(text: str | int) -> int:
    return parse_number("--workers", str(text), 1, _MOST_WORKERS)


def refuse_without_effect(
    given: Mapping[str, str | None], texts: str, endpoint_url: str | None
) -> None:
    """Refuse what has no effect if a record says what to ask.

    Raises:
        ConfigurationError: a setting has no effect.
    """
    if given["seed"] is not None:
        raise ConfigurationError("--seed", given=given["seed"], hint="the record has the seed")
    if texts != _TEXTS[0]:
        raise ConfigurationError("--texts", given=texts, hint="--against compares all texts")
    for name, text in given.items():
        if text is not None and endpoint_url is None:
            hint = "the emulator needs no setting; it is for --endpoint-url"
            raise ConfigurationError(f"--{name.replace('_', '-')}", given=text, hint=hint)


def settings_of(given: Mapping[str, str | None]) -> dict[str, str]:
    """Return the settings that were given, checked, with those that follow from them.

    Without a mailbox, an administrator confirms the users. From the outbox of a service, a code
    comes at once or never.

    Args:
        given: the text for each setting; ``None`` if it was not given.

    Raises:
        ConfigurationError: a value cannot be used.
    """
    found = dict(_checked(given))
    if "mailbox" not in found:
        _refuse_details(found)
        found["mailbox"] = "admin"
    if found["mailbox"] in ("outbox", "command"):
        found.setdefault("mailbox_deadline", _DEADLINE)
    return found


def writable(option: str, path: Path | None) -> Path | None:
    """Return the path of a file to write, or ``None`` if it was not given.

    Raises:
        ConfigurationError: its folder does not exist, it is a folder itself, or not writable.
    """
    if path is None:
        return None
    if path.is_dir():
        raise ConfigurationError(option, given=str(path), hint="it is a folder, not a file")
    if not path.absolute().parent.is_dir():
        raise ConfigurationError(option, given=str(path), hint="its folder does not exist")
    place = path if path.exists() else path.absolute().parent
    if not os.access(place, os.W_OK):
        raise ConfigurationError(option, given=str(path), hint="it cannot be written")
    return path


def refuse_equal(paths: Mapping[str, Path | None]) -> None:
    """Refuse files that are the same one: the later would replace the earlier.

    Args:
        paths: the files to read and to write, by option.

    Raises:
        ConfigurationError: two options name the same file.
    """
    seen: dict[Path, str] = {}
    for option, path in paths.items():
        if path is not None and (first := seen.setdefault(path.resolve(), option)) != option:
            raise ConfigurationError(option, given=str(path), hint=f"{first} names the same file")


def write_text(option: str, path: Path, text: str) -> None:
    """Write a file.

    Raises:
        ConfigurationError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        hint = f"it cannot be written: {error.strerror or error}"
        raise ConfigurationError(option, given=str(path), hint=hint) from None


def _checked(given: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    for name, text in given.items():
        if text is not None:
            usable(f"--{name.replace('_', '-')}", _RULES[name], text)
            yield name, text


def _refuse_details(found: Mapping[str, str]) -> None:
    """Refuse settings of a mailbox if no mailbox is named: they would have no effect."""
    for name in found:
        if name.startswith(("mailbox_", "imap_", "sqs_", "dynamodb_")):
            flag = f"--{name.replace('_', '-')}"
            raise ConfigurationError(flag, given=found[name], hint="it needs --mailbox")


def _setting(flag: str, metavar: str, help: str) -> Any:
    return typer.Option(
        flag, metavar=metavar, help=help, show_default="none", rich_help_panel=Panel.CODES
    )


Endpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        metavar="URL",
        envvar=ENDPOINT_VARIABLES,
        parser=_endpoint,
        help="The URL of the service; --against runs an emulator of its own without it.",
        show_default="none",
        rich_help_panel=Panel.SERVICE,
    ),
]
Region = Annotated[
    str | None,
    typer.Option(
        metavar="REGION",
        help="The AWS region that requests are signed for.",
        show_default="AWS_REGION, AWS_DEFAULT_REGION, us-east-1",
        rich_help_panel=Panel.SERVICE,
    ),
]
Seed = Annotated[
    str | None,
    typer.Option(metavar="NUMBER", help="Repeat the people of a run.", show_default="random"),
]
Mailbox = Annotated[
    str | None,
    typer.Option(
        metavar="KIND",
        help="Where to read codes: outbox, imap, sqs, dynamodb or command; with admin, an "
        "administrator confirms users.",
        show_default="admin",
        rich_help_panel=Panel.CODES,
    ),
]
MailboxAddress = Annotated[
    str | None,
    _setting("--mailbox-address", "ADDRESS", "The address that users get addresses from."),
]
MailboxDeadline = Annotated[
    str | None,
    typer.Option(
        metavar="SECONDS",
        help="How long to wait for a code.",
        show_default=f"{_DEADLINE} for outbox and command, else depends on the mailbox",
        rich_help_panel=Panel.CODES,
    ),
]
MailboxPattern = Annotated[
    str | None,
    _setting("--mailbox-pattern", "REGEX", "What a code looks like in an email."),
]
MailboxCommand = Annotated[
    str | None,
    _setting("--mailbox-command", "COMMAND", "The command that prints the newest code."),
]
ImapUrl = Annotated[
    str | None,
    _setting("--imap-url", "URL", "The mail server: imaps://HOST[:PORT][/FOLDER]."),
]
ImapUser = Annotated[
    str | None,
    _setting("--imap-user", "NAME", "The name on the mail server."),
]
SqsQueueUrl = Annotated[
    str | None,
    _setting("--sqs-queue-url", "URL", "The queue of captured codes."),
]
DynamoDbTable = Annotated[
    str | None,
    _setting("--dynamodb-table", "NAME", "The table of captured codes."),
]
Texts = Annotated[
    str,
    typer.Option(
        metavar="HOW",
        parser=_texts,
        help="Whether the words of a refusal decide: codes, or strict.",
    ),
]
JsonFile = Annotated[
    Path | None,
    typer.Option(
        "--json",
        metavar="FILE",
        help="Also write it as JSON.",
        show_default="none",
        rich_help_panel=Panel.OUTPUT,
    ),
]
MarkdownFile = Annotated[
    Path | None,
    typer.Option(
        "--markdown",
        metavar="FILE",
        help="Also write it as Markdown.",
        show_default="none",
        rich_help_panel=Panel.OUTPUT,
    ),
]
RecordFile = Annotated[
    Path | None,
    typer.Option(
        "--record",
        metavar="FILE",
        help="Keep the record here.",
        show_default="none",
        rich_help_panel=Panel.OUTPUT,
    ),
]
Workers = Annotated[
    int,
    typer.Option(metavar="NUMBER", parser=_workers, help="How many processes ask at a time."),
]
Expression = Annotated[
    str | None,
    typer.Option("-k", metavar="EXPR", help="Only scenarios that match, as pytest's -k."),
]
Against = Annotated[
    Path | None,
    typer.Option(
        metavar="RECORD",
        help="Compare with this record of a run on another service.",
        show_default="none",
    ),
]
Expected = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="With --against: the differences that are known.", show_default="none"
    ),
]
