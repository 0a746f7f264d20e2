"""Bytes become requests however they are split; invalid HTTP is refused."""

from __future__ import annotations

import pytest

from harness.emulator.http.wire import HttpAnswer
from harness.emulator.server.messages import HttpRequest, Reply, RequestReader

CHUNKED = b"POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n"


def counted(length: str, body: bytes) -> bytes:
    """Return a request with a body of an announced length."""
    return b"POST /a?b=c HTTP/1.1\r\nContent-Length: " + length.encode() + b"\r\n\r\n" + body


def read(data: bytes, step: int | None = None) -> list[HttpRequest]:
    """Return the requests in bytes that arrive piece by piece and then end."""
    reader = RequestReader("127.0.0.1")
    size = step or len(data)
    found: list[HttpRequest] = []
    for start in range(0, len(data), size):
        found += reader.feed(data[start : start + size])
    return found + reader.end()


@pytest.mark.parametrize("step", [None, 1, 7])
@pytest.mark.parametrize(
    ("data", "body"),
    [
        (counted("2", b"{}"), b"{}"),
        (counted("0", b""), b""),
        (b"GET / HTTP/1.1\r\n\r\n", b""),
        (CHUNKED + b"2\r\n{}\r\n0\r\n\r\n", b"{}"),
        (CHUNKED + b"1;a=b\r\n{\r\n01\r\n}\r\n0\r\nTrailer: x\r\n\r\n", b"{}"),
        (CHUNKED + b"0\r\n\r\n", b""),
    ],
)
def test_request_is_read_however_it_is_split(data: bytes, body: bytes, step: int | None) -> None:
    """The request is the same in one piece and byte by byte."""
    (request,) = read(data, step)
    assert (request.body, request.refusal, request.keep_alive) == (body, None, True)
    assert request.peer == "127.0.0.1"


@pytest.mark.parametrize("step", [None, 1])
@pytest.mark.parametrize(
    "data",
    [
        counted("two", b"{}"),
        counted("-1", b"{}"),
        counted("1e3", b"{}"),
        counted("+2", b"{}"),
        counted("2,2", b"{}"),
        counted("9" * 20, b"{}"),
        counted("3", b"{}"),
        CHUNKED + b"zz\r\n",
        CHUNKED + b"-1\r\n",
        CHUNKED + b"2\r\n{}",
        CHUNKED,
        CHUNKED + b"2\r\n{}{}\r\n0\r\n\r\n",
        CHUNKED + b"9" * 5_000,
        CHUNKED + b"9" * 15 + b"\r\n{}",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
        b"GET / HTTP/1.1\r\nHost",
        b"post / HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT localhost:1 HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
    ],
)
def test_invalid_request_is_refused_once(data: bytes, step: int | None) -> None:
    """An invalid request is refused once, and nothing more is read from the connection."""
    (request,) = read(data, step)
    assert request.refusal is not None
    assert (request.refusal.code, request.refusal.status) == ("SerializationException", 400)
    assert not request.keep_alive


def test_consecutive_requests_are_read() -> None:
    """Bytes after a request are the next one; HTTP/1.0 and Connection: close end the reading."""
    found = read(counted("1", b"a") + counted("1", b"b") + b"GET / HTTP/1.0\r\n\r\n")
    assert [request.body for request in found] == [b"a", b"b", b""]
    assert [request.keep_alive for request in found] == [True, True, False]
    assert (found[0].method, found[0].target) == ("POST", "/a?b=c")
    assert found[0].address() == ("/a", "b=c", "")


def test_repeated_headers_are_joined() -> None:
    """Names become lower case, and values of one name are joined by commas."""
    (request,) = read(b"GET / HTTP/1.1\r\nX-A: 1\r\nx-a: 2\r\nY: \xe9\r\n\r\n")
    assert request.headers == {"x-a": "1,2", "y": "\xe9"}


@pytest.mark.parametrize("step", [None, 1])
def test_protocol_upgrade_offer_is_ignored(step: int | None) -> None:
    """Java's HttpClient offers HTTP/2 with every first request; it is read as HTTP/1.1."""
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n"
    head = b"POST / HTTP/1.1\r\n" + offer
    found = read(head + b"Content-Length: 2\r\n\r\n{}" + counted("1", b"b"), step)
    assert [request.body for request in found] == [b"{}", b"b"]
    assert found[0].headers["http2-settings"] == "AAA"
    assert found[0].refusal is None


def test_expect_100_is_answered_once() -> None:
    """A client that expects 100 gets it once, and not if it already sent the body."""
    head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    reader = RequestReader()
    reader.feed(head)
    assert reader.expects_continue()
    assert not reader.expects_continue()
    assert len(reader.feed(b"{}")) == 1
    reader.feed(head + b"{}")
    assert not reader.expects_continue()


def test_target_may_be_a_full_url() -> None:
    """The host of a full URL counts, as proxy clients send it (RFC 9112, 3.2.2)."""
    (request,) = read(b"GET http://x:1/a%20b?c HTTP/1.1\r\nHost: y\r\n\r\n")
    assert request.address() == ("/a b", "c", "x:1")


def test_no_repr_has_what_an_address_or_a_header_says() -> None:
    """Codes and tokens are in the addresses of managed login, and sessions in its cookies."""
    address = "/confirmUser?confirmation_code=secret"
    request = HttpRequest("GET", address, {"cookie": "cognito=secret"})
    answer = HttpAnswer(302, b"", {"Location": "/#id_token=secret"}, cookies=("cognito=secret",))
    assert "secret" not in repr([request, answer, Reply.of(answer)])
