"""Measures the full flow in this process, its cryptographic floor and boto3's own cost.

boto3's cost is the time of the same calls with the same parameters, with ready-made bytes as the
response at the point where a request would be sent.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws

from benchmarks.calls import FLOWS, PASSWORD
from benchmarks.floor import recorded
from benchmarks.full_flow_boto3 import FullFlow
from harness.targets.clients import offline_client
from harness.targets.emulated import EmulatedTarget

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

_REGION = "us-east-1"
_URL = "https://cognito-idp.us-east-1.amazonaws.com"
_SERVICE = "cognito-identity-provider"


def full_flow(flows: int) -> dict[str, float]:
    """Return milliseconds of the flow, its floor and boto3 alone, and the ratio of flow to both.

    Args:
        flows: how many flows are timed, each directly followed by its floor and its calls.
    """
    target = EmulatedTarget(region=_REGION)
    target.start()
    flow = FullFlow(target)
    replay = Replay(flow.actions.client, partial(flow.run, *flow.people(1)))
    took, floors, calls = [], [], []
    for person in flow.people(flows):
        with recorded() as work:
            took.append(_timed(partial(flow.run, person)))
        floors.append(work.seconds())
        calls.append(_timed(replay.run))
    target.stop()
    whole, least, boto = (statistics.median(row) * 1000 for row in (took, floors, calls))
    return {
        "flow_ms": round(whole, 2),
        "floor_ms": round(least, 2),
        "boto3_ms": round(boto, 2),
        "calls": len(replay.calls),
        "ratio": round(whole / (least + boto), 3),
    }


@dataclass(frozen=True)
class _Call:
    method: str
    params: dict[str, Any]
    body: bytes
    headers: dict[str, str]


class Replay:
    """Records the calls of a client during an action, to repeat them without a service."""

    def __init__(self, client: CognitoIdentityProviderClient, action: Callable[[], None]) -> None:
        self.calls: list[_Call] = []
        self._methods = {api: name for name, api in client.meta.method_to_api_mapping.items()}
        self._asked: list[tuple[str, dict[str, Any]]] = []
        self._answers: Iterator[_Call] = iter(())
        client.meta.events.register(f"provide-client-params.{_SERVICE}", self._note_request)
        client.meta.events.register(f"response-received.{_SERVICE}", self._note_answer)
        action()
        client.meta.events.unregister(f"provide-client-params.{_SERVICE}", self._note_request)
        client.meta.events.unregister(f"response-received.{_SERVICE}", self._note_answer)
        self._idle = offline_client(_REGION, _URL)
        # The stubs say it returns nothing; botocore sends the request if this handler returns
        # nothing.
        handler: Any = self._ready_made
        self._idle.meta.events.register(f"before-send.{_SERVICE}", handler)

    def run(self) -> None:
        """Repeat the calls; boto3 does everything except sending."""
        self._answers = iter(self.calls)
        for call in self.calls:
            getattr(self._idle, call.method)(**call.params)

    def _note_request(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self._asked.append((self._methods[model.name], dict(params)))

    def _note_answer(self, response_dict: dict[str, Any], **_: Any) -> None:
        method, params = self._asked[-1]
        headers = dict(response_dict["headers"])
        self.calls.append(_Call(method, params, response_dict["body"], headers))

    def _ready_made(self, request: Any, **_: Any) -> AWSResponse:
        call = next(self._answers)
        headers = HTTPHeaders()
        for name, value in call.headers.items():
            headers[name] = value
        return AWSResponse(request.url, 200, headers, _Raw(call.body))


class _Raw(io.BytesIO):
    """The object from which botocore reads the body of a response."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Yield the whole body at once."""
        yield self.read()


def beside_moto(rounds: int) -> dict[str, dict[str, float]]:
    """Return median milliseconds of single calls through boto3, for our target and moto's mock."""
    target = EmulatedTarget(region=_REGION)
    target.start()
    found = {"harness in process": _calls(target.client(), rounds)}
    target.stop()
    with mock_aws():
        client = boto3.client(
            "cognito-idp", _REGION, aws_access_key_id="made-up", aws_secret_access_key="made-up"
        )
        found["moto in process"] = _calls(client, rounds)
    return found


def _calls(client: CognitoIdentityProviderClient, rounds: int) -> dict[str, float]:
    pool_id = client.create_user_pool(PoolName="benchmark")["UserPool"]["Id"]
    client_id = client.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="app",
        ExplicitAuthFlows=FLOWS,  # type: ignore[arg-type]  # plain texts of the model's enum
    )["UserPoolClient"]["ClientId"]
    client.admin_create_user(UserPoolId=pool_id, Username="ada", MessageAction="SUPPRESS")
    client.admin_set_user_password(
        UserPoolId=pool_id, Username="ada", Password=PASSWORD, Permanent=True
    )
    parameters = {"USERNAME": "ada", "PASSWORD": PASSWORD}
    actions: dict[str, Callable[[], Any]] = {
        "CreateUserPool": partial(client.create_user_pool, PoolName="another"),
        "ListUsers": partial(client.list_users, UserPoolId=pool_id),
        "USER_PASSWORD_AUTH": partial(
            client.initiate_auth,
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters=parameters,
        ),
    }
    return {name: _median_milliseconds(action, rounds) for name, action in actions.items()}


def _median_milliseconds(action: Callable[[], Any], rounds: int) -> float:
    action()
    return round(statistics.median(_timed(action) for _ in range(rounds)) * 1000, 3)


def _timed(action: Callable[[], Any]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
