"""The HTTP server of an emulator, in a thread of this process."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable
from functools import partial
from threading import Event, Thread
from types import TracebackType

from harness.clock import steady_seconds
from harness.emulator.embedded import Emulator
from harness.emulator.http.sources import AllowedSources
from harness.emulator.server.connection import Connections, HttpConnection
from harness.emulator.server.failures import Failures
from harness.emulator.server.limits import ServerLimits
from harness.emulator.server.outgoing import OutgoingHttp
from harness.emulator.server.routing import Routing
from harness.emulator.server.warm_up import warm_up
from harness.errors import ConfigurationError, HarnessError

#: How long a stop waits for requests that have arrived and are not answered yet.
PATIENCE_SECONDS = 10.0
#: What a server listens on to be reached by every address of its machine.
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})


class EmulatorServer:
    """A served emulator.

    Args:
        host: the address to listen on.
        port: the port to listen on; 0 picks a free one.
        emulator: the emulator to serve; by default the server makes its own.
        tls: makes the server speak HTTPS.
        limits: how much a client may send, how slowly, and how many may connect.
        allow_origins: origins of web pages, such as ``https://app.example``, that may call signed
            operations and moto's other services, as pages of this machine may.
        allow_hosts: names that clients call the server by, such as that of a container. Whoever
            can reach the server by such a name can also use the controls under ``/_harness/``.
        allow_outgoing_http: lets moto send requests to the URLs that clients give, such as those of
            SNS subscriptions. Without it, moto sends none from this process while the server runs.
        moto_on_demand: lets the server import moto when a request first needs it, so that it starts
            sooner and smaller. Only for a process that does nothing else: where other code uses
            moto as well, its clients would change from moto's Cognito to the emulator midway.
        cognito_only: answers Cognito's calls and the controls, and refuses what moto would answer.
            It changes nothing of moto in this process, so that other tests can use ``mock_aws``.

    Raises:
        ConfigurationError: ``allow_origins`` or ``allow_hosts`` has a text that is not one.

    Attributes:
        failures: the internal errors of the emulator, which `stop` reports.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        emulator: Emulator | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        limits: ServerLimits | None = None,
        allow_origins: Iterable[str] = (),
        allow_hosts: Iterable[str] = (),
        allow_outgoing_http: bool = False,
        moto_on_demand: bool = False,
        cognito_only: bool = False,
    ) -> None:
        self.host = host
        self._limits = limits or ServerLimits()
        self._sources = AllowedSources.parsed(allow_origins, allow_hosts)
        self.emulator = emulator or Emulator(mock=False)
        self._allow_outgoing_http = allow_outgoing_http
        self._moto_on_demand = moto_on_demand
        self._cognito_only = cognito_only
        self._port = port
        self._tls = tls
        self._scheme = "https" if tls else "http"
        self._running: _ServerThread | None = None
        self._named: str | None = None
        self.failures = Failures()

    @property
    def url(self) -> str:
        """The address of the server."""
        return self._url(self.host, self._running.port if self._running else self._port)

    def _url(self, host: str, port: int) -> str:
        return f"{self._scheme}://{f'[{host}]' if ':' in host else host}:{port}"

    def start(self) -> EmulatorServer:
        """Serve in a thread of this process; return when the port accepts connections.

        Raises:
            HarnessError: the server cannot listen on the port, or its thread cannot start.
            ConfigurationError: the issuer needs a public URL.
        """
        try:
            listener = _listen(self.host, self._port)
        except (OSError, OverflowError) as problem:
            raise HarnessError(
                f"cannot listen on {self.host}:{self._port}: {_reason(problem)}"
            ) from problem
        try:
            self._start(listener)
        except BaseException:
            listener.close()
            raise
        if self._blocks_moto:
            OutgoingHttp.block()
        warm_up()
        return self

    def _start(self, listener: socket.socket) -> None:
        self._name_address(listener.getsockname()[1])
        self._start_emulator()
        try:
            self._running = _ServerThread(
                self._routing(listener), listener, self._tls, self._limits
            )
        except BaseException:
            self.emulator.stop()
            raise

    def _name_address(self, port: int) -> None:
        """Tell the emulator the address that clients call, unless its settings have one.

        Where the server listens on every address, this machine's own is the only one that it knows.
        That is good enough for links, but not for an issuer, which everybody must call the same.
        """
        engine = self.emulator.engine
        if engine.settings.public_url is not None:
            return
        everywhere = self.host in _EVERYWHERE
        if everywhere and engine.settings.issuer == "server":
            hint = f"the issuer is the server's, and nobody can call {self.host}"
            raise ConfigurationError("--public-url, public_url", hint=hint)
        self._named = self._url("localhost" if everywhere else self.host, port)
        engine.public_url = self._named

    def stop(self) -> None:
        """Answer the requests that have arrived, stop and free the port.

        A second call does nothing.

        Raises:
            HarnessError: the emulator had an internal error while it served. Such a request was
                answered with InternalErrorException, which must not go unnoticed.
        """
        self._close()
        first, count = self.failures.take()
        if first is not None:
            raise HarnessError(
                f"the emulator had {count} internal error(s), the first was {type(first).__name__}"
            ) from first

    def __enter__(self) -> EmulatorServer:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.stop()
        else:
            self._close()

    @property
    def _blocks_moto(self) -> bool:
        # Beside a server of Cognito alone, moto is somebody else's.
        return not self._allow_outgoing_http and not self._cognito_only

    def _start_emulator(self) -> None:
        # moto binds its views when its application is made, so the emulator must start before.
        if self._cognito_only:
            self.emulator.start_alone()
        elif self._moto_on_demand:
            self.emulator.start_beside_moto()
        else:
            self.emulator.start()

    def _close(self) -> None:
        if self._running is None:
            return
        self._running.stop()
        self._running = None
        if self.emulator.engine.public_url == self._named:
            self.emulator.engine.public_url = self.emulator.engine.settings.public_url
        if self._blocks_moto:
            OutgoingHttp.unblock()
        self.emulator.stop()

    def _routing(self, listener: socket.socket) -> Routing:
        address = listener.getsockname()[:2]
        return Routing(
            self.emulator,
            self._scheme,
            address,
            self.failures,
            limits=self._limits,
            sources=self._sources,
            host=self.host,
        )


class _ServerThread:
    """A thread with an event loop that serves one listening socket."""

    def __init__(
        self,
        routing: Routing,
        listener: socket.socket,
        tls: ssl.SSLContext | None,
        limits: ServerLimits,
    ) -> None:
        self.port: int = listener.getsockname()[1]
        self._routing = routing
        self._listener = listener
        self._tls = tls
        self._limits = limits
        self._started = Event()
        self._thread = Thread(target=self._run, name="cognito-emulator", daemon=True)
        self._problems: list[BaseException] = []
        self._thread.start()
        self._started.wait()
        for problem in self._problems:
            self._thread.join()
            raise HarnessError(
                f"the server cannot start: {type(problem).__name__}: {problem}"
            ) from problem

    def stop(self) -> None:
        """Answer what has arrived, and end."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as problem:
            if self._started.is_set():
                raise
            self._problems.append(problem)
        finally:
            # The caller of start() waits for this event, also if the start failed.
            self._started.set()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        # By default time.monotonic(), which stands still or jumps when a test freezes the time.
        self._loop.time = steady_seconds  # type: ignore[method-assign]
        connections = Connections(self._limits)
        server = await self._loop.create_server(
            partial(HttpConnection, self._routing, connections),
            sock=self._listener,
            ssl=self._tls,
            ssl_handshake_timeout=self._limits.head_seconds if self._tls else None,
        )
        self._started.set()
        await self._stopping.wait()
        server.close()
        await connections.finish(PATIENCE_SECONDS)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def _reason(problem: Exception) -> str:
    text = (problem.strerror if isinstance(problem, OSError) else None) or str(problem)
    # socket.create_server repeats the address, which our message has already.
    return text.partition(" (while attempting")[0]
