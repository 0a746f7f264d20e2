"""Proofs let the loop of gevent read what has come, and the loop's latency is measured."""

from __future__ import annotations

import socket as plain_socket
from collections.abc import Mapping

import gevent
from gevent import socket

from harness.load.loop_latency import LoopLatency, PoliteEngine
from harness.srp.client import DeviceVerifier
from harness.srp.engines import NativeEngine


class Listing:
    """An engine and an attempt that note each proof in a list."""

    name = "listing"
    public_hex = "a1"

    def __init__(self, heard: list[str]) -> None:
        self._heard = heard

    def start(self, secret: int | None = None) -> Listing:
        """Return itself as the attempt."""
        return self

    def user_claim(self, *_: str | Mapping[str, str]) -> str:
        """Note a proof of a user."""
        self._heard.append("proof")
        return "claim"

    device_claim = user_claim

    def device_verifier(self, device_group_key: str, device_key: str) -> tuple[str, DeviceVerifier]:
        """Note a new verifier."""
        self._heard.append("verifier")
        return "password", DeviceVerifier("salt", "verifier")


def test_a_response_is_read_between_two_proofs() -> None:
    """However many proofs are due, a response that has come is read after the first of them."""
    heard: list[str] = []
    ours, theirs = plain_socket.socketpair()
    reading = socket.socket(ours.family, ours.type, fileno=ours.detach())
    engine = PoliteEngine(Listing(heard))

    def read() -> None:
        reading.recv(1)
        heard.append("response")

    def prove() -> None:
        engine.start().user_claim("pool_x", "a", "b", {}, "now")

    with reading, theirs:
        reader = gevent.spawn(read)
        # The reader waits on its socket before anybody proves anything.
        gevent.idle()
        provers = [gevent.spawn(prove) for _ in range(100)]
        theirs.sendall(b"x")
        gevent.joinall([reader, *provers], timeout=10)
    assert heard.count("proof") == 100
    assert heard.index("response") <= 1


def test_proofs_are_those_of_the_engine() -> None:
    """The engine that waits its turn proves what the engine inside proves."""
    challenge = {"SALT": "0f", "SRP_B": "7", "SECRET_BLOCK": "AAAA"}
    plain, polite = NativeEngine(), PoliteEngine(NativeEngine())
    assert polite.name == plain.name
    one, other = plain.start(5), polite.start(5)
    assert one.public_hex == other.public_hex
    user = ("eu-west-1_Pool", "name", "password", challenge, "now")
    device = ("-group", "key", "password", challenge, "now")
    assert one.user_claim(*user) == other.user_claim(*user)
    assert one.device_claim(*device) == other.device_claim(*device)
    password, verifier = polite.device_verifier("-group", "key")
    assert password
    assert verifier.password_verifier


class TestLatency:
    """By how much the loop was late."""

    def test_percentiles(self) -> None:
        """A percentile is the least value that so many measurements do not exceed."""
        latency = LoopLatency()
        latency.add({1: 94, 20: 5, 300: 1})
        assert [latency.percentile(share) for share in (0.5, 0.95, 0.99, 1.0)] == [0.1, 2, 2, 30]

    def test_without_measurements(self) -> None:
        """Nothing measured is nothing late."""
        assert LoopLatency().percentile(1.0) == 0

    def test_measurements_are_sent_once(self) -> None:
        """What a worker has sent to its master is not sent again, and adds up there."""
        worker, master = LoopLatency(), LoopLatency()
        worker.counts[3] += 2
        for _ in range(2):
            master.add(worker.take())
        assert master.counts == {3: 2}

    def test_only_a_run_is_measured(self) -> None:
        """What was measured before the run is forgotten, and after its end nothing is added."""
        latency, after = LoopLatency(), LoopLatency()
        latency.counts[3] += 2
        latency.begin()
        assert not latency.counts
        while not latency.counts:
            gevent.sleep(0)
        latency.end()
        measured = latency.counts.copy()
        after.begin()
        while after.counts.total() < 3:
            gevent.sleep(0)
        after.end()
        assert latency.counts == measured

    def test_a_loop_that_is_held_is_late(self) -> None:
        """The greenlet that measures notices whoever holds the loop."""
        latency = LoopLatency()
        measuring = gevent.spawn(latency.measure)
        gevent.idle()
        engine = NativeEngine()
        while not latency.counts:
            for _ in range(40):
                engine.start()
            gevent.sleep(0)
        measuring.kill()
        assert sum(latency.counts.values()) > 0
