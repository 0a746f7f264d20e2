"""The connections of clients: requests are answered one after the other, in their order."""

from __future__ import annotations

import asyncio
from collections import deque
from threading import Thread
from typing import Protocol, cast

from harness.emulator.server.messages import HttpRequest, Reply, RequestReader

#: Requests that a client may have sent ahead before no more is read from it.
_AHEAD = 64


class Service(Protocol):
    """Answers requests."""

    def at_once(self, request: HttpRequest) -> Reply | None:
        """Answer without waiting for anybody, or return ``None`` where that cannot be promised."""
        ...

    def in_a_thread(self, request: HttpRequest) -> Reply:
        """Answer in a thread of its own, however long it takes; raises nothing."""
        ...


class Connections:
    """The connections that are open."""

    def __init__(self) -> None:
        self._open: set[HttpConnection] = set()
        self._none_left = asyncio.Event()

    def add(self, connection: HttpConnection) -> None:
        """Count a new one."""
        self._open.add(connection)

    def remove(self, connection: HttpConnection) -> None:
        """Count one no more."""
        self._open.discard(connection)
        if not self._open:
            self._none_left.set()

    async def finish(self, patience_seconds: float) -> None:
        """Let every request that has come be answered, and end all connections.

        Those that are not done after that time are cut off.
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

    What may wait, for a handler of the user's or for moto, gets a thread of its own: handlers may
    call the emulator again, so that no number of threads that is shared would be enough.
    """

    def __init__(self, service: Service, connections: Connections) -> None:
        self._service = service
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        self._reader = RequestReader()
        self._waiting: deque[HttpRequest] = deque()
        self._busy = self._full = self._last = self._over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there."""
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self._reader = RequestReader(peer[0] if peer else "")
        self._is_tls = transport.get_extra_info("sslcontext") is not None
        self._connections.add(self)

    def connection_lost(self, _problem: Exception | None) -> None:
        """The connection is gone, for whatever reason."""
        self._over = True
        self._waiting.clear()
        self._connections.remove(self)

    def data_received(self, data: bytes) -> None:
        """Read on, and answer what is whole."""
        if self._over:
            return
        self._waiting.extend(self._reader.feed(data))
        if self._reader.asked_to_go_on() and not self._busy and not self._waiting:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._work()

    def eof_received(self) -> bool:
        """Answer what has come; the client sends no more, but may still read."""
        self._waiting.extend(self._reader.end())
        self._last = True
        self._work()
        # TLS has no such half of a connection.
        return not self._is_tls

    def pause_writing(self) -> None:
        """The client does not read what it is sent."""
        self._full = True

    def resume_writing(self) -> None:
        """The client reads again."""
        self._full = False
        self._work()

    def finish(self) -> None:
        """Answer the requests that have come, and end."""
        self._last = True
        self._work()

    def abort(self) -> None:
        """End at once."""
        self._transport.abort()

    def _work(self) -> None:
        """Answer what can be answered now."""
        while self._waiting and not (self._busy or self._full or self._over):
            request = self._waiting.popleft()
            reply = self._service.at_once(request)
            if reply is None:
                self._busy = True
                Thread(target=self._run, args=(request,), daemon=True).start()
            else:
                self._send(request, reply)
        if self._last and not (self._waiting or self._busy or self._over):
            self._end()
        elif len(self._waiting) > _AHEAD:
            self._transport.pause_reading()
        elif not self._over:
            self._transport.resume_reading()

    def _run(self, request: HttpRequest) -> None:
        reply = self._service.in_a_thread(request)
        try:
            self._loop.call_soon_threadsafe(self._answered, request, reply)
        except RuntimeError:
            return  # the server did not wait any longer, and has ended

    def _answered(self, request: HttpRequest, reply: Reply) -> None:
        self._busy = False
        if not self._over:
            self._send(request, reply)
            self._work()

    def _send(self, request: HttpRequest, reply: Reply) -> None:
        last = not request.keep_alive or (self._last and not self._waiting)
        self._transport.write(reply.render(head_only=request.method == "HEAD", last=last))
        if last:
            self._end()

    def _end(self) -> None:
        self._over = True
        self._waiting.clear()
        self._transport.close()
