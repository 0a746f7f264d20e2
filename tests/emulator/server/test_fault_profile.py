"""Faults of a profile over HTTP: raw clients and boto3 see them, and no other client waits."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.client import IncompleteRead, RemoteDisconnected
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlparse
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from harness.emulator import Emulator, EmulatorSettings, Triggers
from harness.emulator.http.wire import TARGET_PREFIX
from harness.emulator.server import EmulatorServer
from tests.emulator.support.connection import SECONDS, SIGNED, Connection, post
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.waiting import wait_for

LIST = {"MaxResults": 1}
#: Longer than any test may take.
FOREVER = "600000"


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """A served emulator without a profile."""
    with EmulatorServer() as running:
        yield running
        running.emulator.faults.set_profile(None)


def client_of(server: EmulatorServer) -> Any:
    """Return a boto3 client that never tries again."""
    return boto3.client(
        "cognito-idp",
        "us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}),
    )


def ask(server: EmulatorServer, operation: str, body: Any) -> Any:
    """Send one request with Python's own HTTP client, and return the response."""
    headers = {"X-Amz-Target": TARGET_PREFIX + operation, "Authorization": SIGNED}
    request = Request(server.url, json.dumps(body).encode(), headers)
    with urlopen(request, timeout=SECONDS) as answer:
        return json.load(answer)


class TestKinds:
    """What clients see of each kind."""

    @pytest.mark.parametrize(
        ("kind", "code", "status"),
        [
            ("throttle", "TooManyRequestsException", 400),
            ("internal", "InternalErrorException", 500),
            ("unavailable", "503", 503),
        ],
    )
    def test_an_error_reaches_boto3(
        self, server: EmulatorServer, kind: str, code: str, status: int
    ) -> None:
        """Errors of Cognito have their code; a bare 503 has its status in place of one."""
        server.emulator.faults.set_profile(f"{kind}:1")
        with pytest.raises(ClientError) as caught:
            client_of(server).list_user_pools(**LIST)
        assert caught.value.response["Error"]["Code"] == code
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status

    def test_a_dropped_connection_reaches_boto3(self, server: EmulatorServer) -> None:
        """boto3 raises the same error as in process."""
        server.emulator.faults.set_profile("drop:1")
        with pytest.raises(ConnectionClosedError):
            client_of(server).create_user_pool(PoolName="pool")
        assert not server.emulator.engine.pools

    def test_half_a_response_reaches_boto3(self, server: EmulatorServer) -> None:
        """boto3 makes of it what it makes of it in process: a success without members."""
        server.emulator.faults.set_profile("cut:1")
        assert set(client_of(server).create_user_pool(PoolName="pool")) == {"ResponseMetadata"}
        assert len(server.emulator.engine.pools) == 1

    @pytest.mark.parametrize(
        ("kind", "status", "kind_of_body"),
        [
            ("throttle", 400, "application/x-amz-json-1.1"),
            ("internal", 500, "application/x-amz-json-1.1"),
            ("unavailable", 503, "text/html"),
        ],
    )
    def test_an_error_reaches_a_raw_client(
        self, server: EmulatorServer, kind: str, status: int, kind_of_body: str
    ) -> None:
        """Errors have the form of the service, and a bare 503 that of a load balancer."""
        server.emulator.faults.set_profile(f"{kind}:1")
        with pytest.raises(HTTPError) as caught:
            ask(server, "ListUserPools", LIST)
        with caught.value as error:
            assert (error.code, error.headers["Content-Type"]) == (status, kind_of_body)
            assert ("x-amzn-RequestId" in error.headers) is (kind != "unavailable")

    def test_a_dropped_connection_reaches_a_raw_client(self, server: EmulatorServer) -> None:
        """Not one byte comes."""
        server.emulator.faults.set_profile("drop:1")
        with pytest.raises(RemoteDisconnected):
            ask(server, "ListUserPools", LIST)
        with Connection(server) as wire:
            wire.send(post("ListUserPools", LIST) * 3)
            assert wire.is_closed()

    def test_half_a_response_reaches_a_raw_client(self, server: EmulatorServer) -> None:
        """The head is whole, so that the client knows how much of the body is missing."""
        whole = json.dumps({"UserPools": []}, separators=(",", ":")).encode()
        server.emulator.faults.set_profile("cut:1")
        with pytest.raises(IncompleteRead) as caught:
            ask(server, "ListUserPools", LIST)
        assert caught.value.partial == whole[: len(whole) // 2]

    def test_the_next_connection_works(self, server: EmulatorServer) -> None:
        """A broken connection harms no other, and is no internal error of the emulator."""
        server.emulator.faults.set_profile("drop@ListUserPools:1")
        for _ in range(3):
            with pytest.raises(RemoteDisconnected):
                ask(server, "ListUserPools", LIST)
        assert ask(server, "CreateUserPool", {"PoolName": "pool"})
        assert not server.failures


class TestSlowAnswers:
    """A slow answer waits, and nothing else does."""

    def test_other_calls_do_not_wait(self, server: EmulatorServer) -> None:
        """While one response is held back, calls of other connections and controls are answered."""
        server.emulator.faults.set_profile(f"slow@CreateUserPool:1:{FOREVER}")
        with Connection(server) as slow, Connection(server) as other:
            slow.send(post("CreateUserPool", {"PoolName": "slow"}))
            # The call itself is carried out at once.
            wait_for(lambda: bool(ask(server, "ListUserPools", LIST)["UserPools"]))
            other.send(b"GET /_harness/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert other.response()[0] == 200
            assert not slow.has_response()

    def test_responses_keep_the_order_of_requests(self, server: EmulatorServer) -> None:
        """A request behind a slow answer on its own connection waits for it."""
        server.emulator.faults.set_profile("slow@CreateUserPool:1:20")
        with Connection(server) as wire:
            wire.send(post("CreateUserPool", {"PoolName": "slow"}) + post("ListUserPools", LIST))
            assert "UserPool" in json.loads(wire.response()[2])
            assert "UserPools" in json.loads(wire.response()[2])

    def test_calls_with_a_thread_of_their_own_are_slow_too(self) -> None:
        """A call that may run a handler is held back in the same way."""
        emulator = Emulator(mock=False, triggers=Triggers(pre_sign_up=lambda event, _: event))
        with EmulatorServer(emulator=emulator) as server, Connection(server) as slow:
            emulator.faults.set_profile(f"slow@CreateUserPool:1:{FOREVER}")
            slow.send(post("CreateUserPool", {"PoolName": "slow"}))
            wait_for(lambda: bool(ask(server, "ListUserPools", LIST)["UserPools"]))
            assert not slow.has_response()
            server.stop()
            assert slow.response()[0] == 200

    def test_a_stop_sends_what_is_held_back(self, server: EmulatorServer) -> None:
        """The server ends without waiting for the delay, and the client gets its response."""
        server.emulator.faults.set_profile(f"slow:1:{FOREVER}")
        with Connection(server) as slow, Connection(server) as pipelined:
            slow.send(post("CreateUserPool", {"PoolName": "slow"}))
            pipelined.send(post("CreateUserPool", {"PoolName": "slow"}) * 3)
            wait_for(lambda: len(server.emulator.engine.pools) == 2)
            server.stop()
            assert [slow.response()[0], slow.is_closed()] == [200, True]
            assert [pipelined.response()[0] for _ in range(3)] == [200, 200, 200]

    @pytest.mark.parametrize("following", [None, f"slow@CreateUserPool:1:{FOREVER}"])
    def test_the_end_of_a_profile_sends_what_it_holds_back(
        self, server: EmulatorServer, following: str | None
    ) -> None:
        """Turned off or replaced, it delays nothing any more; the next profile delays its own."""
        faults = server.emulator.faults
        faults.set_profile(f"slow:1:{FOREVER}")
        with Connection(server) as slow, Connection(server) as later:
            slow.send(post("CreateUserPool", {"PoolName": "slow"}))
            wait_for(lambda: bool(server.emulator.engine.pools))
            faults.set_profile(following)
            assert slow.response()[0] == 200
            later.send(post("CreateUserPool", {"PoolName": "later"}))
            wait_for(lambda: len(server.emulator.engine.pools) == 2)
            later.send(b"GET /_harness/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            if following is None:
                assert later.response()[0] == 200
            faults.set_profile(None)
            assert later.response()[0] == 200

    def test_a_client_that_goes_away_is_forgotten(self, server: EmulatorServer) -> None:
        """Nothing is sent to a closed connection, and the stop does not wait for it."""
        server.emulator.faults.set_profile(f"slow:1:{FOREVER}")
        with Connection(server) as slow:
            slow.send(post("CreateUserPool", {"PoolName": "slow"}))
            wait_for(lambda: bool(server.emulator.engine.pools))
        server.stop()
        assert not server.failures

    def test_a_client_that_sends_no_more_still_waits(self, server: EmulatorServer) -> None:
        """A client may close its half of the connection, and get the slow answer."""
        server.emulator.faults.set_profile("slow:1:20")
        address = urlparse(server.url)
        with socket.create_connection((address.hostname, address.port or 0), SECONDS) as wire:
            wire.sendall(post("ListUserPools", LIST))
            wire.shutdown(socket.SHUT_WR)
            with wire.makefile("rb") as received:
                assert received.read().startswith(b"HTTP/1.1 200 ")


def test_the_same_seed_gives_the_same_faults_over_http() -> None:
    """Two servers with one seed answer the same calls with the same statuses."""
    faults = "throttle:0.3,internal:0.2,drop:0.2"

    def statuses() -> list[int]:
        emulator = Emulator(mock=False, settings=EmulatorSettings(seed=5, faults=faults))
        found = []
        with EmulatorServer(emulator=emulator) as server:
            for _ in range(30):
                with Connection(server) as wire:
                    wire.send(post("ListUserPools", LIST))
                    found.append(0 if wire.ends_without_response() else wire.response()[0])
        return found

    first = statuses()
    assert statuses() == first
    assert set(first) == {0, 200, 400, 500}


def test_a_user_can_sign_up_through_faults(server: EmulatorServer) -> None:
    """A client with retries gets through, and the counters say what struck it."""
    pool = ask(server, "CreateUserPool", {"PoolName": "pool"})["UserPool"]["Id"]
    made = ask(server, "CreateUserPoolClient", {"UserPoolId": pool, "ClientName": "app"})
    server.emulator.faults.set_profile("throttle@SignUp:0.4,drop@SignUp:0.2,seed:3")
    members = {"ClientId": made["UserPoolClient"]["ClientId"], "Password": PASSWORD}
    failures = 0
    for number in range(12):
        for _attempt in range(50):
            try:
                ask(server, "SignUp", {**members, "Username": f"user{number}"})
                break
            except HTTPError as error:
                error.close()
                failures += 1
            except RemoteDisconnected:
                failures += 1
    profile = server.emulator.faults.profile
    assert profile is not None
    assert sum(rule.struck for rule in profile.rules) == failures > 0
    assert len(server.emulator.engine.pools[pool].users) == 12
