"""Codes that a CustomEmailSender function captures, from sign-up to the confirmed user."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import aws_encryption_sdk
import boto3
import pytest
from moto import mock_aws

from harness.clock import SystemClock, VirtualClock
from harness.errors import DeadlineExceeded, HarnessError
from harness.users.mailboxes.captured import CapturedMailbox
from harness.users.mailboxes.dynamodb import DynamoDbMailbox
from harness.users.mailboxes.sqs import SqsMailbox
from stack.code_capture import handler
from tests.mailboxes.capturing import (
    REGION,
    TEMPLATE,
    Capturing,
    Pool,
    capturing,
    encrypt,
    template,
)

MakeMailbox = Callable[[Pool], CapturedMailbox]


@pytest.fixture
def captured(monkeypatch: pytest.MonkeyPatch) -> Iterator[Capturing]:
    """An emulator whose codes the function captures."""
    with capturing(monkeypatch) as found:
        yield found


@pytest.fixture
def pool(captured: Capturing) -> Pool:
    """A pool of that emulator."""
    return captured.pool()


def of_table(captured: Capturing, pool: Pool) -> DynamoDbMailbox:
    """Return the mailbox that reads the table."""
    waiting = VirtualClock(0.0, frozen=True)
    return DynamoDbMailbox(captured.tables, captured.table, pool.pool_id, waiting=waiting)


def of_queue(captured: Capturing, pool: Pool) -> SqsMailbox:
    """Return the mailbox that reads the queue."""
    waiting = VirtualClock(0.0, frozen=True)
    return SqsMailbox(
        captured.queues, captured.queue_url, pool.pool_id, waiting=waiting, poll_at_queue_seconds=0
    )


@pytest.fixture(params=[of_table, of_queue], ids=["dynamodb", "sqs"])
def make_mailbox(request: pytest.FixtureRequest, captured: Capturing) -> MakeMailbox:
    """Makes a mailbox of either kind."""
    return lambda pool: request.param(captured, pool)


class TestFromEndToEnd:
    """Cognito, KMS, the function, table or queue, mailbox, Cognito."""

    def test_captured_code_confirms_the_user(self, pool: Pool, make_mailbox: MakeMailbox) -> None:
        """The captured code confirms the user, and the event had it encrypted."""
        pool.sign_up("alice")
        code = make_mailbox(pool).newest_code("alice", kind="sign_up")
        assert (code.kind, code.username) == ("sign_up", "alice")
        pool.confirm("alice", code.value.reveal())
        assert pool.state("alice") == "CONFIRMED"

    def test_email_address_finds_the_user(self, pool: Pool, make_mailbox: MakeMailbox) -> None:
        """An email address finds the user, in upper or lower case; a part of it does not."""
        pool.sign_up("alice")
        mailbox = make_mailbox(pool)
        with pytest.raises(DeadlineExceeded, match=r"LambdaConfig must name the function"):
            mailbox.newest_code("alice@example", deadline_seconds=0)
        assert mailbox.newest_code("ALICE@example.com").username == "alice"

    def test_kinds_of_codes_are_distinguished(self, pool: Pool, make_mailbox: MakeMailbox) -> None:
        """Each reason for a code is told apart, an administrator's reset by who asks for it."""
        pool.sign_up("alice")
        mailbox = make_mailbox(pool)
        pool.cognito.resend_confirmation_code(ClientId=pool.client_id, Username="alice")
        assert mailbox.newest_code("alice", kind="resend").kind == "resend"
        resent = mailbox.newest_code("alice").kind
        assert resent == "sign_up"
        pool.cognito.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="alice")
        pool.cognito.admin_update_user_attributes(
            UserPoolId=pool.pool_id,
            Username="alice",
            UserAttributes=[{"Name": "email_verified", "Value": "true"}],
        )
        pool.cognito.forgot_password(ClientId=pool.client_id, Username="alice")
        assert mailbox.newest_code("alice", kind="forgot_password").kind == "forgot_password"
        pool.cognito.admin_reset_user_password(UserPoolId=pool.pool_id, Username="alice")
        assert mailbox.newest_code("alice", kind="admin_reset").kind == "admin_reset"

    def test_invitation_gives_the_temporary_password(
        self, pool: Pool, make_mailbox: MakeMailbox
    ) -> None:
        """The code of an invitation is the temporary password, whatever is in it."""
        pool.cognito.admin_create_user(
            UserPoolId=pool.pool_id,
            Username="bob",
            TemporaryPassword='Tr0ub4dor&3<"é>',
            UserAttributes=[{"Name": "email", "Value": "bob@example.com"}],
            DesiredDeliveryMediums=["EMAIL"],
        )
        code = make_mailbox(pool).newest_code("bob", kind="invitation")
        assert code.value.reveal() == 'Tr0ub4dor&3<"é>'

    def test_newest_code_counts(self, pool: Pool, make_mailbox: MakeMailbox) -> None:
        """Of several codes the newest counts."""
        pool.sign_up("alice")
        for _ in range(3):
            pool.cognito.resend_confirmation_code(ClientId=pool.client_id, Username="alice")
        code = make_mailbox(pool).newest_code("alice", kind="resend")
        pool.confirm("alice", code.value.reveal())

    def test_older_code_does_not_count(self, pool: Pool, make_mailbox: MakeMailbox) -> None:
        """A code that is older than the moment does not count, and stays for who asks without."""
        pool.sign_up("alice")
        mailbox = make_mailbox(pool)
        later = SystemClock().time() + 60
        with pytest.raises(DeadlineExceeded):
            mailbox.newest_code("alice", since=later, deadline_seconds=1)
        assert mailbox.newest_code("alice", since=later - 120).kind == "sign_up"

    def test_given_code_is_deleted(self, pool: Pool, make_mailbox: MakeMailbox) -> None:
        """What was read is deleted, under every name."""
        pool.sign_up("alice")
        mailbox = make_mailbox(pool)
        mailbox.newest_code("alice")
        for name in ("alice", "alice@example.com"):
            with pytest.raises(DeadlineExceeded):
                mailbox.newest_code(name, deadline_seconds=0)


class TestWorkers:
    """Several that read the same table or queue."""

    def test_codes_of_others_are_left(
        self, captured: Capturing, pool: Pool, make_mailbox: MakeMailbox
    ) -> None:
        """Codes of others, of other pools and for other reasons are left to who wants them."""
        other = captured.pool()
        people = [f"person-{number}" for number in range(12)]
        for person in people:
            pool.sign_up(person)
        other.sign_up("person-0")
        mine, theirs = make_mailbox(pool), make_mailbox(other)
        with pytest.raises(DeadlineExceeded):
            mine.newest_code("nobody", deadline_seconds=0)
        with pytest.raises(DeadlineExceeded):
            mine.newest_code("person-0", kind="resend", deadline_seconds=0)
        for person in people:
            pool.confirm(person, make_mailbox(pool).newest_code(person).value.reveal())
        other.confirm("person-0", theirs.newest_code("person-0").value.reveal())


class TestQueue:
    """What only a queue has."""

    def test_foreign_message_stays(self, captured: Capturing, pool: Pool) -> None:
        """A message that is no record stays, and hides nothing."""
        for body in ("hello", "[]", '{"code": 1}', "null"):
            captured.queues.send_message(QueueUrl=captured.queue_url, MessageBody=body)
        pool.sign_up("alice")
        assert of_queue(captured, pool).newest_code("alice").username == "alice"
        left = captured.queues.receive_message(QueueUrl=captured.queue_url, MaxNumberOfMessages=10)[
            "Messages"
        ]
        assert sorted(message["Body"] for message in left) == sorted(
            ("hello", "[]", '{"code": 1}', "null")
        )

    def test_code_delivered_twice_is_given_once(self, captured: Capturing, pool: Pool) -> None:
        """A code that SQS delivers twice is given out once."""
        pool.sign_up("alice")
        message = captured.queues.receive_message(QueueUrl=captured.queue_url, VisibilityTimeout=0)[
            "Messages"
        ][0]
        captured.queues.send_message(QueueUrl=captured.queue_url, MessageBody=message["Body"])
        mailbox = of_queue(captured, pool)
        mailbox.newest_code("alice")
        with pytest.raises(DeadlineExceeded):
            mailbox.newest_code("alice", deadline_seconds=0)

    def test_messages_are_put_back_after_an_error(
        self, captured: Capturing, pool: Pool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """When deleting fails, what was taken up is put back at once, and the error is named."""
        pool.sign_up("alice")
        mailbox = of_queue(captured, pool)
        with monkeypatch.context() as patch:
            patch.setattr(captured.queues, "delete_message", self.refuse)
            with pytest.raises(HarnessError, match=r"the queue https.* cannot be used: .*denied"):
                mailbox.newest_code("alice")
        assert mailbox.newest_code("alice").username == "alice"

    def test_found_code_is_given_if_others_cannot_be_put_back(
        self, captured: Capturing, pool: Pool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A code that was found and deleted is given out, although others cannot be put back."""
        pool.sign_up("alice")
        pool.sign_up("bob")
        mailbox = of_queue(captured, pool)
        monkeypatch.setattr(captured.queues, "change_message_visibility_batch", self.refuse)
        assert mailbox.newest_code("alice").username == "alice"
        # Bob's is still taken up, and another one is there.
        pool.sign_up("carol")
        with pytest.raises(HarnessError, match=r"cannot be used: .*denied"):
            mailbox.newest_code("nobody")

    def refuse(self, **parameters: Any) -> None:
        """Refuse as AWS does."""
        from botocore.exceptions import ClientError

        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "denied"}}, "DeleteMessage")


class TestTable:
    """What only a table has."""

    def test_item_has_an_expiry(self, captured: Capturing, pool: Pool) -> None:
        """Each item carries the moment at which the table lets it go."""
        pool.sign_up("alice")
        items = captured.tables.scan(TableName=captured.table)["Items"]
        assert {item["name"]["S"].partition("#")[2] for item in items} >= {
            "alice",
            "alice@example.com",
        }
        for item in items:
            sent_at = float(item["sent_at"]["N"])
            assert int(item["expires_at"]["N"]) == int(sent_at) + 3600

    def test_foreign_item_hides_nothing(self, captured: Capturing, pool: Pool) -> None:
        """An item that is no record hides nothing."""
        key = {"name": {"S": f"{pool.pool_id}#alice"}, "sent_at": {"N": "4000000000"}}
        for item in (key, {**key, "sent_at": {"N": "4000000001"}, "record": {"N": "1"}}):
            captured.tables.put_item(TableName=captured.table, Item=item)
        pool.sign_up("alice")
        assert of_table(captured, pool).newest_code("alice").username == "alice"

    def test_missing_table_is_one_message(self, captured: Capturing, pool: Pool) -> None:
        """A table that is not there is one message."""
        mailbox = DynamoDbMailbox(captured.tables, "no-such-table", pool.pool_id)
        with pytest.raises(HarnessError, match="the table 'no-such-table' cannot be used: "):
            mailbox.newest_code("alice")


class TestTemplate:
    """The stack and the function agree."""

    def test_function_gets_its_environment(self) -> None:
        """The function is given all that it reads, and the table lets go what it is told to."""
        resources = template()["Resources"]
        given = resources["Function"]["Properties"]["Environment"]["Variables"]
        source = inspect.getsource(handler)
        assert set(given) == set(re.findall(r"environ(?:\.get\(|\[)\"(\w+)\"", source))
        kept = resources["Table"]["Properties"]["TimeToLiveSpecification"]
        assert kept == {"AttributeName": "expires_at", "Enabled": True}

    def test_packaged_folder_has_the_handler(self) -> None:
        """The folder that is packaged has the handler that is named."""
        properties = template()["Resources"]["Function"]["Properties"]
        module, _, function = properties["Handler"].partition(".")
        folder = TEMPLATE.parent / properties["Code"]
        assert (folder / f"{module}.py").is_file()
        assert callable(getattr(handler, function))

    def test_function_has_least_privilege(self) -> None:
        """The function may do what it does, on what the stack has made, and nothing else."""
        [policy] = template()["Resources"]["FunctionRole"]["Properties"]["Policies"]
        statements = policy["PolicyDocument"]["Statement"]
        actions = {str(statement["Action"]): statement["Resource"] for statement in statements}
        assert actions == {
            "kms:Decrypt": {"Fn::GetAtt": ["Key", "Arn"]},
            "dynamodb:PutItem": {"Fn::GetAtt": ["Table", "Arn"]},
            "sqs:SendMessage": {"Fn::GetAtt": ["Queue", "Arn"]},
            "['logs:CreateLogStream', 'logs:PutLogEvents']": {"Fn::GetAtt": ["FunctionLog", "Arn"]},
        }


class TestFunction:
    """The function by itself."""

    def test_function_gets_the_code_encrypted(self, captured: Capturing, pool: Pool) -> None:
        """The function is given no code in plain text, and the emulator had no failure of it."""
        pool.sign_up("alice")
        code = of_table(captured, pool).newest_code("alice").value.reveal()
        assert code not in json.dumps(captured.function.events)
        assert not captured.emulator.trigger_failures

    def test_code_of_another_key_is_refused(self, captured: Capturing) -> None:
        """What another key has encrypted is refused, although the caller might use that key."""
        other = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
        keys = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[other])
        with pytest.raises(Exception, match="Unable to decrypt any data key"):
            handler.decrypted(encrypt("123456", keys))

    def test_notification_without_a_code_is_ignored(self, captured: Capturing, pool: Pool) -> None:
        """A warning of threat protection has no code, and is let go."""
        event = {
            "triggerSource": "CustomEmailSender_AccountTakeOverNotification",
            "userPoolId": pool.pool_id,
            "userName": "alice",
            "request": {"type": "customEmailSenderRequestV1", "userAttributes": {}},
        }
        assert handler.handler(event, None) is event
        assert not captured.tables.scan(TableName=captured.table)["Items"]

    def test_function_without_table_and_queue_keeps_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without table and queue in its environment the function keeps nothing."""
        monkeypatch.delenv("TABLE_NAME", raising=False)
        monkeypatch.delenv("QUEUE_URL", raising=False)
        with mock_aws():
            handler.keep({"names": ["alice"], "sent_at": "1.0", "user_pool_id": REGION})
