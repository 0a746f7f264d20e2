"""Ways to reach a seeded emulator through boto3: in process, with or without moto, or over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
import requests
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from harness.emulator.stores.outbox import Outbox
from tests.emulator.support.expect import START
from tests.properties.repeated_keys import repeated_keys

SEED = 7
REGION = "us-east-1"

#: Headers that depend on the transport, or that must differ between requests.
_OF_THE_CARRIER = {"content-length", "date", "x-amzn-requestid"}


@dataclass(frozen=True)
class RecordedResponse:
    """One response as it came over the wire."""

    operation: str
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Connection:
    """A connection to an emulator that records its responses; a `Walker` can use it like an engine.

    Attributes:
        url: where to send requests that boto3 would not send; empty if only boto3 can connect.
    """

    emulator: Emulator
    url: str
    client: Any
    responses: list[RecordedResponse] = field(default_factory=list)
    request_ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Record the client's responses before botocore reads them."""
        event = "before-parse.cognito-identity-provider"
        self.client.meta.events.register(event, self._listen)

    @property
    def clock(self) -> VirtualClock:
        """The emulator's time."""
        return self.emulator.clock

    @property
    def outbox(self) -> Outbox:
        """The messages that the emulator sent."""
        return self.emulator.outbox

    def call(self, operation: str, params: dict[str, Any], _caller: Any = None) -> Any:
        """Call an operation through boto3; raises botocore's ClientError."""
        return getattr(self.client, xform_name(operation))(**params)

    def refused(self, operation: str, **params: Any) -> str:
        """Call an operation that must be refused, and return the error code."""
        with pytest.raises(ClientError) as caught:
            self.call(operation, params)
        return str(caught.value.response["Error"]["Code"])

    def post(self, target: str, body: bytes, **headers: str) -> None:
        """Send a request that no SDK would send."""
        sent = {"X-Amz-Target": target, "User-Agent": "", **headers}
        answer = requests.post(self.url, data=body, headers=sent, timeout=20)
        self._keep(target, answer.status_code, answer.headers, answer.content)

    def _listen(self, response_dict: dict[str, Any], operation_model: Any, **_: Any) -> None:
        found = response_dict
        self._keep(operation_model.name, found["status_code"], found["headers"], found["body"])

    def _keep(self, operation: str, status: int, headers: Any, body: bytes) -> None:
        lowered = {name.lower(): value for name, value in headers.items()}
        self.request_ids.append(lowered["x-amzn-requestid"])
        for name in _OF_THE_CARRIER:
            lowered.pop(name, None)
        self.responses.append(RecordedResponse(operation, status, lowered, body))


def _client(**place: str) -> Any:
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "x"}
    make: Any = boto3.client
    return make("cognito-idp", region_name=REGION, config=config, **keys, **place)


def _emulator(*, mock: bool) -> Emulator:
    return Emulator(clock=VirtualClock(START, frozen=True), seed=SEED, mock=mock)


@contextmanager
def in_process() -> Iterator[Connection]:
    """Connect to an emulator under moto's mock, without network."""
    with repeated_keys(), _emulator(mock=True) as emulator:
        yield Connection(emulator, f"https://cognito-idp.{REGION}.amazonaws.com/", _client())


@contextmanager
def attached() -> Iterator[Connection]:
    """Connect to an emulator attached to one boto3 client, as the target ``emulator`` does."""
    with repeated_keys():
        emulator, client = _emulator(mock=False), _client()
        emulator.attach(client)
        yield Connection(emulator, "", client)


@contextmanager
def served() -> Iterator[Connection]:
    """Connect to an emulator over HTTP."""
    emulator = _emulator(mock=False)
    with repeated_keys(), EmulatorServer(emulator=emulator) as server:
        yield Connection(emulator, f"{server.url}/", _client(endpoint_url=server.url))


def as_json(body: Any) -> bytes:
    """Return a body as SDKs send it."""
    return json.dumps(body).encode()
