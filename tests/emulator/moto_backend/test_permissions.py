"""Signatures under moto's access control: identity, validity and permissions.

By default access control is off and any signature is accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core import set_initial_no_auth_action_count

from harness.emulator import Emulator


@pytest.fixture
def key() -> Iterator[dict[str, str]]:
    """The access key of an identity without permissions, in a running emulator."""
    with Emulator():
        iam = boto3.client("iam", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="x")
        iam.create_user(UserName="alice")
        found = iam.create_access_key(UserName="alice")["AccessKey"]
        yield {
            "aws_access_key_id": found["AccessKeyId"],
            "aws_secret_access_key": found["SecretAccessKey"],
        }


@set_initial_no_auth_action_count(0)
def ask(operation: str, params: dict[str, Any], **credentials: Any) -> dict[str, Any]:
    """Call an operation with access control on and return the error."""
    client = boto3.client("cognito-idp", region_name="us-east-1", **credentials)
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**params)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return dict(caught.value.response["Error"])


@pytest.mark.fact("A302")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aws_access_key_id": "AKIAUNKNOWN000000000"}, "UnrecognizedClientException"),
        ({"aws_secret_access_key": "wrong"}, "InvalidSignatureException"),
        ({}, "AccessDeniedException"),
    ],
    ids=["unknown key", "wrong secret", "no permission"],
)
def test_bad_signature_has_the_json_service_error_code(
    key: dict[str, str], changes: dict[str, str], code: str
) -> None:
    """A bad signature gets the error code of AWS's JSON services, not of its query services."""
    error = ask("list_user_pools", {"MaxResults": 1}, **{**key, **changes})
    assert error["Code"] == code
    assert error["Message"]


@pytest.mark.fact("A301")
def test_public_operation_needs_no_permission(key: dict[str, str]) -> None:
    """A user operation works unsigned, or signed by an identity without permissions."""
    params = {"ClientId": "nobody", "Username": "alice"}
    unsigned = {"config": Config(signature_version=UNSIGNED)}
    for credentials in (key, unsigned):
        error = ask("resend_confirmation_code", params, **credentials)
        assert error["Code"] == "ResourceNotFoundException"
