"""One connection does not take all turns, nor all memory, and a busy server says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event
from typing import Any

from harness.emulator.server import ServerLimits
from harness.emulator.server.connection import Connections, HttpConnection
from harness.emulator.server.messages import HttpRequest, Reply

GET = b"GET / HTTP/1.1\r\n\r\n"


class Counting:
    """A responder that counts, and that keeps requests with a body waiting until it is told."""

    def __init__(self) -> None:
        self.answered = 0
        self.go_on = Event()
        self.ends = ("", "")

    def answer_now(self, request: HttpRequest) -> Reply | None:
        """Answer a request without a body."""
        self.ends = (request.peer, request.own)
        if request.body:
            return None
        self.answered += 1
        return Reply(200, [], b"")

    def answer_blocking(self, request: HttpRequest) -> Reply:
        """Answer any other request later."""
        del request
        self.go_on.wait(20)
        return Reply(200, [], b"")


class Wire(asyncio.Transport):
    """The transport of a connection, which records what happens to it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.1", 9), "sockname": ("192.0.2.7", 5000)})
        self.written = b""
        self.calls: list[str] = []

    def write(self, data: Any) -> None:
        """Keep what is sent."""
        self.written += data

    def pause_reading(self) -> None:
        """Keep the call."""
        self.calls.append("pause")

    def resume_reading(self) -> None:
        """Keep the call."""
        self.calls.append("resume")

    def close(self) -> None:
        """Keep the call."""
        self.calls.append("close")

    abort = close


def with_connections(limits: ServerLimits, use: Callable[..., Any]) -> Counting:
    """Call a function with a responder and a maker of connections, in an event loop."""
    responder = Counting()

    async def run() -> None:
        connections = Connections(limits)

        def connect() -> tuple[HttpConnection, Wire]:
            connection, wire = HttpConnection(responder, connections), Wire()
            connection.connection_made(wire)
            return connection, wire

        try:
            await use(responder, connect)
        finally:
            responder.go_on.set()

    asyncio.run(run())
    return responder


def with_body(size: int) -> bytes:
    """Return a request with a body."""
    return b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % size + bytes(size)


def test_a_request_has_the_addresses_of_both_ends() -> None:
    """The guard compares Host with the address of this end."""

    async def use(responder: Counting, connect: Callable[[], tuple[HttpConnection, Wire]]) -> None:
        connect()[0].data_received(GET)
        assert responder.ends == ("192.0.2.1", "192.0.2.7")

    with_connections(ServerLimits(), use)


def test_pipelined_requests_are_answered_in_turns() -> None:
    """Other connections have their turn before all requests of one are answered."""

    async def use(responder: Counting, connect: Callable[[], tuple[HttpConnection, Wire]]) -> None:
        connection, wire = connect()
        connection.data_received(GET * 100)
        assert 0 < responder.answered < 50
        while responder.answered < 100:
            await asyncio.sleep(0)
        assert wire.written.count(b"HTTP/1.1 200") == 100

    with_connections(ServerLimits(), use)


def test_waiting_bodies_are_bounded() -> None:
    """While a request is carried out, no more bodies are read than one may have bytes."""

    async def use(responder: Counting, connect: Callable[[], tuple[HttpConnection, Wire]]) -> None:
        del responder
        connection, wire = connect()
        connection.data_received(with_body(600))
        connection.data_received(with_body(600))
        assert wire.calls[-1] == "resume"
        connection.data_received(with_body(600))
        assert wire.calls[-1] == "pause"

    with_connections(ServerLimits(other_body_bytes=1_000), use)


def test_connection_too_many_is_refused_while_all_are_busy() -> None:
    """A request that is being carried out is never cut off for another."""

    async def use(responder: Counting, connect: Callable[[], tuple[HttpConnection, Wire]]) -> None:
        del responder
        busy, first = connect()
        busy.data_received(with_body(1))
        _, second = connect()
        assert second.written.startswith(b"HTTP/1.1 503 ")
        assert "close" in second.calls
        assert "close" not in first.calls

    with_connections(ServerLimits(connections=1), use)
