"""What a client may send is bounded, in size and in time, and each refusal says so."""

from __future__ import annotations

import gzip
import json
import ssl
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from harness.emulator.http.compression import inflate, inflates_beyond
from harness.emulator.http.wire import MOST_LEVELS
from harness.emulator.refusals import Refusal
from harness.emulator.server import EmulatorServer, ServerLimits
from harness.emulator.server import limits as limits_module
from harness.emulator.server.messages import HttpRequest, RequestReader
from harness.emulator.server.rest_of_aws import inflates_too_far
from harness.errors import ConfigurationError
from tests.emulator.support.connection import SIGNED, Connection, post, raw_post

SMALL = ServerLimits(head_bytes=1_000, cognito_body_bytes=100, other_body_bytes=1_000)
CHUNKED = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
HEALTH = b"GET /_harness/health HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatorServer]:
    """A served emulator that must not have failed at any request when it stops."""
    with EmulatorServer() as running:
        yield running


def statuses(data: bytes, step: int | None = None) -> list[int]:
    """Return the status of each request in bytes: 200, or that of its refusal."""
    reader = RequestReader("127.0.0.1", SMALL)
    found: list[HttpRequest] = []
    for start in range(0, len(data), step or len(data)):
        found += reader.feed(data[start : start + (step or len(data))])
    return [request.refusal.status if request.refusal else 200 for request in found]


def announced(size: int, *headers: str) -> bytes:
    """Return the head of a request with a body of this size."""
    lines = ["POST / HTTP/1.1", f"Content-Length: {size}", *headers, "", ""]
    return "\r\n".join(lines).encode()


def chunks(size: int, count: int) -> bytes:
    """Return chunks of a body, without the last one."""
    return (b"%x\r\n" % size + b"x" * size + b"\r\n") * count


class TestSizes:
    """The reader refuses what is too long, and reads nothing after it."""

    @pytest.mark.parametrize("step", [None, 1, 7])
    @pytest.mark.parametrize(
        "head",
        [
            b"GET /" + b"x" * 1_001 + b" HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nX: " + b"x" * 1_001 + b"\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"X: x\r\n" * 200 + b"\r\n",
        ],
        ids=["target", "header", "headers"],
    )
    def test_long_head_is_refused(self, head: bytes, step: int | None) -> None:
        """A first line and headers beyond the limit are status 431."""
        assert statuses(head + HEALTH, step) == [431]

    @pytest.mark.parametrize("begin", [b"", b"GET /", b"GET / HTTP/1.1\r\nX: "])
    def test_endless_head_is_refused(self, begin: bytes) -> None:
        """A head without end is refused soon after the limit."""
        assert statuses(begin + b"X" * 40_000) == [431 if begin else 400]

    def test_head_is_counted_for_each_request(self) -> None:
        """Many requests on one connection may be longer than one head."""
        assert statuses(HEALTH * 100) == [200] * 100

    @pytest.mark.parametrize(
        ("headers", "most"),
        [
            ([], 1_000),
            (["X-Amz-Target: AWSCognitoIdentityProviderService.SignUp"], 100),
            ([f"Authorization: {SIGNED}"], 100),
        ],
    )
    def test_long_body_is_refused_by_its_length(self, headers: list[str], most: int) -> None:
        """A body beyond the limit of its service is status 413 before any of it arrives."""
        assert statuses(announced(most, *headers) + b"x" * most + HEALTH) == [200, 200]
        assert statuses(announced(most + 1, *headers)) == [413]

    @pytest.mark.parametrize(
        "target",
        [
            b"/_harness/clock",
            b"/%5Fharness/clock",
            b"/%5f%68arness/clock",
            b"//_harness/clock",
            b"http://localhost/_harness/clock",
            b"HTTP://localhost:5000/%5Fharness/clock?a=b",
        ],
    )
    def test_control_requests_have_the_small_limit(self, target: bytes) -> None:
        """A control request has no longer body than a Cognito call, however it is addressed."""
        assert statuses(announced(101).replace(b" / ", b" " + target + b" ")) == [413]

    @pytest.mark.parametrize("target", [b"/bucket/_harness/", b"//[/", b"/_harness"])
    def test_other_targets_have_the_large_limit(self, target: bytes) -> None:
        """What is not for the controls may be longer; a target that is no URL harms nothing."""
        request = announced(101).replace(b" / ", b" " + target + b" ") + b"x" * 101
        assert statuses(request) == [200]

    @pytest.mark.parametrize("step", [None, 1, 7])
    def test_long_chunked_body_is_refused_on_the_way(self, step: int | None) -> None:
        """A body without announced length is refused when it goes beyond the limit."""
        assert statuses(CHUNKED + chunks(100, 10) + b"0\r\n\r\n", step) == [200]
        assert statuses(CHUNKED + chunks(100, 11), step) == [413]

    def test_chunks_of_one_byte_are_read(self) -> None:
        """A body may come in the smallest chunks."""
        assert statuses(CHUNKED + chunks(1, 1_000) + b"0\r\n\r\n", 64) == [200]

    @pytest.mark.parametrize("more", [b"1;" + b"x" * 2_000, b"0\r\nX: " + b"x" * 2_000])
    def test_endless_framing_is_refused(self, more: bytes) -> None:
        """Chunk extensions and trailers without end do not use unlimited memory."""
        assert statuses(CHUNKED + more, 100) == [413]

    @pytest.mark.parametrize("step", [None, 1_000])
    def test_500_pipelined_upgrades_are_read(self, step: int | None) -> None:
        """Each request of a connection may offer an upgrade."""
        offer = b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
        assert statuses(offer * 500, step) == [200] * 500


class TestCompression:
    """Compressed bodies are inflated up to a limit."""

    @pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 1_000_000])
    def test_body_up_to_the_limit_is_inflated(self, size: int) -> None:
        """The content is the same, in one member or several."""
        assert inflate(gzip.compress(b"a" * size), size) == b"a" * size
        members = gzip.compress(b"a" * size) + gzip.compress(b"b")
        assert inflate(members, size + 1) == b"a" * size + b"b"
        assert not inflates_beyond(members, size + 1)

    def test_body_beyond_the_limit_is_refused(self) -> None:
        """One byte more is status 413."""
        body = gzip.compress(b"a" * 100_000)
        with pytest.raises(Refusal) as caught:
            inflate(body, 99_999)
        assert caught.value.status == 413
        assert inflates_beyond(body, 99_999)

    @pytest.mark.parametrize("coding", ["deflate", "br", "gzip, gzip"])
    def test_other_codings_are_not_inflated(self, server: EmulatorServer, coding: str) -> None:
        """A body in another coding than gzip is not JSON."""
        body = zlib.compress(b"{}")
        with Connection(server) as wire:
            wire.send(raw_post("SignUp", body, Content_Encoding=coding))
            assert json.loads(wire.response()[2])["__type"] == "SerializationException"

    @pytest.mark.parametrize("body", [b"{}", b"\x1f\x8b", gzip.compress(b"{}", mtime=0)[:-1]])
    def test_body_of_another_kind_is_refused(self, body: bytes) -> None:
        """A body that is not gzip, or is cut off, does not match its header."""
        with pytest.raises(Refusal) as caught:
            inflate(body, 1_000)
        assert caught.value.code == "SerializationException"
        assert not inflates_beyond(body, 1_000)


class TestServiceThatInflates:
    """Only S3 keeps a compressed body; moto finds the service by the first credential."""

    S3 = "AWS4-HMAC-SHA256 Credential=A/20270115/us-east-1/s3/aws4_request"
    SQS = "AWS4-HMAC-SHA256 Credential=A/20270115/us-east-1/sqs/aws4_request"

    @pytest.mark.parametrize(
        ("authorization", "target", "expected"),
        [
            (S3, "/bucket/key", False),
            (f"{S3}, SignedHeaders=host, Signature=0", "/bucket/key", False),
            (S3.replace("/s3/", "/S3/"), "/bucket/key", False),
            (f"{SQS}, Credential=A/20270115/us-east-1/s3/aws4_request", "/", True),
            (f"{SQS} Credential=A/20270115/us-east-1/s3/aws4_request", "/", True),
            (f"{SQS}, {S3}", "/", True),
            ("Credential=A/20270115/us-east-1/s3/aws4_request", "/", True),
            (S3, "/v20180820/configuration", True),
            (S3, "/latest/meta-data/", True),
            (SQS, "/", True),
            ("", "/", True),
        ],
    )
    def test_only_s3_is_left_out(self, authorization: str, target: str, expected: bool) -> None:
        """Every other request is checked, whatever else its signature names."""
        headers = {"content-encoding": "gzip", "authorization": authorization}
        body = gzip.compress(b"a" * 1_001)
        assert inflates_too_far(HttpRequest("POST", target, headers, body), 1_000) is expected

    def test_a_second_credential_does_not_help(self) -> None:
        """A served emulator refuses the body before moto inflates it."""
        headers = {
            "Authorization": f"{self.SQS}, {self.S3}",
            "X-Amz-Target": "AmazonSQS.ListQueues",
            "Content-Encoding": "gzip",
        }
        with EmulatorServer(limits=SMALL) as server, Connection(server) as wire:
            wire.send(raw_post("", gzip.compress(b" " * 1_001), **headers))
            assert wire.response()[0] == 413


class TestLevels:
    """Deeply nested JSON is Cognito's SerializationException."""

    @pytest.mark.parametrize("levels", [MOST_LEVELS + 1, 950, 1_000, 5_000, 100_000])
    @pytest.mark.parametrize("member", ["Unknown", "ClientMetadata", "UserAttributes"])
    @pytest.mark.parametrize(("begin", "end"), [(b"[", b"]"), (b'{"a":', b"}")])
    def test_nested_body_is_refused(
        self, server: EmulatorServer, levels: int, member: str, begin: bytes, end: bytes
    ) -> None:
        """It is refused in every member, at every depth."""
        inner = begin * levels + b"1" + end * levels
        with Connection(server) as wire:
            wire.send(raw_post("SignUp", b'{"%s":%s}' % (member.encode(), inner)))
            status, _, body = wire.response()
        assert (status, json.loads(body)["__type"]) == (400, "SerializationException")

    def test_broad_body_is_read(self, server: EmulatorServer) -> None:
        """Many objects side by side are not nested."""
        attributes = [{"Name": "email", "Value": "a@example.com"}] * 100
        body = {"ClientId": "unknown", "Username": "a", "Password": "p"}
        with Connection(server) as wire:
            wire.send(post("SignUp", {**body, "UserAttributes": attributes}))
            assert json.loads(wire.response()[2])["__type"] != "SerializationException"
            nested: Any = 1
            for _ in range(MOST_LEVELS - 1):
                nested = [nested]
            wire.send(post("SignUp", {**body, "Unknown": nested}))
            assert json.loads(wire.response()[2])["__type"] != "SerializationException"


class TestPatience:
    """A connection does not wait forever for its client, and there are only so many."""

    def test_slow_head_and_slow_body_are_refused(self) -> None:
        """A request that does not arrive in time is status 408."""
        quick = ServerLimits(head_seconds=0.1, body_seconds=0.1)
        with EmulatorServer(limits=quick) as server:
            for part, sent in (("head", HEALTH[:20]), ("body", announced(9))):
                with Connection(server) as wire:
                    wire.send(sent)
                    status, headers, body = wire.response()
                    assert (status, headers["connection"]) == (408, "close")
                    assert part in json.loads(body)["message"]
                    assert wire.is_closed()

    def test_idle_connection_is_closed(self) -> None:
        """A connection without a request is closed without a word."""
        quick = ServerLimits(idle_seconds=0.1)
        with EmulatorServer(limits=quick) as server, Connection(server) as wire:
            wire.send(HEALTH)
            assert wire.response()[0] == 200
            assert wire.is_closed()

    def test_client_that_does_not_read_is_cut_off(self) -> None:
        """Responses that nobody reads do not stay in memory."""
        quick = ServerLimits(idle_seconds=0.1)
        with (
            EmulatorServer(limits=quick) as server,
            Connection(server, receive_bytes=4_096) as wire,
            pytest.raises(ConnectionError),
        ):
            wire.send(HEALTH * 200_000)

    def test_slow_tls_handshake_is_cut_off(self) -> None:
        """A client that connects and never speaks TLS is closed."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        quick = ServerLimits(head_seconds=0.1)
        with EmulatorServer(limits=quick, tls=context) as server, Connection(server) as wire:
            assert wire.is_closed()

    def test_connection_that_waits_longest_makes_room(self) -> None:
        """One connection too many closes the oldest that waits for its client."""
        few = ServerLimits(connections=2)
        with (
            EmulatorServer(limits=few) as server,
            Connection(server) as idle,
            Connection(server) as half,
        ):
            idle.send(HEALTH)
            assert idle.response()[0] == 200
            half.send(HEALTH + HEALTH[:20])
            assert half.response()[0] == 200
            with Connection(server) as third, Connection(server) as fourth:
                third.send(HEALTH)
                fourth.send(HEALTH)
                assert third.response()[0] == fourth.response()[0] == 200
                assert idle.is_closed()
                assert half.response()[0] == 408

    def test_files_of_the_system_bound_the_connections(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Half of the files that a process may open stay free."""
        monkeypatch.setattr(limits_module, "_open_files", lambda: 256)
        assert ServerLimits().most_connections() == 128
        assert ServerLimits(connections=9).most_connections() == 9


@pytest.mark.parametrize("name", ["head_bytes", "connections", "idle_seconds"])
@pytest.mark.parametrize("value", [0, -1, "1", None, True, float("nan"), float("inf")])
def test_limits_are_numbers_above_0(name: str, value: Any) -> None:
    """Any other value is refused in one line that names the limit."""
    with pytest.raises(ConfigurationError, match=rf"ServerLimits\({name}=\.\.\.\).*above 0"):
        ServerLimits(**{name: value})


def test_only_seconds_may_be_fractions() -> None:
    """Bytes and connections are whole numbers."""
    assert ServerLimits(head_seconds=0.5).head_seconds == 0.5
    with pytest.raises(ConfigurationError, match="whole number"):
        ServerLimits(head_bytes=0.5)  # type: ignore[arg-type]
