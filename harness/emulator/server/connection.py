"""The connections of clients: each answers its requests one by one, in their order."""

from __future__ import annotations

import asyncio
from collections import deque
from threading import Thread
from typing import Protocol, cast

from harness.emulator.server.messages import HttpRequest, Reply, RequestReader

#: Requests that may wait on one connection before the server stops reading from it.
_MOST_WAITING = 64


class Responder(Protocol):
    """Answers requests."""

    def answer_now(self, request: HttpRequest) -> Reply | None:
        """Answer without waiting; return ``None`` if the request may have to wait."""
        ...

    def answer_blocking(self, request: HttpRequest) -> Reply:
        """Answer in a thread of its own, however long it takes; never raise an error."""
        ...


class Connections:
    """The open connections of a server."""

    def __init__(self) -> None:
        self._open: set[HttpConnection] = set()
        self._none_left = asyncio.Event()

    def add(self, connection: HttpConnection) -> None:
        """Add a new connection."""
        self._open.add(connection)

    def remove(self, connection: HttpConnection) -> None:
        """Remove a closed connection."""
        self._open.discard(connection)
        if not self._open:
            self._none_left.set()

    async def finish(self, patience_seconds: float) -> None:
        """Answer every request that has arrived, and close all connections.

        Connections that are still open after ``patience_seconds`` are cut off.
        """
        for connection in list(self._open):
            connection.finish()
        if not self._open:
            return
        try:
            self._none_left.clear()
            await asyncio.wait_for(self._none_left.wait(), patience_seconds)
        except asyncio.TimeoutError:
            for connection in list(self._open):
                connection.abort()


class HttpConnection(asyncio.Protocol):
    """One client's connection.

    A request that may wait for a trigger's handler or for moto gets a thread of its own. A pool of
    threads could run out, because handlers may call the emulator again.
    """

    def __init__(self, responder: Responder, connections: Connections) -> None:
        self._responder = responder
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        self._reader = RequestReader()
        self._waiting: deque[HttpRequest] = deque()
        self._busy = self._full = self._ending = self._closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start: a client has connected."""
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self._reader = RequestReader(peer[0] if peer else "")
        self._is_tls = transport.get_extra_info("sslcontext") is not None
        self._connections.add(self)

    def connection_lost(self, _problem: Exception | None) -> None:
        """Clean up: the connection is closed, for any reason."""
        self._closed = True
        self._waiting.clear()
        self._connections.remove(self)

    def data_received(self, data: bytes) -> None:
        """Read the data, and answer the requests that are complete."""
        if self._closed:
            return
        self._waiting.extend(self._reader.feed(data))
        if self._reader.expects_continue() and not self._busy and not self._waiting:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._answer_waiting()

    def eof_received(self) -> bool:
        """Answer what has arrived; the client sends no more, but may still read."""
        self._waiting.extend(self._reader.end())
        self._ending = True
        self._answer_waiting()
        # TLS cannot close only one direction of a connection.
        return not self._is_tls

    def pause_writing(self) -> None:
        """Pause: the client does not read what is sent."""
        self._full = True

    def resume_writing(self) -> None:
        """Continue: the client reads again."""
        self._full = False
        self._answer_waiting()

    def finish(self) -> None:
        """Answer the requests that have arrived, and close."""
        self._ending = True
        self._answer_waiting()

    def abort(self) -> None:
        """Close without an answer to open requests."""
        self._transport.abort()

    def _answer_waiting(self) -> None:
        """Answer the waiting requests, as many as possible now."""
        while self._waiting and not (self._busy or self._full or self._closed):
            request = self._waiting.popleft()
            reply = self._responder.answer_now(request)
            if reply is None:
                self._busy = True
                Thread(target=self._run, args=(request,), daemon=True).start()
            else:
                self._send(request, reply)
        if self._ending and not (self._waiting or self._busy or self._closed):
            self._close()
        elif len(self._waiting) > _MOST_WAITING:
            self._transport.pause_reading()
        elif not self._closed:
            self._transport.resume_reading()

    def _run(self, request: HttpRequest) -> None:
        reply = self._responder.answer_blocking(request)
        try:
            self._loop.call_soon_threadsafe(self._finish_request, request, reply)
        except RuntimeError:
            return  # the server has ended without waiting for this request

    def _finish_request(self, request: HttpRequest, reply: Reply) -> None:
        self._busy = False
        if not self._closed:
            self._send(request, reply)
            self._answer_waiting()

    def _send(self, request: HttpRequest, reply: Reply) -> None:
        last = not request.keep_alive or (self._ending and not self._waiting)
        self._transport.write(reply.render(head_only=request.method == "HEAD", last=last))
        if last:
            self._close()

    def _close(self) -> None:
        self._closed = True
        self._waiting.clear()
        self._transport.close()
