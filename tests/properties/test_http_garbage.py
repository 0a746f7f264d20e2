"""Tests that the server responds to any bytes without a 500, and keeps running.

The requests are not even valid HTTP: methods, paths, headers, lengths and bodies are combined at
random. They aim at Cognito's protocol, the control surface, the documents of a pool, and moto.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from random import Random
from urllib.parse import urlparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.emulator.http.wire import TARGET_PREFIX
from harness.emulator.server import EmulatorServer
from tests.properties.odd_http import ODD_BODIES, ODD_HEADERS, ODD_LENGTHS, ODD_METHODS, ODD_PATHS
from tests.properties.profiles import share

RESET = b"HTTP/1.1 499 reset"
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatorServer]:
    """A served emulator that must not have failed at any request when it stops."""
    with EmulatorServer() as running:
        yield running


def exchange(server: EmulatorServer, request: bytes) -> bytes:
    """Send bytes, close the sending side, and return the whole response.

    A server need not read what it refuses. The system may then drop the response together with the
    rest of the request; ``RESET`` stands for that.
    """
    address = urlparse(server.url)
    assert address.port is not None
    answer = b""
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65_536):
                answer += piece
        except TimeoutError:
            raise
        except OSError:
            return answer or RESET
    return answer


def statuses(answer: bytes) -> list[int]:
    """Return the final status of a response, and those of requests that the rest was taken for."""
    return [int(found) for found in _STATUS.findall(answer) if found != b"100"]


def thrown_together(seed: int) -> bytes:
    """Make a request of odd parts."""
    random = Random(seed)
    method = random.choice(ODD_METHODS)
    path, body = random.choice(ODD_PATHS), random.choice(ODD_BODIES)
    headers = random.sample(ODD_HEADERS, random.randint(0, 5))
    if random.random() < 0.5:
        target = random.choice(("SignUp", "InitiateAuth", "ListUserPools", "CreateUserPool"))
        headers.insert(0, ("X-Amz-Target", TARGET_PREFIX + target))
    length = random.choice(ODD_LENGTHS)
    if length is not None:
        headers.append(("Content-Length", length.replace("right", str(len(body)))))
    lines = [f"{method} {path} HTTP/1.{random.randint(0, 1)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body


def test_requests_of_odd_parts(server: EmulatorServer) -> None:
    """Every combination of odd parts gets a response, and the response is not a 500."""

    @share(12)
    @given(st.integers(0, 2**64 - 1).map(thrown_together))
    def run(request: bytes) -> None:
        found = statuses(exchange(server, request))
        assert found
        assert max(found) < 500

    run()
    assert not server.failures


#: Requests that once made the server fail or hang.
ONCE_FAILED = {
    "length-is-no-number": b"POST /_harness/reset HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    "length-is-negative": b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n{}",
    "length-is-a-lie": b"POST /_harness/clock HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n{}",
    "chunk-without-end": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"9" * 5_000,
    "coding-unknown": b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + b"9" * 99,
    "not-compressed": (
        b"POST / HTTP/1.1\r\nX-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\n"
        b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"
    ),
    "region-unknown": (
        b"POST / HTTP/1.1\r\nX-Amz-Target: AWSCognitoIdentityProviderService.ListUserPools\r\n"
        b"Authorization: AWS4-HMAC-SHA256 Credential=A/1/mars-1/cognito-idp/aws4_request\r\n\r\n"
    ),
    "region-missing": (
        b"POST / HTTP/1.1\r\nX-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\n"
        b"Authorization: AWS4-HMAC-SHA256\r\n\r\n"
    ),
    "no-target": (
        b"OPTIONS / HTTP/1.1\r\n"
        b"Authorization: AWS4-HMAC-SHA256 Credential=A/1/us-east-1/cognito-idp/aws4_request\r\n\r\n"
    ),
    "no-service": b"PATCH /%ff%fe HTTP/1.1\r\n\r\n",
    "path-is-no-url": b"GET //[ HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("request_", ONCE_FAILED.values(), ids=ONCE_FAILED)
def test_requests_that_once_failed(server: EmulatorServer, request_: bytes) -> None:
    """Each of them is refused as a bad request."""
    found = statuses(exchange(server, request_))
    assert found
    assert 400 <= min(found) <= max(found) < 500
    assert not server.failures


def test_a_chunked_body_is_read(server: EmulatorServer) -> None:
    """The server understands clients that do not know the length in advance."""
    answer = exchange(
        server,
        b"POST / HTTP/1.1\r\nX-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    )
    assert b"2 validation errors detected" in answer


def test_a_response_to_head_has_no_body(server: EmulatorServer) -> None:
    """HEAD gives the length of the body without the body."""
    answer = exchange(server, b"HEAD /_harness/health HTTP/1.1\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Length: " in head
    assert body == b""
