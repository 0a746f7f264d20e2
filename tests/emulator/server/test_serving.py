"""Connections that are kept, callers that wait for nobody else, and a clean end."""

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
from harness.emulator.state.snapshot import _frozen
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.wires import SECONDS, Wire, post

LIST = {"MaxResults": 1}
HEALTH = b"GET /_harness/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
#: Goes to moto, which takes a thread.
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
    """A client of a new pool."""
    with Wire(server) as wire:
        wire.send(post("CreateUserPool", {"PoolName": "p"}))
        pool_id = json.loads(wire.answer()[2])["UserPool"]["Id"]
        wire.send(post("CreateUserPoolClient", {"UserPoolId": pool_id, "ClientName": "c"}))
        return str(json.loads(wire.answer()[2])["UserPoolClient"]["ClientId"])


def sign_up(client_id: str, name: str) -> bytes:
    """A sign-up, as bytes."""
    body = {"ClientId": client_id, "Username": name, "Password": PASSWORD}
    return post("SignUp", body, Authorization="")


class TestConnections:
    """One connection, many requests."""

    def test_a_connection_is_kept(self, server: EmulatorServer) -> None:
        """Call after call goes over the same connection, whoever answers."""
        with Wire(server) as wire:
            for request in (post("ListUserPools", LIST), HEALTH, BUCKETS, HEALTH):
                wire.send(request)
                status, headers, _ = wire.answer()
                assert (status, headers.get("connection")) == (200, None)
                assert headers["date"].endswith(" GMT")

    def test_answers_come_in_the_order_of_the_requests(self, server: EmulatorServer) -> None:
        """What is sent ahead waits for its turn, also behind what takes a thread."""
        with Wire(server) as wire:
            wire.send((BUCKETS + HEALTH + post("ListUserPools", LIST)) * 30 + BUCKETS)
            kinds = [wire.answer()[1]["content-type"] for _ in range(91)]
        once = [kinds[0], "application/json", "application/x-amz-json-1.1"]
        assert kinds == [*once * 30, kinds[0]]

    @pytest.mark.parametrize("end", ["HTTP/1.0\r\n", "HTTP/1.1\r\nConnection: close\r\n"])
    def test_a_client_may_want_one_answer_only(self, server: EmulatorServer, end: str) -> None:
        """HTTP/1.0, and who asks for it, gets one answer and the end of the connection."""
        with Wire(server) as wire:
            wire.send(f"GET /_harness/health {end}Host: localhost\r\n\r\n".encode() + HEALTH)
            assert wire.answer()[1]["connection"] == "close"
            assert wire.is_over()

    def test_a_request_that_makes_no_sense_ends_it(self, server: EmulatorServer) -> None:
        """The one before it is answered, and nothing behind it."""
        with Wire(server) as wire:
            wire.send(BUCKETS + b"nonsense\r\n\r\n" + HEALTH)
            assert wire.answer()[0] == 200
            status, headers, body = wire.answer()
            assert (status, headers["connection"]) == (400, "close")
            assert json.loads(body)["__type"] == "SerializationException"
            assert wire.is_over()

    def test_a_client_that_waits_for_leave_gets_it(self, server: EmulatorServer) -> None:
        """curl asks before it sends a long body."""
        request = post("ListUserPools", LIST, Expect="100-continue")
        head, _, body = request.partition(b"\r\n\r\n")
        with Wire(server) as wire:
            wire.send(head + b"\r\n\r\n")
            assert wire.answer()[0] == 100
            wire.send(body)
            assert wire.answer()[0] == 200

    def test_a_client_that_goes_away_harms_nobody(self, server: EmulatorServer) -> None:
        """Answers that nobody waits for any more are dropped."""
        for request in (BUCKETS, HEALTH, HEALTH[:20]):
            with Wire(server) as wire:
                wire.send(request * 3)
        with Wire(server) as wire:
            wire.send(HEALTH)
            assert wire.answer()[0] == 200
        assert not server.failures


class TestWaiting:
    """Handlers may take their time; nobody else waits for them."""

    def test_handlers_may_all_wait_and_call_the_emulator(self) -> None:
        """However many wait at once, each may call the emulator, and others are answered."""
        many = 40
        together = Barrier(many)
        servers: list[EmulatorServer] = []

        def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
            together.wait(SECONDS)
            with Wire(servers[0]) as wire:
                wire.send(post("ListUserPools", LIST))
                assert wire.answer()[0] == 200
            return event

        emulator = Emulator(mock=False, triggers=Triggers(pre_sign_up=handler))
        with EmulatorServer(emulator=emulator) as server:
            servers.append(server)
            client_id = client_of(server)

            def call(number: int) -> int:
                with Wire(server) as wire:
                    wire.send(sign_up(client_id, f"user-{number}"))
                    return wire.answer()[0]

            with ThreadPoolExecutor(many) as pool:
                assert set(pool.map(call, range(many))) == {200}
        assert not emulator.trigger_failures

    def test_an_engine_without_handlers_waits_for_nobody(self) -> None:
        """Only handlers of the user's make a call one that may wait."""
        assert not Engine().may_wait
        assert not Engine(triggers=Triggers()).may_wait
        assert Engine(triggers=Triggers(custom_message=lambda event, _: event)).may_wait

    def test_who_waits_for_a_state_holds_nobody_up(self, server: EmulatorServer) -> None:
        """While a state is made its pools' calls wait, in threads, and others are answered."""
        client_id = client_of(server)
        with Wire(server) as waiting, Wire(server) as other:
            with _frozen(server.emulator.engine):
                waiting.send(sign_up(client_id, "waits"))
                for _ in range(3):
                    other.send(HEALTH)
                    assert other.answer()[0] == 200
            assert waiting.answer()[0] == 200

    def test_a_state_waits_for_the_call_under_way(self) -> None:
        """A call that has found the way open is not overtaken by the locks of a state."""
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

    def test_only_the_controls_save_a_state(self, server: EmulatorServer) -> None:
        """A path of another service that ends like a control is that service's."""
        with Wire(server) as wire:
            head = b"POST /state HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
            wire.send(head + b"Content-Type: application/json\r\n\r\n{}")
            assert b"there is no state file" not in wire.answer()[2]


class TestStopping:
    """What has come is answered before the end."""

    def test_a_call_under_way_is_answered(self) -> None:
        """The port is given back at once; the answer still comes, and says that it is the last."""
        begun, go_on = Event(), Event()

        def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
            begun.set()
            assert go_on.wait(SECONDS)
            return event

        emulator = Emulator(mock=False, triggers=Triggers(pre_sign_up=handler))
        server = EmulatorServer(emulator=emulator).start()
        client_id = client_of(server)
        with Wire(server) as wire, Wire(server) as idle:
            wire.send(sign_up(client_id, "alice"))
            assert begun.wait(SECONDS)
            address = urlparse(server.url)
            stopping = Thread(target=server.stop)
            stopping.start()
            assert idle.is_over()
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((address.hostname, address.port or 0)).close()
            go_on.set()
            status, headers, body = wire.answer()
            assert (status, headers["connection"]) == (200, "close")
            assert json.loads(body)["UserConfirmed"] is False
            assert wire.is_over()
        stopping.join(SECONDS)
        assert not stopping.is_alive()

    def test_half_a_request_does_not_keep_it(self) -> None:
        """A request that has not come whole is not waited for."""
        with EmulatorServer() as server, Wire(server) as wire:
            wire.send(HEALTH + HEALTH[:20])
            assert wire.answer()[0] == 200
            elapsed = stopwatch()
            server.stop()
            assert elapsed() < 5
            assert wire.is_over()
