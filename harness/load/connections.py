"""Keep-alive HTTP connections under gevent, which send a request once and never again.

geventhttpclient, which Locust brings, does more than this needs: one call of it takes up to twice
the processor time.
"""

from __future__ import annotations

import select
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httptools
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
    SSLError,
)
from gevent import monkey, socket
from gevent import ssl as gevent_ssl

from harness.errors import ConfigurationError

__all__ = ["Endpoint", "HttpConnections", "HttpResponse"]

# The limits of the targets' boto3 clients.
_CONNECT_SECONDS = 10.0
_READ_SECONDS = 60.0
_BLOCK = 65536


@dataclass(frozen=True)
class Endpoint:
    """Where the service listens.

    Attributes:
        url: the URL as the user gave it.
        host: name or address to connect to.
        port: port to connect to.
        path: path of every request.
        tls: whether the connection is encrypted.
    """

    url: str
    host: str
    port: int
    path: str
    tls: bool

    @classmethod
    def of(cls, url: str) -> Endpoint:
        """Return the endpoint of a URL.

        Raises:
            ConfigurationError: it is not a URL with http or https and a host.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigurationError(
                "endpoint URL", given=url, hint="it must be like http://127.0.0.1:5000"
            )
        tls = parts.scheme == "https"
        return cls(url, parts.hostname, port or (443 if tls else 80), parts.path or "/", tls)

    @property
    def host_header(self) -> str:
        """The value of the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"


class HttpResponse:
    """One HTTP response: status, headers with lower-case names, body."""

    __slots__ = ("body", "headers", "keep", "status_code")

    def __init__(self) -> None:
        self.status_code = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.keep = True


class HttpConnections:
    """The open connections of this process to one endpoint; any number of greenlets share them.

    Args:
        endpoint: where to connect to.
        ca_bundle: file of the certificates to trust; by default those that botocore trusts.
    """

    def __init__(self, endpoint: Endpoint, ca_bundle: str | None = None) -> None:
        self._endpoint = endpoint
        self._context = _tls_context(ca_bundle) if endpoint.tls else None
        self._idle: deque[_Connection] = deque()

    def exchange(self, request: bytes) -> HttpResponse:
        """Send the bytes of one request and return the response.

        Raises:
            botocore.exceptions.BotoCoreError: there is no response; the subclass tells why, as for
                a boto3 client.
        """
        connection = self._take()
        try:
            response = connection.exchange(request)
        except BaseException as error:
            connection.close()
            if isinstance(error, OSError | EOFError | httptools.HttpParserError):
                raise _read_failure(error, self._endpoint) from error
            raise
        if response.keep:
            self._idle.append(connection)
        else:
            connection.close()
        return response

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> _Connection:
        # The newest first: the service has closed it least likely.
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open():
                return connection
            connection.close()
        try:
            return _Connection(self._endpoint, self._context)
        except OSError as error:
            raise _connect_failure(error, self._endpoint) from error


class _Connection:
    """One connection, and the parser that calls the methods ``on_…``."""

    def __init__(self, endpoint: Endpoint, context: ssl.SSLContext | None) -> None:
        self._socket = socket.create_connection((endpoint.host, endpoint.port), _CONNECT_SECONDS)
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if context is not None:
                self._socket = context.wrap_socket(self._socket, server_hostname=endpoint.host)
        except BaseException:
            self._socket.close()
            raise
        self._socket.settimeout(_READ_SECONDS)
        self._has_input = _watch(self._socket.fileno())
        self._parser = httptools.HttpResponseParser(self)
        self._response = HttpResponse()
        self._parts: list[bytes] = []
        self._complete = False

    def is_open(self) -> bool:
        """Return whether the service has neither closed the connection nor sent anything."""
        return not self._has_input()

    def exchange(self, request: bytes) -> HttpResponse:
        self._response, self._parts, self._complete = HttpResponse(), [], False
        self._socket.sendall(request)
        while not self._complete:
            block = self._socket.recv(_BLOCK)
            if not block:
                raise EOFError("the service closed the connection")
            self._parser.feed_data(block)
        self._response.body = b"".join(self._parts)
        return self._response

    def close(self) -> None:
        self._socket.close()

    # --- Called by httptools ---------------------------------------------------------------------

    def on_header(self, name: bytes, value: bytes) -> None:
        self._response.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._response.status_code = self._parser.get_status_code()
        self._response.keep = self._parser.should_keep_alive()

    def on_body(self, body: bytes) -> None:
        self._parts.append(body)

    def on_message_complete(self) -> None:
        # A 100 or 103 is not the response yet.
        self._complete = self._response.status_code >= 200


def _watch(file: int) -> Callable[[], bool]:
    """Return what tells at once whether a socket has something to read."""
    # Locust replaces both with ones that let other greenlets run, which takes longer.
    if not hasattr(select, "poll"):  # Windows
        ready = monkey.get_original("select", "select")
        return lambda: bool(ready([file], [], [], 0)[0])
    poll = monkey.get_original("select", "poll")()
    poll.register(file, select.POLLIN)
    return lambda: bool(poll.poll(0))


def _tls_context(ca_bundle: str | None) -> ssl.SSLContext:
    from botocore.httpsession import get_cert_path

    context: ssl.SSLContext = gevent_ssl.create_default_context(
        cafile=ca_bundle or get_cert_path(True)
    )
    return context


def _connect_failure(error: OSError, endpoint: Endpoint) -> BotoCoreError:
    given: dict[str, Any] = {"endpoint_url": endpoint.url, "error": error}
    if isinstance(error, ssl.SSLError):
        return SSLError(**given)
    if isinstance(error, TimeoutError):
        return ConnectTimeoutError(**given)
    return EndpointConnectionError(**given)


def _read_failure(error: BaseException, endpoint: Endpoint) -> BotoCoreError:
    given: dict[str, Any] = {"endpoint_url": endpoint.url, "error": error}
    if isinstance(error, TimeoutError):
        return ReadTimeoutError(**given)
    if isinstance(error, OSError | EOFError):
        return ConnectionClosedError(**given)
    return HTTPClientError(error=error)
