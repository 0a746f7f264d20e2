"""The connections of clients: each answers its requests one by one, in their order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Protocol, cast

from harness.emulator.http.wire import error
from harness.emulator.server.limits import ServerLimits, too_many_connections, too_slow
from harness.emulator.server.messages import HttpRequest, Reply, RequestReader

if TYPE_CHECKING:
    from harness.emulator.refusals import Refusal

#: Requests that may wait on one connection before the server stops reading from it.
_MOST_WAITING = 64
#: Requests of one connection that are answered before it is another connection's turn.
_MOST_IN_TURN = 32
#: The seconds in which the client of a refused request can read the response before the connection
#: is cut off. Cut off at once, the response would be lost with what the client still sends.
_LINGER_SECONDS = 2.0
#: How often connections are checked for clients that take too long, in seconds.
_CHECK_SECONDS = 1.0


class Responder(Protocol):
    """Answers requests."""

    def answer_now(self, request: HttpRequest) -> Reply | None:
        """Answer without waiting; return ``None`` if the request may have to wait."""
        ...

    def answer_blocking(self, request: HttpRequest) -> Reply:
        """Answer in a thread of its own, however long it takes; never raise an error."""
        ...


@dataclass(eq=False)
class _HeldBack:
    """A response that a fault profile holds back, and what will send it."""

    request: HttpRequest
    reply: Reply
    timer: asyncio.TimerHandle | None = None
    wake: Callable[[], None] | None = None

    def cancel(self) -> None:
        """Let neither the time nor the end of the profile send it."""
        if self.timer is not None:
            self.timer.cancel()
        if self.reply.over is not None and self.wake is not None:
            self.reply.over.forget(self.wake)


class Connections:
    """The open connections of a server.

    Args:
        limits: how many there may be, and how long they may wait for their clients.
    """

    def __init__(self, limits: ServerLimits | None = None) -> None:
        self.limits = limits or ServerLimits()
        self._most = self.limits.most_connections()
        self._open: set[HttpConnection] = set()
        self._none_left = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._check()

    def add(self, connection: HttpConnection) -> None:
        """Add a new connection; if there are too many, close the one that has waited longest."""
        if len(self._open) >= self._most:
            waiting = [other for other in self._open if other.is_waiting]
            if waiting:
                longest = min(waiting, key=lambda other: other.since)
                self._open.discard(longest)
                longest.give_up()
            else:
                connection.refuse(too_many_connections(self._most))
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

    def _check(self) -> None:
        """Give up the connections whose clients take too long, now and from time to time."""
        now, limits = self._loop.time(), self.limits
        for connection in list(self._open):
            if connection.is_waiting and now - connection.since > connection.patience:
                connection.give_up()
        shortest = min(limits.head_seconds, limits.body_seconds, limits.idle_seconds)
        self._loop.call_later(min(shortest / 2, _CHECK_SECONDS), self._check)


class HttpConnection(asyncio.Protocol):
    """One client's connection.

    A request that may wait for a trigger's handler or for moto gets a thread of its own. A pool of
    threads could run out, because handlers may call the emulator again.

    Attributes:
        since: when the connection began to wait for its client, by the loop's clock.
    """

    def __init__(self, responder: Responder, connections: Connections) -> None:
        self._responder = responder
        self._connections = connections
        self._limits = connections.limits
        self._loop = asyncio.get_running_loop()
        self._reader = RequestReader("", self._limits)
        self._waiting: deque[HttpRequest] = deque()
        self._busy = self._full = self._ending = self._closed = self._lingers = False
        self._hurries = False
        self._stage: object = None
        #: The response that a fault profile holds back.
        self._slow: _HeldBack | None = None
        self.since = self._loop.time()

    @property
    def is_waiting(self) -> bool:
        """Whether it is the client's turn: to send, to read, or to close."""
        return self._full or self._closed or not self._busy

    @property
    def patience(self) -> float:
        """How many seconds the client may take for its turn."""
        if self._lingers:
            return _LINGER_SECONDS
        part = "idle" if self._full or self._closed else self._reader.stage[1]
        return {"head": self._limits.head_seconds, "body": self._limits.body_seconds}.get(
            part, self._limits.idle_seconds
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start: a client has connected."""
        self._transport = cast(asyncio.Transport, transport)
        peer, own = (transport.get_extra_info(end) or [""] for end in ("peername", "sockname"))
        self._reader = RequestReader(peer[0], self._limits, own=own[0])
        self._is_tls = transport.get_extra_info("sslcontext") is not None
        self._connections.add(self)

    def connection_lost(self, _problem: Exception | None) -> None:
        """Clean up: the connection is closed, for any reason."""
        self._closed = True
        self._waiting.clear()
        self._connections.remove(self)
        if self._slow is not None:
            self._slow.cancel()

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
        if self._closed:
            return False
        self._waiting.extend(self._reader.end())
        self._ending = True
        self._answer_waiting()
        # TLS cannot close only one direction of a connection.
        return not self._is_tls

    def pause_writing(self) -> None:
        """Pause: the client does not read what is sent."""
        self._full = True
        self._note_stage()

    def resume_writing(self) -> None:
        """Continue: the client reads again."""
        self._full = False
        self._answer_waiting()

    def finish(self) -> None:
        """Answer the requests that have arrived, without the delays of a profile, and close."""
        if self._closed:
            self._transport.close()
            return
        self._ending = self._hurries = True
        if self._slow is None:
            self._answer_waiting()
        else:
            self._release(self._slow)

    def abort(self) -> None:
        """Close without an answer to open requests."""
        self._transport.abort()

    def give_up(self) -> None:
        """Close because the client takes too long; say so if it has begun a request."""
        part = self._reader.stage[1]
        if self._full or self._closed:
            self.abort()
        elif part == "idle":
            self._close()
        else:
            self.refuse(too_slow(part))

    def refuse(self, refusal: Refusal) -> None:
        """Send an error, and close."""
        self._transport.write(Reply.of(error(refusal)).render(last=True))
        self._close()

    def _answer_waiting(self) -> None:
        """Answer the waiting requests, as many as possible now."""
        turns = _MOST_IN_TURN
        while turns and self._waiting and not (self._busy or self._full or self._closed):
            turns -= 1
            request = self._waiting.popleft()
            reply = self._responder.answer_now(request)
            if reply is None:
                self._busy = True
                Thread(target=self._run, args=(request,), daemon=True).start()
            elif reply.delay_seconds and not self._hurries:
                self._busy = True
                self._hold_back(request, reply)
            else:
                self._send(request, reply)
        if not turns:
            self._loop.call_soon(self._answer_waiting)
        if self._ending and not (self._waiting or self._busy or self._closed):
            self._close()
        elif self._has_enough():
            self._transport.pause_reading()
        elif not self._closed:
            self._transport.resume_reading()
        self._note_stage()

    def _has_enough(self) -> bool:
        """Return whether so many requests wait that no more are read."""
        if not self._waiting:
            return False
        size = sum(len(request.body) for request in self._waiting)
        return len(self._waiting) > _MOST_WAITING or size > self._limits.other_body_bytes

    def _note_stage(self) -> None:
        """Remember when the present stage began; with every request and response it is another."""
        stage = (self._busy, self._full, self._closed, self._lingers, *self._reader.stage)
        if stage != self._stage:
            self._stage, self.since = stage, self._loop.time()

    def _run(self, request: HttpRequest) -> None:
        reply = self._responder.answer_blocking(request)
        try:
            self._loop.call_soon_threadsafe(self._hold_back, request, reply)
        except RuntimeError:
            return  # the server has ended without waiting for this request

    def _hold_back(self, request: HttpRequest, reply: Reply) -> None:
        """Send a response after its delay, in which the loop serves other connections."""
        if reply.delay_seconds and not (self._hurries or self._closed):
            held = self._slow = _HeldBack(request, reply)
            held.timer = self._loop.call_later(reply.delay_seconds, self._release, held)
            held.wake = partial(self._release_soon, held)
            if reply.over is not None:
                reply.over.tell(held.wake)
        else:
            self._finish_request(request, reply)

    def _release_soon(self, held: _HeldBack) -> None:
        """Send a response because its profile has ended; any thread may call this."""
        with suppress(RuntimeError):  # the server has ended
            self._loop.call_soon_threadsafe(self._release, held)

    def _release(self, held: _HeldBack) -> None:
        """Send a response that is held back, unless that has happened."""
        if held is self._slow:
            held.cancel()
            self._finish_request(held.request, held.reply)

    def _finish_request(self, request: HttpRequest, reply: Reply) -> None:
        self._busy, self._slow = False, None
        if not self._closed:
            self._send(request, reply)
            self._answer_waiting()

    def _send(self, request: HttpRequest, reply: Reply) -> None:
        if reply.broken_off:
            self._transport.write(reply.before_break())
            self._close()
            return
        last = not request.keep_alive or (self._ending and not self._waiting)
        self._transport.write(reply.render(head_only=request.method == "HEAD", last=last))
        if not last:
            return
        if request.refusal is not None and not self._ending:
            self._linger()
        else:
            self._close()

    def _linger(self) -> None:
        """Send no more, and drop what the client still sends until it has read the response."""
        self._closed = self._lingers = True
        self._waiting.clear()
        self._transport.resume_reading()
        if self._transport.can_write_eof():
            self._transport.write_eof()

    def _close(self) -> None:
        self._closed = True
        self._waiting.clear()
        self._transport.close()
