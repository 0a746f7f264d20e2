"""With IAM on, a signature counts for five minutes, for one day, region and service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.moto_backend import signature
from harness.emulator.moto_backend.permissions import AccessKey, enforcing_permissions

NOW = datetime(2027, 1, 15, 8, 0, tzinfo=timezone.utc)
SIGNED_AT = "20270115T080000Z"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Sets how far the time of the machine is from the date that clients sign with."""

    def move(by: timedelta) -> None:
        clock = VirtualClock((NOW + by).timestamp(), frozen=True)
        monkeypatch.setattr(signature, "_clock", clock)

    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_, **__: NOW)
    move(timedelta())
    return move


def outcome(change: Callable[[Any], None] | None = None, **settings: Any) -> tuple[str, str]:
    """Return code and text of the refusal of a signed call; empty if it succeeds."""
    # The emulator's own clock is elsewhere, and does not count.
    with Emulator(clock=VirtualClock(0.0, frozen=True)), enforcing_permissions() as key:
        client = boto3.client("cognito-idp", **{**signing(key), **settings})
        if change is not None:
            client.meta.events.register_first("before-send", lambda request, **_: change(request))
        try:
            client.list_user_pools(MaxResults=1)
        except ClientError as refused:
            error = refused.response["Error"]
            return error["Code"], error["Message"]
    return "", ""


def signing(key: AccessKey) -> dict[str, str]:
    """Return the settings of a client that signs with a key."""
    return {
        "region_name": "us-east-1",
        "aws_access_key_id": key.id,
        "aws_secret_access_key": key.secret,
    }


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_signature_counts_for_five_minutes(
    machine: Callable[[timedelta], None], seconds: int
) -> None:
    """Five minutes before and after the date of the signature, it counts."""
    machine(timedelta(seconds=seconds))
    assert outcome() == ("", "")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (
            301,
            f"Signature expired: {SIGNED_AT} is now earlier than 20270115T080001Z "
            "(20270115T080501Z - 5 min.)",
        ),
        (
            -301,
            f"Signature not yet current: {SIGNED_AT} is still later than 20270115T075959Z "
            "(20270115T075459Z + 5 min.)",
        ),
    ],
)
def test_other_dates_are_refused_as_on_aws(
    machine: Callable[[timedelta], None], seconds: int, text: str
) -> None:
    """The texts are AWS's: https://github.com/s12v/awsbeats/issues/48 has one of them."""
    machine(timedelta(seconds=seconds))
    assert outcome() == ("InvalidSignatureException", text)


def in_scope(old: str, new: str) -> Callable[[Any], None]:
    """Return a change of the credential's scope."""

    def change(request: Any) -> None:
        header = request.headers["Authorization"]
        text = header.decode() if isinstance(header, bytes) else header
        del request.headers["Authorization"]
        request.headers["Authorization"] = text.replace(old, new, 1)

    return change


def with_date(text: str) -> Callable[[Any], None]:
    """Return a change of the date."""

    def change(request: Any) -> None:
        del request.headers["X-Amz-Date"]
        if text:
            request.headers["X-Amz-Date"] = text

    return change


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        (
            in_scope("/cognito-idp/", "/s3/"),
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'cognito-idp'.",
        ),
        (
            in_scope("/us-east-1/", "/eu-west-1/"),
            "InvalidSignatureException",
            "Credential should be scoped to a valid region.",
        ),
        (
            in_scope("/us-east-1/", "/mars-1/"),
            "InvalidSignatureException",
            "Credential should be scoped to a valid region.",
        ),
        (
            in_scope("/20270115/", "/20270114/"),
            "InvalidSignatureException",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            f"HTTP: '20270114' != '20270115', from '{SIGNED_AT}'.",
        ),
        (
            with_date("yesterday"),
            "IncompleteSignatureException",
            "Date must be in ISO-8601 'basic format'. Got 'yesterday'. See "
            "http://en.wikipedia.org/wiki/ISO_8601",
        ),
        (
            with_date(""),
            "IncompleteSignatureException",
            "Date must be in ISO-8601 'basic format'. Got ''. See "
            "http://en.wikipedia.org/wiki/ISO_8601",
        ),
    ],
    ids=["service", "region", "no such region", "day", "no date", "missing date"],
)
def test_other_scopes_are_refused_as_on_aws(
    machine: Callable[[timedelta], None], change: Callable[[Any], None], code: str, text: str
) -> None:
    """The credential must be for Cognito, the region and the day of the request."""
    assert outcome(change) == (code, text)


def test_without_iam_any_date_and_scope_counts() -> None:
    """Without access control, clients need not sign properly."""
    with Emulator():
        client = boto3.client(
            "cognito-idp",
            region_name="us-east-1",
            aws_access_key_id="A",
            aws_secret_access_key="x",
        )
        for change in (in_scope("/cognito-idp/", "/s3/"), with_date("")):
            client.meta.events.register_first(
                "before-send", lambda request, change=change, **_: change(request)
            )
        assert client.list_user_pools(MaxResults=1)["UserPools"] == []
