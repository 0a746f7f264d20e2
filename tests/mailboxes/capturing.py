"""An emulated pool whose codes are captured: moto's KMS, table and queue, and the real function."""

from __future__ import annotations

import base64
import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aws_encryption_sdk
import boto3
import pytest
import yaml
from aws_encryption_sdk.identifiers import CommitmentPolicy
from moto import mock_aws

from harness.clock import VirtualClock
from harness.emulator import Emulator, Triggers
from stack.code_capture import handler
from tests.support.sources import ROOT

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

REGION = "us-east-1"
PASSWORD = "Correct-horse-1"
TEMPLATE = ROOT / "stack" / "code-capture.yaml"


@dataclass(frozen=True)
class Capturing:
    """Clients, and what the stack has made."""

    cognito: CognitoIdentityProviderClient
    emulator: Emulator
    function: AsCognito
    tables: DynamoDBClient
    queues: SQSClient
    table: str
    queue_url: str
    key_arn: str

    def pool(self) -> Pool:
        """Make a pool that verifies email addresses."""
        made = self.cognito.create_user_pool(PoolName="app", AutoVerifiedAttributes=["email"])
        pool_id = made["UserPool"]["Id"]
        app = self.cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="web")
        return Pool(self.cognito, pool_id, app["UserPoolClient"]["ClientId"])


@dataclass(frozen=True)
class Pool:
    """A pool, and what its users do."""

    cognito: CognitoIdentityProviderClient
    pool_id: str
    client_id: str

    def sign_up(self, username: str) -> None:
        """Sign up a user, who gets a code."""
        self.cognito.sign_up(
            ClientId=self.client_id,
            Username=username,
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": f"{username}@Example.com"}],
        )

    def confirm(self, username: str, code: str) -> None:
        """Confirm with a code."""
        self.cognito.confirm_sign_up(
            ClientId=self.client_id, Username=username, ConfirmationCode=code
        )

    def state(self, username: str) -> str:
        """Return UserStatus."""
        user = self.cognito.admin_get_user(UserPoolId=self.pool_id, Username=username)
        return user["UserStatus"]


class AsCognito:
    """Calls the function as Cognito does: with the code encrypted, and with nothing else changed.

    Args:
        key_arn: of the KMS key that codes are encrypted with.
    """

    def __init__(self, key_arn: str) -> None:
        self.events: list[dict[str, Any]] = []
        self._keys = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[key_arn])

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        """Encrypt the code of an event, and call the function."""
        encrypted = copy.deepcopy(event)
        encrypted["request"]["code"] = encrypt(event["request"]["code"], self._keys)
        self.events.append(encrypted)
        handler.handler(encrypted, context)
        return event


def encrypt(code: str, keys: aws_encryption_sdk.StrictAwsKmsMasterKeyProvider) -> str:
    """Return a code as Cognito encrypts it: without key commitment, for one pool."""
    client = aws_encryption_sdk.EncryptionSDKClient(
        commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    )
    encrypted, _ = client.encrypt(
        source=code.encode(),
        key_provider=keys,
        encryption_context={"userpool-id": "us-east-1_AbCdEf123"},
    )
    return base64.b64encode(encrypted).decode()


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as well."""


def template() -> dict[str, Any]:
    """Return the template of the stack."""

    def short_form(loader: Loader, suffix: str, node: yaml.Node) -> Any:
        value = loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None
        if suffix == "GetAtt":
            return {"Fn::GetAtt": str(value).split(".", 1)}
        return {"Ref" if suffix == "Ref" else f"Fn::{suffix}": value}

    Loader.add_multi_constructor("!", short_form)
    found: dict[str, Any] = yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader)
    return found


def deployed() -> dict[str, str]:
    """Deploy the stack at moto, without the function, and return its outputs."""
    found = template()
    # moto runs functions in Docker; the test runs this one itself.
    for name in ("Function", "CognitoMayInvoke"):
        del found["Resources"][name]
    del found["Outputs"]["FunctionArn"]
    client = boto3.client("cloudformation", region_name=REGION)
    client.create_stack(StackName="capture", TemplateBody=yaml.dump(found))
    outputs = client.describe_stacks(StackName="capture")["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


@contextmanager
def capturing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Capturing]:
    """Deploy the stack, and have an emulator call the function."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "made-up",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_DEFAULT_REGION": REGION,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        outputs = deployed()
        monkeypatch.setenv("KEY_ARN", outputs["KeyArn"])
        monkeypatch.setenv("TABLE_NAME", outputs["TableName"])
        monkeypatch.setenv("QUEUE_URL", outputs["QueueUrl"])
        handler.keys.cache_clear()
        handler.client.cache_clear()
        function = AsCognito(outputs["KeyArn"])
        triggers = Triggers(custom_email_sender=function)
        with Emulator(clock=VirtualClock(), triggers=triggers) as emulator:
            yield Capturing(
                cognito=boto3.client("cognito-idp"),
                emulator=emulator,
                function=function,
                tables=boto3.client("dynamodb"),
                queues=boto3.client("sqs"),
                table=outputs["TableName"],
                queue_url=outputs["QueueUrl"],
                key_arn=outputs["KeyArn"],
            )
