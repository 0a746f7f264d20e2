"""Connections: kept open, independent of each other, and ended cleanly."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread
from typing import Any
from urllib.parse import urlparse

import pytest

from harness.clock import stopwatch
from harness.emulator import Emulator, Triggers
from harness.emulator.core.locks import FastPathGate
from harness.emulator.engine import Engine
from harness.emulator.server import EmulatorServer
from harness.emulator.state.freeze import Freeze
from tests.emulator.support.connection import SECONDS, Connection, post
from tests.emulator.support.expect import PASSWORD

LIST = {"MaxResults": 1}
HEALTH = b"GET /_harness/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
#: A request for moto, which needs a thread.
BUCKETS = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: AWS4-HMAC-SHA256 "
    b"Credential=AKIDEXAMPLE/20270115/us-east-1/s3/aws4_request\r\n\r\n"
)


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatorServer]:
    """A served emulator."""
    with EmulatorServer() as running:
        yield running


def client_of(server: EmulatorServer) -> str:
    """Return the ID of an app client of a new pool."""
    with Connection(server) as wire:
        wire.send(post("CreateUserPool", {"PoolName": "p"}))
        pool_id = json.loads(wire.response()[2])["UserPool"]["Id"]
        wire.send(post("CreateUserPoolClient", {"UserPoolId": pool_id, "ClientName": "c"}))
        return str(json.loads(wire.response()[2])["UserPoolClient"]["ClientId"])


def sign_up(client_id: str, name: str) -> bytes:
    """Return a sign-up as bytes."""
    body = {"ClientId": client_id, "Username": name, "Password": PASSWORD}
    return post("SignUp", body, Authorization="")


class TestConnections:
    """One connection, many requests."""

    def test_connection_stays_open(self, server: EmulatorServer) -> None:
        """Several calls use the same connection, whatever code answers them."""
        with Connection(server) as wire:
            for request in (post("ListUserPools", LIST), HEALTH, BUCKETS, HEALTH):
                wire.send(request)
                status, headers, _ = wire.response()
                assert (status, headers.get("connection")) == (200, None)
                assert headers["date"].endswith(" GMT")

    def test_responses_keep_the_order_of_requests(self, server: EmulatorServer) -> None:
        """Pipelined requests wait for earlier ones, even for those that use a thread."""
        with Connection(server) as wire:
            wire.send((BUCKETS + HEALTH + post("ListUserPools", LIST)) * 30 + BUCKETS)
            kinds = [wire.response()[1]["content-type"] for _ in range(91)]
        once = [kinds[0], "application/json", "application/x-amz-json-1.1"]
        assert kinds == [*once * 30, kinds[0]]

    @pytest.mark.parametrize("end", ["HTTP/1.0\r\n", "HTTP/1.1\r\nConnection: close\r\n"])
    def test_connection_closes_on_request(self, server: EmulatorServer, end: str) -> None:
        """After an HTTP/1.0 request, or Connection: close, the connection ends."""
        with Connection(server) as wire:
            wire.send(f"GET /_harness/health {end}Host: localhost\r\n\r\n".encode() + HEALTH)
            assert wire.response()[1]["connection"] == "close"
            assert wire.is_closed()

    def test_invalid_request_ends_the_connection(self, server: EmulatorServer) -> None:
        """The request before it is answered, and none after it."""
        with Connection(server) as wire:
            wire.send(BUCKETS + b"nonsense\r\n\r\n" + HEALTH)
            assert wire.response()[0] == 200
            status, headers, body = wire.response()
            assert (status, headers["connection"]) == (400, "close")
            assert json.loads(body)["__type"] == "SerializationException"
            assert wire.is_closed()

    def test_client_waiting_for_100_continue_gets_it(self, server: EmulatorServer) -> None:
        """curl waits for it before it sends a long body."""
        request = post("ListUserPools", LIST, Expect="100-continue")
        head, _, body = request.partition(b"\r\n\r\n")
        with Connection(server) as wire:
            wire.send(head + b"\r\n\r\n")
            assert wire.response()[0] == 100
            wire.send(body)
            assert wire.response()[0] == 200

    def test_disconnected_client_harms_no_other(self, server: EmulatorServer) -> None:
        """Responses to a client that disconnected are dropped."""
        for request in (BUCKETS, HEALTH, HEALTH[:20]):
            with Connection(server) as wire:
                wire.send(request * 3)
        with Connection(server) as wire:
            wire.send(HEALTH)
            assert wire.response()[0] == 200
        assert not server.failures


class TestWaiting:
    """Handlers may take their time; other calls do not wait for them."""

    def test_waiting_handlers_may_call_the_emulator(self) -> None:
        """However many handlers wait, each may call the emulator, and others are answered."""
        many = 40
        together = Barrier(many)
        servers: list[EmulatorServer] = []

        def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
            together.wait(SECONDS)
            with Connection(servers[0]) as wire:
                wire.send(post("ListUserPools", LIST))
                assert wire.response()[0] == 200
            return event

        emulator = Emulator(mock=False, triggers=Triggers(pre_sign_up=handler))
        with EmulatorServer(emulator=emulator) as server:
            servers.append(server)
            client_id = client_of(server)

            def call(number: int) -> int:
                with Connection(server) as wire:
                    wire.send(sign_up(client_id, f"user-{number}"))
                    return wire.response()[0]

            with ThreadPoolExecutor(many) as pool:
                assert set(pool.map(call, range(many))) == {200}
        assert not emulator.trigger_failures

    def test_engine_without_handlers_never_waits(self) -> None:
        """Only an engine with handlers may wait; otherwise calls need no thread."""
        assert not Engine().may_wait
        assert not Engine(triggers=Triggers()).may_wait
        assert Engine(triggers=Triggers(custom_message=lambda event, _: event)).may_wait

    def test_calls_waiting_for_a_snapshot_block_no_others(self, server: EmulatorServer) -> None:
        """Calls that wait for a snapshot of their pool wait in threads; others are answered."""
        client_id = client_of(server)
        with Connection(server) as waiting, Connection(server) as other:
            with Freeze(server.emulator.engine):
                waiting.send(sign_up(client_id, "waits"))
                for _ in range(3):
                    other.send(HEALTH)
                    assert other.response()[0] == 200
            assert waiting.response()[0] == 200

    def test_snapshot_waits_for_the_call_in_progress(self) -> None:
        """A call that passed the gate is not overtaken by the locks of a snapshot."""
        way, closed = FastPathGate(), Event()

        def close() -> None:
            with way.closed():
                closed.set()

        closing = Thread(target=close)
        with way as is_open:
            closing.start()
            assert is_open
            assert not closed.wait(0.05)
        closing.join(SECONDS)
        assert closed.is_set()
        with way.closed(), way as is_open:
            assert not is_open
        with way as is_open:
            assert is_open

    def test_only_the_control_surface_saves_state(self, server: EmulatorServer) -> None:
        """A path of another service with the same ending does not save the state."""
        with Connection(server) as wire:
            head = b"POST /state HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
            wire.send(head + b"Content-Type: application/json\r\n\r\n{}")
            assert b"there is no state file" not in wire.response()[2]


class TestStopping:
    """Requests received before the stop are answered."""

    def test_call_in_progress_is_answered(self) -> None:
        """The port is free at once; the response still arrives and closes the connection."""
        begun, go_on = Event(), Event()

        def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
            begun.set()
            assert go_on.wait(SECONDS)
            return event

        emulator = Emulator(mock=False, triggers=Triggers(pre_sign_up=handler))
        server = EmulatorServer(emulator=emulator).start()
        client_id = client_of(server)
        with Connection(server) as wire, Connection(server) as idle:
            wire.send(sign_up(client_id, "alice"))
            assert begun.wait(SECONDS)
            address = urlparse(server.url)
            stopping = Thread(target=server.stop)
            stopping.start()
            assert idle.is_closed()
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((address.hostname, address.port or 0)).close()
            go_on.set()
            status, headers, body = wire.response()
            assert (status, headers["connection"]) == (200, "close")
            assert json.loads(body)["UserConfirmed"] is False
            assert wire.is_closed()
        stopping.join(SECONDS)
        assert not stopping.is_alive()

    def test_incomplete_request_does_not_delay_the_stop(self) -> None:
        """The stop does not wait for the rest of a request."""
        with EmulatorServer() as server, Connection(server) as wire:
            wire.send(HEALTH + HEALTH[:20])
            assert wire.response()[0] == 200
            elapsed = stopwatch()
            server.stop()
            assert elapsed() < 5
            assert wire.is_closed()
