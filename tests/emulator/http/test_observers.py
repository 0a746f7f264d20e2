"""Observers of the engine: they see each request with its response, and change neither."""

from __future__ import annotations

import json

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, Exchange, answer
from tests.emulator.support.walker import new_engine

BODY = json.dumps({"PoolName": "pool"}).encode()


@pytest.fixture
def engine() -> Engine:
    """An engine of its own."""
    return new_engine()


@pytest.fixture
def seen(engine: Engine) -> list[Exchange]:
    """What an observer has seen."""
    found: list[Exchange] = []
    engine.observers.append(found.append)
    return found


def test_a_call_is_seen_whole(engine: Engine, seen: list[Exchange]) -> None:
    """The observer gets operation, request, caller and the response that the client gets."""
    caller = Caller(user_agent="app/1")
    response = answer(engine, f"{TARGET_PREFIX}CreateUserPool", BODY, caller)
    (exchange,) = seen
    assert (exchange.operation, exchange.body) == ("CreateUserPool", BODY)
    assert exchange.caller is caller
    assert exchange.response is response
    assert exchange.at == pytest.approx(engine.clock.time(), abs=5)
    assert exchange.seconds >= 0


@pytest.mark.parametrize(
    ("target", "body", "profile", "status"),
    [
        (f"{TARGET_PREFIX}CreateUserPool", b"{", None, 400),
        (f"{TARGET_PREFIX}Nothing", BODY, None, 400),
        ("", b"", None, 400),
        (f"{TARGET_PREFIX}CreateUserPool", BODY, "throttle:1", 400),
        (f"{TARGET_PREFIX}CreateUserPool", BODY, "unavailable:1", 503),
        (f"{TARGET_PREFIX}CreateUserPool", BODY, "cut:1", 200),
    ],
)
def test_refusals_and_faults_are_seen(
    engine: Engine,
    seen: list[Exchange],
    target: str,
    body: bytes,
    profile: str | None,
    status: int,
) -> None:
    """Whatever a client sends and whatever comes back, the observer sees it once."""
    engine.faults.set_profile(profile)
    response = answer(engine, target, body, Caller())
    assert [exchange.response for exchange in seen] == [response]
    assert response.status == status


def test_secrets_are_in_no_repr(engine: Engine, seen: list[Exchange]) -> None:
    """An exchange does not show what was sent and answered."""
    answer(engine, f"{TARGET_PREFIX}CreateUserPool", BODY, Caller())
    assert "pool" not in repr(seen[0]).replace("CreateUserPool", "")
