"""Tests that the emulator gives a response that the service could give, whatever is sent.

The requests come from the service model: valid ones, with ids, tokens and sessions of a populated
emulator so that they get far, and broken ones. An exception inside the emulator fails a test
directly; over HTTP it would be a 500, which is not an allowed response either.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlparse

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from harness.emulator.api.request import Caller
from harness.emulator.api.service_model import is_unsigned, service_model
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, answer
from harness.emulator.moto_backend.responses import MOTO_OPERATIONS
from harness.emulator.operations.table import OPERATIONS
from harness.emulator.server import EmulatorServer
from tests.properties.generation import Sent, requests_of
from tests.properties.live_values import LiveValues
from tests.properties.populated import populated_engine
from tests.properties.profiles import share
from tests.properties.response_checks import check

EMULATED = tuple(sorted(OPERATIONS))
BY_MOTO = tuple(sorted(MOTO_OPERATIONS))
OTHERS = tuple(sorted({*service_model().operation_names} - {*EMULATED, *BY_MOTO}))

#: The headers of an HTTP caller; the server does not check signatures.
_CREDENTIALS = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20270115/us-east-1/cognito-idp/aws4_request"

#: How many bytes of a request a failure shows.
_SHOWN = 2_000

Send = Callable[[str, bytes], tuple[int, dict[str, str], bytes]]


def send_in_process(engine: Engine) -> Send:
    """Send requests to an engine, without HTTP."""

    def send(operation: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        found = answer(engine, TARGET_PREFIX + operation, body, Caller())
        return found.status, found.headers, found.body

    return send


def send_all(send: Send, live: LiveValues, requests: list[Sent]) -> None:
    """Send requests one after another, check each response and learn from it."""
    for sent in requests:
        body = json.dumps(live.fill(sent.body)).encode()
        note(f"{sent.operation}: {body[:_SHOWN]!r}")
        status, headers, raw = send(sent.operation, body)
        live.learn(check(sent.operation, status, headers, raw))


@pytest.mark.parametrize("operation", EMULATED)
def test_requests_of_each_operation(operation: str) -> None:
    """Each emulated operation gives a valid response to any request."""

    @share(0.15)
    @given(st.lists(requests_of(operation), min_size=5, max_size=20))
    def run(requests: list[Sent]) -> None:
        engine, live = populated_engine()
        send_all(send_in_process(engine), live, requests)

    run()


@pytest.mark.fact("A303", "A304")
@pytest.mark.parametrize("operation", OTHERS)
def test_requests_of_other_operations(operation: str) -> None:
    """Every other operation of the model checks its request, then says that it is not emulated."""

    @share(0.1)
    @given(st.lists(requests_of(operation), min_size=2, max_size=8))
    def run(requests: list[Sent]) -> None:
        send_all(send_in_process(Engine()), LiveValues(), requests)

    run()


@share(1)
@given(st.lists(requests_of(*EMULATED), min_size=20, max_size=80))
def test_sequences_of_requests(requests: list[Sent]) -> None:
    """Operations come in any order, each with values from the ones before it."""
    engine, live = populated_engine()
    send_all(send_in_process(engine), live, requests)


@share(0.5)
@given(st.lists(requests_of(*EMULATED), min_size=20, max_size=80))
def test_sequences_under_quotas(requests: list[Sent]) -> None:
    """The same holds with quotas, which look up users and pools before the call."""
    engine, live = populated_engine()
    engine.quotas.enabled = True
    for sent in requests:
        engine.clock.advance(0.05)
        send_all(send_in_process(engine), live, [sent])


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatorServer]:
    """A served emulator."""
    with EmulatorServer() as running:
        yield running


@contextmanager
def send_over_http(server: EmulatorServer) -> Iterator[Send]:
    """Send requests to a server, all on one connection."""
    connection = HTTPConnection(urlparse(server.url).netloc, timeout=20)

    def send(operation: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        headers = {"X-Amz-Target": TARGET_PREFIX + operation}
        if not is_unsigned(operation):
            headers["Authorization"] = _CREDENTIALS
        connection.request("POST", "/", body, headers)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()

    with closing(connection):
        yield send


def test_sequences_over_http(server: EmulatorServer) -> None:
    """The same holds over HTTP, for all operations of the model, including moto's."""

    @share(0.6)
    @given(st.lists(requests_of(*EMULATED, *BY_MOTO, *OTHERS), min_size=20, max_size=80))
    def run(requests: list[Sent]) -> None:
        server.emulator.reset()
        _, live = populated_engine(server.emulator.engine)
        with send_over_http(server) as send:
            send_all(send, live, requests)

    run()
