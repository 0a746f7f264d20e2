"""The settings of the mailboxes: where to look for a code, and what it looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.errors import ConfigurationError
from harness.settings import mailbox_values as rules
from harness.settings.run_settings import DEFAULT, Setting, apply_rule, read

if TYPE_CHECKING:
    import re

    from harness.redaction import Secret
    from harness.users.addresses import ImapServer

__all__ = ["MailboxSettings"]


@dataclass(frozen=True)
class MailboxSettings:
    """The settings that only some mailboxes use, checked, each with its source."""

    mailbox_address: Setting[str | None]
    mailbox_deadline: Setting[float | None]
    mailbox_pattern: Setting[re.Pattern[str] | None]
    mailbox_command: Setting[tuple[str, ...] | None]
    imap_url: Setting[ImapServer | None]
    imap_user: Setting[str | None]
    imap_password: Setting[Secret | None]
    sqs_queue_url: Setting[str | None]
    dynamodb_table: Setting[str | None]

    @classmethod
    def resolve(
        cls, given: Mapping[str, Setting[str]], environment: Mapping[str, str]
    ) -> MailboxSettings:
        """Return the settings that :func:`harness.settings.run_settings.gather` found.

        Args:
            given: the text given for each option.
            environment: has the password, which has no other source.

        Raises:
            ConfigurationError: a value cannot be used, or the chosen mailbox lacks one.
        """
        found = {name: read(given, name, rule) or _NOT_GIVEN for name, rule in _RULES.items()}
        settings = cls(**found, imap_password=_password(environment))
        if (kind := given.get("mailbox")) is not None:
            settings._demand(kind)
        return settings

    def shown_for(self, kind: str | None) -> dict[str, Setting[Any]]:
        """Return the settings of a mailbox that the header shows, by name."""
        names = (*_NEEDED[kind], *_USED.get(kind, ()), *_COMMON) if kind in _NEEDED else ()
        settings = {name: getattr(self, name) for name in dict.fromkeys(names)}
        return {
            name.replace("_", " "): _presentable(name, setting)
            for name, setting in settings.items()
            if setting.value is not None
        }

    def _demand(self, kind: Setting[str]) -> None:
        for name in _NEEDED.get(kind.value, ()):
            if getattr(self, name).value is None:
                raise ConfigurationError(_spelled(name), hint=f"the mailbox {kind} needs it")


_NOT_GIVEN: Setting[None] = Setting(None, DEFAULT)
_RULES: dict[str, Callable[[str], Any]] = {
    "mailbox_address": rules.address,
    "mailbox_deadline": rules.deadline,
    "mailbox_pattern": rules.pattern,
    "mailbox_command": rules.command,
    "imap_url": rules.imap_url,
    "imap_user": rules.user,
    "sqs_queue_url": rules.queue_url,
    "dynamodb_table": rules.table,
}
#: The settings that each mailbox needs.
_NEEDED: dict[str, tuple[str, ...]] = {
    "imap": ("imap_url", "mailbox_address", "imap_password"),
    "sqs": ("sqs_queue_url",),
    "dynamodb": ("dynamodb_table",),
    "command": ("mailbox_command",),
    "prompt": (),
}
_USED = {"imap": ("imap_user", "mailbox_pattern")}
_COMMON = ("mailbox_address", "mailbox_deadline")


def _password(environment: Mapping[str, str]) -> Setting[Secret | None]:
    text = environment.get(rules.IMAP_PASSWORD)
    if not text:
        return _NOT_GIVEN
    given = Setting(text, f"environment {rules.IMAP_PASSWORD}")
    return apply_rule(rules.password, given, rules.IMAP_PASSWORD)


def _spelled(name: str) -> str:
    if name == "imap_password":
        return rules.IMAP_PASSWORD
    return f"--cognito-{name.replace('_', '-')}"


def _presentable(name: str, setting: Setting[Any]) -> Setting[Any]:
    if name == "mailbox_command":
        # The arguments of the program may be credentials.
        return Setting(setting.value[0], setting.source)
    if name == "mailbox_pattern":
        return Setting(setting.value.pattern, setting.source)
    return setting
