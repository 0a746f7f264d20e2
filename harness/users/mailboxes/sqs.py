"""The mailbox of captured codes in an SQS queue that several readers share."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from harness.clock import SteadyClock, Waits
from harness.errors import HarnessError
from harness.users.mailboxes.base import Code
from harness.users.mailboxes.captured import Captured, CapturedMailbox, Wanted, read_captured

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

__all__ = ["SqsMailbox"]

#: The most messages that SQS returns per call.
_BATCH = 10
#: How long messages stay invisible to other readers if a look never ends.
_TAKEN_SECONDS = 20
#: The most calls per look; a queue with more codes than that was never cleaned up.
_CALLS = 30


@dataclass(frozen=True)
class _Message:
    handle: str
    captured: Captured | None

    def fits(self, wanted: Wanted) -> bool:
        return self.captured is not None and wanted.fits(self.captured)


class SqsMailbox(CapturedMailbox):
    """Gives the newest code that was captured for a user, and deletes it.

    A queue cannot be searched for one user. So each look receives all messages, deletes the code
    it returns and older codes of the same user and kind, and puts everything else back at once
    for other workers and other runs.

    Args:
        client: client of SQS; needs sqs:ReceiveMessage, sqs:DeleteMessage and
            sqs:ChangeMessageVisibility.
        queue_url: URL of the queue.
        user_pool_id: the pool whose codes count.
        patience_seconds: how long to wait if the caller does not say.
        waiting: clock to wait on; real time by default.
        poll_at_queue_seconds: how long SQS waits for the first message, from 0 to 20.
    """

    def __init__(
        self,
        client: SQSClient,
        queue_url: str,
        user_pool_id: str,
        *,
        patience_seconds: float = 30.0,
        waiting: Waits | None = None,
        poll_at_queue_seconds: int = 1,
    ) -> None:
        super().__init__(user_pool_id, patience_seconds, waiting or SteadyClock())
        self._client = client
        self._queue_url = queue_url
        self._poll_at_queue_seconds = poll_at_queue_seconds

    def look(self, wanted: Wanted) -> Code | None:
        """Look once.

        Raises:
            HarnessError: the queue cannot be used.
        """
        taken: list[_Message] = []
        found: Code | None = None
        try:
            try:
                found = self._take_out(taken, wanted)
            except BaseException:
                with suppress(BotoCoreError, ClientError):
                    self._put_back(taken)
                raise
            self._put_back(taken)
        except (BotoCoreError, ClientError) as error:
            # Received messages become visible again by themselves; a deleted code does not.
            if found is None:
                raise HarnessError(
                    f"the queue {self._queue_url} cannot be used: {error}"
                ) from error
        return found

    def _take_out(self, taken: list[_Message], wanted: Wanted) -> Code | None:
        """Delete the messages that fit and return the newest; all others stay in ``taken``."""
        self._take_up(taken)
        newest = _newest(taken, wanted)
        if newest is None:
            return None
        for message in [message for message in taken if message.fits(wanted)]:
            self._delete(message)
            taken.remove(message)
        return wanted.code(newest)

    def _take_up(self, taken: list[_Message]) -> None:
        """Receive all messages into ``taken``; after an error, those received before stay there."""
        wait = self._poll_at_queue_seconds
        for _ in range(_CALLS):
            response = self._client.receive_message(
                QueueUrl=self._queue_url,
                MaxNumberOfMessages=_BATCH,
                VisibilityTimeout=_TAKEN_SECONDS,
                WaitTimeSeconds=wait,
            )
            found = response.get("Messages", [])
            if not found:
                return
            taken += [_Message(m["ReceiptHandle"], read_captured(m["Body"])) for m in found]
            wait = 0

    def _delete(self, message: _Message) -> None:
        self._client.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message.handle)

    def _put_back(self, messages: list[_Message]) -> None:
        for start in range(0, len(messages), _BATCH):
            self._client.change_message_visibility_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message.handle, "VisibilityTimeout": 0}
                    for number, message in enumerate(messages[start : start + _BATCH])
                ],
            )


def _newest(messages: list[_Message], wanted: Wanted) -> Captured | None:
    fitting = [message.captured for message in messages if message.captured is not None]
    fitting = [captured for captured in fitting if wanted.fits(captured)]
    newest = max(fitting, key=lambda captured: captured.sent_at, default=None)
    return newest if newest is not None and newest.sent_at >= wanted.earliest else None
