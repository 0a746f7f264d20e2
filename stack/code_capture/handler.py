"""A CustomEmailSender function that sends no emails: it stores the codes for tests.

Cognito encrypts each code with the AWS Encryption SDK and the pool's KMS key. The function decrypts
the code and writes it as a JSON record to a DynamoDB table, an SQS queue or both. Use it only for
pools with made-up users: such a pool sends no emails, and anyone who can read the table or the
queue can sign in as its users.

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

#: By the part of the event's triggerSource after ``CustomEmailSender_``. A password reset by an
#: administrator also comes as ForgotPassword.
KINDS = {
    "SignUp": "sign_up",
    "ResendCode": "resend",
    "ForgotPassword": "forgot_password",
    "UpdateUserAttribute": "attribute_verification",
    "VerifyUserAttribute": "attribute_verification",
    "AdminCreateUser": "invitation",
    "Authentication": "mfa",
}
#: The attributes that users can sign in with.
NAMES = ("sub", "email", "phone_number", "preferred_username")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Store the code in an event; ignore a notification without a code."""
    del context
    code = event["request"].get("code")
    kind = KINDS.get(event["triggerSource"].partition("_")[2])
    if code and kind:
        keep(record_of(event, kind, decrypted(code)))
    return event


def decrypted(code: str) -> str:
    """Return the code that Cognito encrypted."""
    # Cognito encrypts without key commitment.
    decrypting = aws_encryption_sdk.EncryptionSDKClient(
        commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT
    )
    plain, _ = decrypting.decrypt(source=base64.b64decode(code), key_provider=keys())
    return bytes(plain).decode("utf-8")


def record_of(event: Mapping[str, Any], kind: str, code: str) -> dict[str, Any]:
    """Return the record to store: all names of the user, the code, why and when it was sent."""
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
    """Write a record to the table and queue that the environment names."""
    if table := os.environ.get("TABLE_NAME"):
        for item in items_of(record, int(os.environ.get("KEPT_SECONDS", "3600"))):
            client("dynamodb").put_item(TableName=table, Item=item)
    if queue := os.environ.get("QUEUE_URL"):
        client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(record))


def items_of(record: dict[str, Any], kept_seconds: int) -> list[dict[str, Any]]:
    """Return one table item per name of the user, so that each name finds the record."""
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
    """Return the client of a service; a warm function reuses it."""
    return boto3.client(service)


@functools.cache
def keys() -> aws_encryption_sdk.StrictAwsKmsMasterKeyProvider:
    """Return the provider of the one key; it refuses codes encrypted with another key."""
    return aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[os.environ["KEY_ARN"]])
