"""A CustomEmailSender function that sends nothing: it keeps the codes for tests to read.

Cognito encrypts each code with the AWS Encryption SDK under the pool's KMS key. The function
decrypts it and writes it, as one JSON record, into a DynamoDB table, an SQS queue or both. It is
for pools whose users are made up: nobody gets any e-mail of such a pool, and whoever reads table
or queue can sign in as its users.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-email-sender.html

Environment: ``KEY_ARN``, the key; ``TABLE_NAME`` and ``QUEUE_URL``, either or both;
``KEPT_SECONDS``, how long the table keeps a code.
"""

from __future__ import annotations

import base64
import functools
import json
import os
import time
from collections.abc import Mapping
from typing import Any, Literal

import aws_encryption_sdk
import boto3
from aws_encryption_sdk.identifiers import CommitmentPolicy

#: By what is behind ``CustomEmailSender_`` in the event's triggerSource. An administrator's reset
#: of a password comes as ForgotPassword too.
KINDS = {
    "SignUp": "sign_up",
    "ResendCode": "resend",
    "ForgotPassword": "forgot_password",
    "UpdateUserAttribute": "attribute_verification",
    "VerifyUserAttribute": "attribute_verification",
    "AdminCreateUser": "invitation",
    "Authentication": "mfa",
}
#: The attributes that people sign in with.
NAMES = ("sub", "email", "phone_number", "preferred_username")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Keep the code of an event; a notification without a code is let go."""
    del context
    code = event["request"].get("code")
    kind = KINDS.get(event["triggerSource"].partition("_")[2])
    if code and kind:
        keep(record_of(event, kind, decrypted(code)))
    return event


def decrypted(code: str) -> str:
    """Return the code that Cognito has encrypted."""
    # Cognito encrypts without key commitment.
    decrypting = aws_encryption_sdk.EncryptionSDKClient(
        commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT
    )
    plain, _ = decrypting.decrypt(source=base64.b64decode(code), key_provider=keys())
    return bytes(plain).decode("utf-8")


def record_of(event: Mapping[str, Any], kind: str, code: str) -> dict[str, Any]:
    """Return what is kept: whose code it is, by all names, why it was sent, and when."""
    attributes = event["request"].get("userAttributes") or {}
    names = {event["userName"], *(attributes[name] for name in NAMES if attributes.get(name))}
    return {
        "user_pool_id": event["userPoolId"],
        "username": event["userName"],
        "names": sorted({name.lower() for name in names}),
        "kind": kind,
        "code": code,
        "sent_at": f"{time.time():.6f}",
    }


def keep(record: dict[str, Any]) -> None:
    """Write a record to wherever the environment says."""
    if table := os.environ.get("TABLE_NAME"):
        for item in items_of(record, int(os.environ.get("KEPT_SECONDS", "3600"))):
            client("dynamodb").put_item(TableName=table, Item=item)
    if queue := os.environ.get("QUEUE_URL"):
        client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(record))


def items_of(record: dict[str, Any], kept_seconds: int) -> list[dict[str, Any]]:
    """Return the table's items of a record: one for each name, so that any of them finds it."""
    expires_at = int(float(record["sent_at"])) + kept_seconds
    return [
        {
            "name": {"S": f"{record['user_pool_id']}#{name}"},
            "sent_at": {"N": record["sent_at"]},
            "expires_at": {"N": str(expires_at)},
            "record": {"S": json.dumps(record)},
        }
        for name in record["names"]
    ]


@functools.cache
def client(service: Literal["dynamodb", "sqs"]) -> Any:
    """Return the client of a service; it lives as long as the function is warm."""
    return boto3.client(service)


@functools.cache
def keys() -> aws_encryption_sdk.StrictAwsKmsMasterKeyProvider:
    """Return the one key: what another has encrypted is refused."""
    return aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[os.environ["KEY_ARN"]])
