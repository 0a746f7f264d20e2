"""The mailbox of captured codes in a DynamoDB table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from harness.clock import SteadyClock, Waits
from harness.errors import HarnessError
from harness.users.mailboxes.base import Code
from harness.users.mailboxes.captured import Captured, CapturedMailbox, Wanted, read_captured

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["DynamoDbMailbox"]


class DynamoDbMailbox(CapturedMailbox):
    """Gives the newest code that was captured for a user, and deletes it.

    It queries the table for one name, so workers of a run and other runs do not get in each
    other's way.

    Args:
        client: client of DynamoDB; needs dynamodb:Query and dynamodb:DeleteItem.
        table: name or ARN of the table.
        user_pool_id: the pool whose codes count.
        patience_seconds: how long to wait if the caller does not say.
        waiting: clock to wait on; real time by default.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        user_pool_id: str,
        *,
        patience_seconds: float = 30.0,
        waiting: Waits | None = None,
    ) -> None:
        super().__init__(user_pool_id, patience_seconds, waiting or SteadyClock())
        self._client = client
        self._table = table

    def look(self, wanted: Wanted) -> Code | None:
        """Look once.

        Raises:
            HarnessError: the table cannot be used.
        """
        try:
            for captured in self._newest_first(wanted):
                if wanted.fits(captured):
                    self._delete(captured)
                    return wanted.code(captured)
        except (BotoCoreError, ClientError) as error:
            raise HarnessError(f"the table {self._table!r} cannot be used: {error}") from error
        return None

    def _newest_first(self, wanted: Wanted) -> list[Captured]:
        # One page holds a megabyte: thousands of codes for one name.
        response = self._client.query(
            TableName=self._table,
            KeyConditionExpression="#name = :name AND sent_at >= :earliest",
            ExpressionAttributeNames={"#name": "name"},
            ExpressionAttributeValues={
                ":name": {"S": f"{wanted.user_pool_id}#{wanted.name}"},
                ":earliest": {"N": f"{wanted.earliest:.6f}"},
            },
            ScanIndexForward=False,
            ConsistentRead=True,
        )
        records = (read_captured(item.get("record", {}).get("S", "")) for item in response["Items"])
        return [record for record in records if record is not None]

    def _delete(self, captured: Captured) -> None:
        for name in sorted(captured.names):
            key = {
                "name": {"S": f"{captured.user_pool_id}#{name}"},
                "sent_at": {"N": captured.moment},
            }
            self._client.delete_item(TableName=self._table, Key=key)
