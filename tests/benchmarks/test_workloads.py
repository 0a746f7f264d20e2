"""Tests that the timed actions really happen and count correctly."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest

from benchmarks import in_process, soak, throughput
from benchmarks.calls import make_pool, sign_in_by_password, sign_in_by_srp
from benchmarks.connection import Connection, RefusedError
from benchmarks.floor import recorded, server_floor
from benchmarks.growth import largest_ratio
from benchmarks.peers import PEERS
from benchmarks.processes import Service
from benchmarks.throughput import WORKLOADS, Ready, Workload
from harness.emulator.server import EmulatorServer

HARNESS = next(peer for peer in PEERS if peer.name == "harness")
MOTO = next(peer for peer in PEERS if peer.name == "moto")


@pytest.fixture
def service() -> Iterator[Service]:
    """A served emulator in this process."""
    with EmulatorServer() as server:
        yield Service("harness", os.getpid(), int(server.url.rpartition(":")[2]), 0.0)


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_every_workload_runs(service: Service, workload: Workload) -> None:
    """The harness can run every workload, and its calls are counted."""

    async def run() -> throughput.Rate | None:
        ready = await throughput.make_ready(HARNESS, service)
        return await throughput.rate(ready, workload, clients=2, seconds=0.05)

    found = asyncio.run(run())
    assert found is not None
    assert found.per_second > 0


def test_an_impossible_workload_has_no_figure(service: Service) -> None:
    """A service that accepts any proof is not asked for sign-ins by SRP."""

    async def run() -> list[str]:
        connection = Connection("127.0.0.1", service.port)
        ready = Ready(MOTO, service, await make_pool(connection, 1))
        connection.close()
        return [load.name for load in WORKLOADS if ready.pool_for(load) is None]

    assert asyncio.run(run()) == ["USER_SRP_AUTH", "USER_SRP_AUTH with device", "full flow"]


def test_a_refusal_stops_the_run(service: Service) -> None:
    """A refused sign-in ends the run instead of being counted."""

    async def run() -> None:
        connection = Connection("127.0.0.1", service.port)
        pool = await make_pool(connection, 1)
        pool.users = ["someone-else"]
        try:
            await sign_in_by_password(connection, pool)
        finally:
            connection.close()

    with pytest.raises(RefusedError, match="UserNotFoundException"):
        asyncio.run(run())


def test_the_floor_matches_the_server(service: Service) -> None:
    """A sign-in by SRP has three exponentiations and two signatures on the server."""

    async def run() -> tuple[int, int]:
        connection = Connection("127.0.0.1", service.port)
        pool = await make_pool(connection, 1)
        await sign_in_by_srp(connection, pool)  # Computes the verifier and the keys once.
        with recorded() as work:
            await sign_in_by_srp(connection, pool)
        connection.close()
        return len(work.powers), len(work.signatures)

    powers, signatures = asyncio.run(run())
    # The client in the same process has two of its own: g^a, and that of S. It remembers g^x.
    assert powers - 2 == 3
    assert signatures == 2


def test_the_floor_grows_with_the_proofs() -> None:
    """Two proofs cost more than one, and signatures add to the cost."""
    assert server_floor(2, 0) > server_floor(1, 0) > 0
    assert server_floor(0, 2) > 0


def test_the_flow_is_measured_with_its_parts() -> None:
    """The flow takes longer than its exponentiations, and has as many calls as it says."""
    found = in_process.full_flow(1)
    assert found["flow_ms"] > found["floor_ms"] > 0
    assert found["boto3_ms"] > 0
    assert found["calls"] == 16


def test_mixed_load_loses_nothing(service: Service) -> None:
    """All users exist afterwards, and every action ran."""
    found = asyncio.run(soak.soak(service, clients=2, seconds=1.5))
    assert found["users_after"] == found["users_before"]
    assert len(found["done"]) >= 3


def test_growth_is_the_largest_ratio() -> None:
    """A single call that grows decides."""
    found = {"100": {"a": 1.0, "b": 2.0}, "1000": {"a": 1.1, "b": 5.0}}
    assert largest_ratio(found) == 2.5
