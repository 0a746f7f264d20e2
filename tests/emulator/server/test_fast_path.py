"""The fast path and moto's path give the same responses and see the same caller."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from moto.core import set_initial_no_auth_action_count
from moto.iam.models import iam_backends

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from harness.emulator.http.sources import AllowedSources
from harness.emulator.http.wire import TARGET_PREFIX
from harness.emulator.moto_backend import signature
from harness.emulator.moto_backend.responses import TruthfulCognitoResponse
from harness.emulator.server.failures import Failures
from harness.emulator.server.fast_path import FastPath
from harness.emulator.server.messages import HttpRequest, Reply
from harness.emulator.server.rest_of_aws import RestOfAws
from harness.emulator.server.routing import Routing
from tests.emulator.support.expect import START

SCOPE = "AWS4-HMAC-SHA256 Credential={}/20270115/{}/cognito-idp/aws4_request"
REST = ", SignedHeaders=host;x-amz-date, Signature=0123456789abcdef"
KEY = "AKIAIOSFODNN7EXAMPLE"

SIGNED = {"authorization": SCOPE.format(KEY, "us-east-1") + REST}
LIST = {"MaxResults": 5}

#: Headers of requests that take the fast path.
SHORT: dict[str, dict[str, str]] = {
    "unsigned": {},
    "unsigned-with-agent": {"user-agent": "aws-sdk-js/3.1 os/linux"},
    "agent-names-a-region": {"user-agent": "Boto3/1.40 region/eu-west-3"},
    "signed": {"authorization": SCOPE.format(KEY, "us-east-1") + REST},
    "signed-without-rest": {"authorization": SCOPE.format("AKIDEXAMPLE", "us-east-1")},
    "signed-elsewhere": {"authorization": SCOPE.format(KEY, "eu-central-1") + REST},
    "signed-for-the-government": {"authorization": SCOPE.format(KEY, "us-gov-west-1") + REST},
    "signed-but-the-agent-knows-better": {
        "authorization": SCOPE.format(KEY, "eu-central-1") + REST,
        "user-agent": "aws-cli/2 region/ap-south-1",
    },
    "host-names-a-region": {"host": "cognito-idp.eu-west-1.amazonaws.com"},
    "no-such-region": {"authorization": SCOPE.format(KEY, "mars-1") + REST},
    "odd-agent": {"user-agent": "\xe9 region/nowhere"},
}
#: Headers of requests that must not take it.
LONG: dict[str, dict[str, str]] = {
    "bearer": {"authorization": "Bearer a.b.c"},
    "no-scope": {"authorization": "AWS4-HMAC-SHA256"},
    "second-key": {"authorization": SCOPE.format(KEY, "us-east-1") + f", X={KEY[::-1]}/"},
    "account": {"x-moto-account-id": "111122223333"},
    "compressed": {"content-encoding": "gzip"},
    "not-compressed": {"content-encoding": "br"},
}

BODIES: dict[str, Any] = {
    "CreateUserPool": {"PoolName": "p"},
    "ListUserPools": {"MaxResults": 5},
    "SignUp": {"ClientId": "x", "Username": "\ud800", "Password": "p"},
    "InitiateAuth": {"ClientId": "x" * 20, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": {}},
    "GetUser": {"AccessToken": "a.b.c"},
}


def seeded() -> Emulator:
    """Return an emulator that gives the same responses as every other one with this seed."""
    return Emulator(clock=VirtualClock(START, frozen=True), seed=7, mock=False)


def routing(emulator: Emulator) -> Routing:
    """Return the routing of a server of that emulator."""
    hosts = AllowedSources(hosts=frozenset({"cognito-idp.eu-west-1.amazonaws.com"}))
    return Routing(emulator, "http", ("127.0.0.1", 5000), Failures(), sources=hosts)


@pytest.fixture
def way() -> Iterator[Routing]:
    """The fast path of a server."""
    with seeded() as emulator:
        yield routing(emulator)


def request(operation: str, body: Any, headers: dict[str, str]) -> HttpRequest:
    """Return a request as read from a connection."""
    raw = json.dumps(body).encode()
    if headers.get("content-encoding") == "gzip":
        raw = gzip.compress(raw)
    sent = {"host": "localhost:5000", "x-amz-target": TARGET_PREFIX + operation, **headers}
    return HttpRequest("POST", "/", sent, raw, "127.0.0.1")


@pytest.fixture
def callers(monkeypatch: pytest.MonkeyPatch) -> list[Caller]:
    """The callers that the engine has seen."""
    seen: list[Caller] = []
    carry_out = Engine.call

    def call(self: Engine, operation: str, params: dict[str, Any], caller: Caller) -> Any:
        seen.append(caller)
        return carry_out(self, operation, params, caller)

    monkeypatch.setattr(Engine, "call", call)
    return seen


def said(reply: Reply) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return a response without its request id."""
    headers = [(name, value) for name, value in reply.headers if name != "x-amzn-RequestId"]
    assert len(headers) == len(reply.headers) - 1
    return reply.status, headers, reply.body


@pytest.mark.parametrize("operation", BODIES)
@pytest.mark.parametrize("headers", SHORT.values(), ids=SHORT)
def test_both_paths_give_equal_responses(
    callers: list[Caller], headers: dict[str, str], operation: str
) -> None:
    """Status, headers and body are equal, at first and once the caller is known."""
    asked = request(operation, BODIES[operation], headers)
    heard = []
    for known in (False, True):
        for answer_of in (Routing.answer_blocking, Routing.answer_now):
            with seeded() as emulator:
                way = routing(emulator)
                if known:
                    way.answer_now(request("ListUserPools", LIST, headers))
                    callers.clear()
                reply = answer_of(way, asked)
            assert reply is not None
            heard.append(said(reply))
    assert heard[0] == heard[1] == heard[2] == heard[3]
    assert len(set(callers)) <= 1


def test_requests_come_from_different_callers(way: Routing, callers: list[Caller]) -> None:
    """The requests of the test above come from different regions and partitions."""
    for headers in SHORT.values():
        way.answer_now(request("InitiateAuth", BODIES["InitiateAuth"], headers))
    assert {caller.region for caller in callers} >= {
        "us-east-1",
        "eu-west-1",
        "eu-west-3",
        "eu-central-1",
        "us-gov-west-1",
        "ap-south-1",
    }
    assert {caller.partition for caller in callers} == {"aws", "aws-us-gov"}


@pytest.mark.parametrize("headers", LONG.values(), ids=LONG)
def test_unusual_request_takes_the_path_through_moto(way: Routing, headers: dict[str, str]) -> None:
    """An unusual request does not take the fast path and is answered as moto reads it."""
    asked = request("ListUserPools", LIST, headers)
    assert way.answer_now(asked) is None
    assert way.answer_blocking(asked).status in (200, 400)


def test_account_from_environment_takes_the_path_through_moto(
    way: Routing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If MOTO_ACCOUNT_ID sets one account for every request, the fast path is not taken."""
    asked = request("ListUserPools", LIST, SIGNED)
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")
    assert way.answer_now(asked) is None
    monkeypatch.delenv("MOTO_ACCOUNT_ID")
    assert way.answer_now(asked) is not None


def test_key_of_another_account_leads_to_that_account(
    way: Routing, callers: list[Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new access key counts for its account even if its caller was seen before."""
    asked = request("ListUserPools", LIST, SIGNED)
    way.answer_now(asked)
    monkeypatch.setitem(iam_backends["111122223333"]["aws"].access_keys, KEY, None)
    way.answer_now(asked)
    assert [caller.account for caller in callers] == ["123456789012", "111122223333"]


def test_permissions_are_checked_through_moto(
    way: Routing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If moto's IAM checks are on, it sees every call."""
    monkeypatch.setattr(signature, "_clock", VirtualClock(START, frozen=True))
    signed_at = datetime.fromtimestamp(START, timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    asked = request("ListUserPools", LIST, {**SIGNED, "x-amz-date": signed_at})

    @set_initial_no_auth_action_count(0)
    def both() -> tuple[Reply | None, Reply]:
        return way.answer_now(asked), way.answer_blocking(asked)

    shortly, at_length = both()
    assert shortly is None
    assert b"The security token included in the request is invalid" in at_length.body
    assert way.answer_now(asked) is not None


def test_moto_identifies_each_kind_of_caller_once() -> None:
    """Parts that vary per call, such as the signature, make no new kind of caller."""
    read: list[HttpRequest] = []

    class Noting(RestOfAws):
        def read_cognito(self, request: HttpRequest) -> TruthfulCognitoResponse:
            read.append(request)
            return super().read_cognito(request)

    with seeded() as emulator:
        lean = FastPath(emulator, Noting(emulator, "http", ("127.0.0.1", 5000)))
        for digit in "0123456789":
            signed = {"authorization": SIGNED["authorization"] + digit}
            assert lean.answer(request("ListUserPools", LIST, signed)) is not None
    assert len(read) == 1
