"""The HTTP form of responses and errors."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from harness.emulator.http import wire
from harness.emulator.http.wire import (
    TARGET_PREFIX,
    HttpAnswer,
    answer,
    error,
    in_milliseconds,
    success,
)
from harness.emulator.refusals import Refusal


@pytest.fixture
def bare_engine() -> Engine:
    """An engine without pools."""
    return Engine()


def ask(engine: Engine, operation: str, body: Any, **options: Any) -> tuple[HttpAnswer, Any]:
    """Send one request and return the response and its parsed body."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    found = answer(engine, TARGET_PREFIX + operation, raw, Caller(), **options)
    return found, json.loads(found.body)


@pytest.mark.fact("A295", "A296", "A297", "A298", "D050")
def test_error_has_the_recorded_form() -> None:
    """The body is compact with the bare error name; both headers are set (A296, A297)."""
    found = error(Refusal("ExpiredCodeException", "Invalid code provided, please request a code."))
    assert found.status == 400
    assert found.body == (
        b'{"__type":"ExpiredCodeException","message":"Invalid code provided, please request a '
        b'code."}'
    )
    assert found.headers["x-amzn-ErrorType"] == "ExpiredCodeException:"
    assert found.headers["x-amzn-ErrorMessage"] == "Invalid code provided, please request a code."
    assert found.headers["Content-Type"] == "application/x-amz-json-1.1"
    request_id = found.headers["x-amzn-RequestId"]
    assert str(UUID(request_id)) == request_id
    again = error(Refusal("ExpiredCodeException", "x"))
    assert again.headers["x-amzn-RequestId"] != request_id


def test_error_text_is_made_safe_for_the_header() -> None:
    """Line breaks and non-Latin letters stay in the body and are replaced in the header."""
    found = error(Refusal("InvalidParameterException", "first\nsecond: 用户"))
    assert json.loads(found.body)["message"] == "first\nsecond: 用户"
    assert found.headers["x-amzn-ErrorMessage"] == "first second: ??"


def test_long_error_text_is_cut_in_the_header() -> None:
    """A long message is whole in the body; its header is one short line."""
    found = error(Refusal("InvalidParameterException", "\x00" + "x" * 100_000))
    assert len(json.loads(found.body)["message"]) == 100_001
    assert found.headers["x-amzn-ErrorMessage"] == " " + "x" * 1_023


@pytest.mark.fact("A305")
@pytest.mark.parametrize(
    ("operation", "given", "told"),
    [
        ("DescribeUserPool", {"UserPool": {"CreationDate": 1627486800.12345}}, 1627486800.123),
        ("ListUsers", {"Users": [{"UserCreateDate": 1.00049, "Enabled": True}]}, 1.0),
        ("AdminListDevices", {"Devices": [{"DeviceCreateDate": 2.0006}]}, 2.001),
        ("CreateGroup", {"Group": {"LastModifiedDate": 3}}, 3),
    ],
)
def test_dates_have_milliseconds(operation: str, given: dict[str, Any], told: float) -> None:
    """Dates anywhere in a response are epoch seconds with at most three decimals (A305)."""
    before = json.dumps(given)
    found = in_milliseconds(operation, given)
    assert _numbers(found) == [told]
    assert json.dumps(given) == before


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict | list):
        items = value.values() if isinstance(value, dict) else value
        return [number for item in items for number in _numbers(item)]
    return [value] if isinstance(value, int | float) and value is not True else []


def test_response_without_dates_is_not_copied() -> None:
    """A response whose model has no dates is not copied."""
    answered = {"Session": "s"}
    assert in_milliseconds("VerifySoftwareToken", answered) is answered
    assert success(answered).body == b'{"Session":"s"}'


@pytest.mark.fact("A304")
@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", b'"text"', b"[" * 100_000])
def test_body_that_is_not_an_object_is_refused(bare_engine: Engine, body: bytes) -> None:
    """Any body that is not a JSON object gets a modeled error."""
    found, parsed = ask(bare_engine, "SignUp", body)
    assert (found.status, parsed["__type"]) == (400, "SerializationException")


@pytest.mark.fact("A304b")
@pytest.mark.parametrize("target", ["NoSuchThing", "", "signUp"])
def test_unknown_operation_is_refused(bare_engine: Engine, target: str) -> None:
    """A target that names no operation is refused."""
    found, parsed = ask(bare_engine, target, {})
    assert (found.status, parsed["__type"]) == (400, "UnknownOperationException")


def test_target_of_another_service_is_refused(bare_engine: Engine) -> None:
    """A target with another service's prefix is refused."""
    found = answer(bare_engine, "SomeService.SignUp", b"{}", Caller())
    assert json.loads(found.body)["__type"] == "UnknownOperationException"


@pytest.mark.fact("A301", "A302")
def test_signed_operation_needs_credentials(bare_engine: Engine) -> None:
    """Administrator operations need a signature (A302); user operations do not."""
    body = {"UserPoolId": "us-east-1_abc", "Username": "alice"}
    _, parsed = ask(bare_engine, "AdminGetUser", body, signed=False)
    assert parsed == {
        "__type": "MissingAuthenticationTokenException",
        "message": "Missing Authentication Token",
    }
    body = {"ClientId": "nobody", "Username": "alice", "Password": "Secret-1"}
    _, parsed = ask(bare_engine, "SignUp", body, signed=False)
    assert parsed["__type"] == "ResourceNotFoundException"


def test_operation_not_emulated_is_reported_as_such(bare_engine: Engine) -> None:
    """An existing but not emulated operation gets another error than an unknown one."""
    found, parsed = ask(bare_engine, "ListUserSessions", {"AccessToken": "a.b.c"})
    assert found.status == 501
    assert "ListUserSessions is not emulated" in parsed["message"]


def test_operation_that_the_model_lacks_is_not_emulated(
    bare_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older botocore does not know every operation of the emulator, nor what it may contain."""
    monkeypatch.setattr(wire, "operation_names", frozenset)
    found, parsed = ask(bare_engine, "AdminGetUserAuthFactors", {})
    assert (found.status, parsed["__type"]) == (501, "OperationNotEnabledException")
