"""The mailbox of a run: the target's own, or the one that the settings name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from harness.errors import HarnessError

if TYPE_CHECKING:
    from harness.settings.mailboxes import MailboxSettings
    from harness.settings.run_settings import Settings
    from harness.targets.base import Target
    from harness.users.mailboxes.base import Mailbox
    from harness.users.mailboxes.prompt import Asks

__all__ = ["READ_ELSEWHERE", "MailboxChooser", "check_mailbox"]

#: The mailboxes that work with every target.
READ_ELSEWHERE = frozenset({"command", "dynamodb", "imap", "prompt", "sqs"})


def check_mailbox(settings: Settings, details: MailboxSettings) -> None:
    """Check, without reading it, that the run may read the mailbox of the settings.

    Raises:
        ConfigurationError: the run may not read it.
    """
    if settings.mailbox.value not in ("dynamodb", "sqs"):
        return
    from harness.targets import capture

    if settings.mailbox.value == "sqs":
        capture.sqs_client(settings, details.sqs_queue_url).close()
    else:
        capture.dynamodb_client(settings, details.dynamodb_table).close()


class MailboxChooser:
    """Makes the mailbox of the settings for any pool.

    Each mailbox is imported when it is chosen, since most runs need only one of them.

    Args:
        target: its mailbox is used if the settings name no other.
        settings: name the mailbox.
        details: the settings of that mailbox.
        ask: asks a question at the terminal.
    """

    def __init__(
        self, target: Target, settings: Settings, details: MailboxSettings, ask: Asks
    ) -> None:
        self._target = target
        self._settings = settings
        self._details = details
        self._ask = ask

    def mailbox(self, user_pool_id: str) -> Mailbox:
        """Return the mailbox of the users of one pool.

        Raises:
            MissingCapability: the target has no mailbox, and the settings name no other.
        """
        makers: dict[str, Callable[[str], Mailbox]] = {
            "command": self._command,
            "dynamodb": self._dynamodb,
            "imap": self._imap,
            "prompt": self._prompt,
            "sqs": self._sqs,
        }
        make = makers.get(self._settings.mailbox.value or "", self._target.mailbox)
        return make(user_pool_id)

    def _command(self, user_pool_id: str) -> Mailbox:
        from harness.users.mailboxes.command import CommandMailbox

        command = self._details.mailbox_command.value or ()
        return CommandMailbox(command, user_pool_id, **self._patience())

    def _imap(self, user_pool_id: str) -> Mailbox:
        del user_pool_id
        from harness.users.addresses import PlusAddresses
        from harness.users.mailboxes.imap import ImapMailbox

        details = self._details
        server, password = details.imap_url.value, details.imap_password.value
        address = details.mailbox_address.value
        if server is None or password is None or address is None:
            raise HarnessError("the settings of the mailbox imap are not complete")
        return ImapMailbox(
            server,
            details.imap_user.value or address,
            password,
            PlusAddresses(address),
            pattern=details.mailbox_pattern.value,
            **self._patience(),
        )

    def _prompt(self, user_pool_id: str) -> Mailbox:
        del user_pool_id
        from harness.users.mailboxes.prompt import PromptMailbox

        return PromptMailbox(self._ask, **self._patience())

    def _dynamodb(self, user_pool_id: str) -> Mailbox:
        from harness.targets import capture
        from harness.users.mailboxes.dynamodb import DynamoDbMailbox

        table = self._details.dynamodb_table
        client = capture.dynamodb_client(self._settings, table)
        return DynamoDbMailbox(client, table.value or "", user_pool_id, **self._patience())

    def _sqs(self, user_pool_id: str) -> Mailbox:
        from harness.targets import capture
        from harness.users.mailboxes.sqs import SqsMailbox

        queue = self._details.sqs_queue_url
        client = capture.sqs_client(self._settings, queue)
        return SqsMailbox(client, queue.value or "", user_pool_id, **self._patience())

    def _patience(self) -> dict[str, Any]:
        seconds = self._details.mailbox_deadline.value
        return {} if seconds is None else {"patience_seconds": seconds}
