"""The watch over the boto3 clients of a process: it sees Cognito's calls, and leaves no trace."""

from __future__ import annotations

from typing import Any

import boto3
import botocore.client
import botocore.endpoint
import pytest
from moto import mock_aws

from harness.flows.client_watch import watched_clients

KEY: Any = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
CLIENTS: Any = botocore.client.BaseClient
ENDPOINTS: Any = botocore.endpoint.Endpoint


class Left(Exception):
    """A request was about to leave the process."""


def stop(url: str) -> None:
    """Let nothing leave."""
    raise Left(url)


def test_calls_of_cognito_are_seen() -> None:
    """A client that was made before is seen too, one of another service is not."""
    client = boto3.client("cognito-idp", **KEY)
    seen = []
    with watched_clients(lambda *call: seen.append(call[1:]), stop):
        with pytest.raises(Left, match=r"^https://cognito-idp\.us-east-1\.amazonaws\.com/$"):
            client.list_user_pools(MaxResults=1)
        with mock_aws():  # what moto answers does not leave the process
            client.list_user_pools(MaxResults=2)
            boto3.client("s3", **KEY).list_buckets()
    assert seen == [("ListUserPools", {"MaxResults": 1}), ("ListUserPools", {"MaxResults": 2})]


def test_everything_is_as_before() -> None:
    """At the end boto3 is unchanged, also after an error."""
    before = CLIENTS._make_api_call, ENDPOINTS._send
    with pytest.raises(Left, match="True"), watched_clients(lambda *_: None, stop):
        stop(str(CLIENTS._make_api_call is not before[0]))
    assert (CLIENTS._make_api_call, ENDPOINTS._send) == before


def test_another_library_may_wrap_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another library has put around it stays, and the watch is over all the same."""
    before, seen = CLIENTS._make_api_call, []

    with watched_clients(lambda *call: seen.append(call[1]), stop):
        inner = CLIENTS._make_api_call

        def wrapper(self: Any, *arguments: Any) -> Any:
            return inner(self, *arguments)

        monkeypatch.setattr(CLIENTS, "_make_api_call", wrapper)
    assert CLIENTS._make_api_call is wrapper
    with mock_aws():
        boto3.client("cognito-idp", **KEY).list_user_pools(MaxResults=1)
    assert seen == []
    monkeypatch.undo()
    CLIENTS._make_api_call = before
