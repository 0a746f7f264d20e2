"""Floods of bytes and connections neither fill the memory of a server nor keep it from others."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from harness.emulator.http.wire import TARGET_PREFIX
from tests.cli.processes import Serving, serving
from tests.emulator.support.connection import SIGNED, Connection, post, raw_post

MIB = 1_048_576
#: Three times the largest body that is allowed.
MOST_GROWTH = 192 * MIB
HEALTH = b"GET /_harness/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
COGNITO = f"X-Amz-Target: {TARGET_PREFIX}SignUp\r\nAuthorization: {SIGNED}\r\n".encode()
OTHER = SIGNED.replace("cognito-idp", "sqs")


@pytest.fixture(scope="module")
def served() -> Iterator[Serving]:
    """A server in a process of its own, which has loaded what it needs for other services."""
    with serving() as running:
        with Connection(running.url) as wire:
            wire.send(post("ListUserPools", {"MaxResults": 1}))
            assert wire.response()[0] == 200
            wire.send(post("ListQueues", {}, Authorization=OTHER, X_Amz_Target="AmazonSQS.x"))
            wire.response()
        yield running


@pytest.fixture
def url(served: Serving) -> Iterator[str]:
    """The address of the server, whose memory may not grow by half of a flood."""
    before = peak_bytes(served)
    yield served.url
    assert peak_bytes(served) - before < MOST_GROWTH
    assert is_served(served.url)


def peak_bytes(served: Serving) -> int:
    """Return the most memory that the server has used; 0 on systems that do not tell."""
    status = Path(f"/proc/{served.process.pid}/status")
    if not status.exists():
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    assert found is not None
    return int(found[1]) * 1_024


def is_served(url: str) -> bool:
    """Return whether a new client gets its responses."""
    with Connection(url) as wire:
        wire.send(HEALTH + post("ListUserPools", {"MaxResults": 1}))
        return [wire.response()[0] for _ in range(2)] == [200, 200]


def zeros(size: int) -> bytes:
    """Return gzip of so many MiB of zeros, made of one compressed MiB again and again."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = compressor.compress(bytes(MIB)) + compressor.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * size + b"\x03\0" + bytes(8)


@pytest.mark.parametrize(
    ("size", "headers"),
    [(900, {}), (1_024, {}), (1_024, {"Authorization": OTHER, "X_Amz_Target": "AmazonSQS.x"})],
    ids=["cognito-within-a-MiB", "cognito", "other-service"],
)
def test_gzip_of_a_gibibyte_is_refused(url: str, size: int, headers: dict[str, str]) -> None:
    """A small body that inflates to a gibibyte is status 413, and is not inflated."""
    with Connection(url) as wire:
        wire.send(raw_post("SignUp", zeros(size), Content_Encoding="gzip", **headers))
        assert wire.response()[0] == 413


def send_without_end(wire: Connection) -> None:
    """Send until the connection is cut off."""
    while True:
        wire.send(bytes(MIB))


@pytest.mark.parametrize("headers", [COGNITO, b""], ids=["cognito", "other-service"])
def test_announced_512_mb_are_refused_at_once(url: str, headers: bytes) -> None:
    """The head alone is refused; what the client sends nevertheless is dropped."""
    size = 512_000_000
    with Connection(url) as wire:
        wire.send(b"POST / HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n" % (headers, size))
        status, found, _ = wire.response()
        assert (status, found["connection"]) == (413, "close")
        assert wire.is_closed()
        with pytest.raises(ConnectionError):
            send_without_end(wire)


@pytest.mark.parametrize("headers", [COGNITO, b""], ids=["cognito", "other-service"])
def test_512_mb_in_chunks_are_refused_on_the_way(url: str, headers: bytes) -> None:
    """A body of unknown length is refused at the limit, long before its end."""
    chunk = b"%x\r\n" % MIB + bytes(MIB) + b"\r\n"
    sent = 0
    with Connection(url) as wire:
        wire.send(b"POST / HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\n" % headers)
        while sent < 512 and not wire.has_response():
            wire.send(chunk)
            sent += 1
        assert sent < 512
        status, found, _ = wire.response()
        assert (status, found["connection"]) == (413, "close")
        assert wire.is_closed()


def test_client_that_waits_for_100_continue_gets_413(url: str) -> None:
    """curl asks before it sends a long body, and does not send it then."""
    head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 512000000\r\n\r\n"
    with Connection(url) as wire:
        wire.send(head)
        assert wire.response()[0] == 413


def test_2000_half_open_heads_stop_nobody(url: str) -> None:
    """While clients open connections and do not finish their requests, others are served."""
    many = 2_000
    if not can_open(many + 200):
        pytest.skip("this process may not open so many files")
    with ExitStack() as opened:
        for number in range(many):
            wire = opened.enter_context(Connection(url))
            wire.send(HEALTH[:-2])
            if number % 500 == 0:
                assert is_served(url)
        assert is_served(url)


def test_500_pipelined_upgrades_are_answered(url: str) -> None:
    """Each request of a connection may offer an upgrade; each is answered as HTTP/1.1."""
    offer = HEALTH[:-2] + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    with Connection(url) as wire:
        wire.send(offer * 500)
        assert {wire.response()[0] for _ in range(500)} == {200}


def can_open(files: int) -> bool:
    """Raise this process's limit of open files if necessary, and return whether it is enough."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < files:
        if hard != resource.RLIM_INFINITY and hard < files:
            return False
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return True
