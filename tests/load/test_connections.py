"""Connections of a lean client: kept open, never used twice for one request, and their failures."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trustme
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
    SSLError,
)

from harness.errors import ConfigurationError
from harness.load.connections import Endpoint, HttpConnections

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_REQUEST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def listening(
    serve: Callable[[socket.socket], None], closed: threading.Event | None = None
) -> Iterator[str]:
    """Serve each connection with a function, one after the other, and yield the URL.

    Args:
        serve: what to do with a connection, which is closed after it.
        closed: is set after a connection was closed.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    ending = threading.Event()

    def accept() -> None:
        while not ending.is_set():
            connection, _ = listener.accept()
            with connection:
                if not ending.is_set():
                    serve(connection)
            if closed is not None:
                closed.set()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    port = listener.getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        ending.set()
        socket.create_connection(("127.0.0.1", port)).close()
        thread.join()
        listener.close()


@contextmanager
def connected(url: str) -> Iterator[HttpConnections]:
    """Yield connections to a URL, and close them."""
    connections = HttpConnections(Endpoint.of(url))
    try:
        yield connections
    finally:
        connections.close()


class TestKeepAlive:
    """One connection serves many requests, as long as the service keeps it."""

    def test_a_connection_is_used_again(self) -> None:
        """Three requests need one connection."""
        opened: list[int] = []

        def serve(connection: socket.socket) -> None:
            opened.append(1)
            while connection.recv(4096):
                connection.sendall(_OK)

        with listening(serve) as url, connected(url) as connections:
            assert [connections.exchange(_REQUEST).body for _ in range(3)] == [b"ok"] * 3
            connections.close()
        assert len(opened) == 1

    def test_a_connection_that_was_closed_meanwhile_is_replaced(self) -> None:
        """The service may close an idle connection; no request is lost with it."""
        served: list[bytes] = []
        closed = threading.Event()

        def serve(connection: socket.socket) -> None:
            served.append(connection.recv(4096))
            connection.sendall(_OK)

        with listening(serve, closed) as url, connected(url) as connections:
            for _ in range(3):
                assert connections.exchange(_REQUEST).status_code == 200
                assert closed.wait(20)
                closed.clear()
        assert served == [_REQUEST] * 3

    def test_the_service_can_ask_to_close(self) -> None:
        """After Connection: close, the next request opens another connection."""
        closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        served: list[bytes] = []

        def serve(connection: socket.socket) -> None:
            served.append(connection.recv(4096))
            connection.sendall(closing)
            connection.recv(1)

        with listening(serve) as url, connected(url) as connections:
            assert connections.exchange(_REQUEST).headers["connection"] == "close"
            assert connections.exchange(_REQUEST).status_code == 200
        assert len(served) == 2

    def test_an_interim_response_is_not_the_response(self) -> None:
        """A 103 in front of a 200 is passed over."""

        def serve(connection: socket.socket) -> None:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + _OK)

        with listening(serve) as url, connected(url) as connections:
            assert connections.exchange(_REQUEST).status_code == 200


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority that nobody trusts unless told."""
    return trustme.CA()


@contextmanager
def serving_tls(authority: trustme.CA) -> Iterator[str]:
    """Serve over TLS with a certificate of an authority, and yield the URL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def serve(connection: socket.socket) -> None:
        # A client that trusts nobody ends the handshake.
        with suppress(OSError), context.wrap_socket(connection, server_side=True) as encrypted:
            while encrypted.recv(4096):
                encrypted.sendall(_OK)

    with listening(serve) as url:
        yield url.replace("http:", "https:")


def test_tls_with_an_authority_of_its_own(authority: trustme.CA, tmp_path: Path) -> None:
    """The file of certificates that AWS_CA_BUNDLE names is trusted."""
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(bundle)
    with serving_tls(authority) as url:
        connections = HttpConnections(Endpoint.of(url), str(bundle))
        assert [connections.exchange(_REQUEST).body for _ in range(2)] == [b"ok"] * 2
        connections.close()


class TestFailures:
    """Without a response, the error is one of botocore's, as with a boto3 client."""

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (b"", ConnectionClosedError),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", ConnectionClosedError),
            (b"no HTTP at all\r\n\r\n", HTTPClientError),
        ],
    )
    def test_a_request_is_sent_once(self, answer: bytes, error: type[BotoCoreError]) -> None:
        """A connection that breaks before its response is an error, and no reason to send again."""
        served: list[bytes] = []

        def serve(connection: socket.socket) -> None:
            served.append(connection.recv(4096))
            connection.sendall(answer)

        with (
            listening(serve) as url,
            connected(url) as connections,
            pytest.raises(error),
        ):
            connections.exchange(_REQUEST)
        assert len(served) == 1

    def test_nobody_listens(self) -> None:
        """A refused connection names the endpoint."""
        with socket.create_server(("127.0.0.1", 0)) as unused:
            url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with connected(url) as connections, pytest.raises(EndpointConnectionError, match=url):
            connections.exchange(_REQUEST)

    def test_a_certificate_of_a_stranger(self, authority: trustme.CA) -> None:
        """A certificate of an authority that is not trusted is an error of TLS."""
        with serving_tls(authority) as url:
            connections = HttpConnections(Endpoint.of(url))
            with pytest.raises(SSLError):
                connections.exchange(_REQUEST)

    def test_no_tls_on_the_other_side(self) -> None:
        """A service without TLS is an error of TLS."""

        def serve(connection: socket.socket) -> None:
            connection.recv(4096)
            connection.sendall(_OK)

        with (
            listening(serve) as url,
            connected(url.replace("http:", "https:")) as connections,
            pytest.raises(SSLError),
        ):
            connections.exchange(_REQUEST)


class TestEndpoints:
    """What a URL says about connections and requests."""

    @pytest.mark.parametrize(
        ("url", "host", "port", "header"),
        [
            ("http://127.0.0.1:5000", "127.0.0.1", 5000, "127.0.0.1:5000"),
            ("http://[::1]:5000/x", "::1", 5000, "[::1]:5000"),
            ("https://cognito-idp.eu-west-1.amazonaws.com", None, 443, None),
            ("http://localhost", "localhost", 80, "localhost"),
        ],
    )
    def test_urls(self, url: str, host: str | None, port: int, header: str | None) -> None:
        """The port is the scheme's unless it is given, and Host leaves that one out."""
        found = Endpoint.of(url)
        assert (found.host, found.port) == (host or found.host, port)
        assert found.host_header == (header or found.host)

    @pytest.mark.parametrize("url", ["", "127.0.0.1:5000", "ftp://x", "http://", "http://x:y"])
    def test_what_is_no_url_is_refused(self, url: str) -> None:
        """The message says what was given and what it must be like."""
        with pytest.raises(ConfigurationError, match=r"must be like http://127.0.0.1:5000"):
            Endpoint.of(url)
