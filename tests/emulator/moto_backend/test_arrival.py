"""Faults of a profile in process: a boto3 client sees what it would see of a real service."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Empty, Queue
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from harness.emulator import Emulator, EmulatorSettings
from harness.emulator.api.request import Caller
from harness.emulator.http.wire import TARGET_PREFIX, HttpAnswer, answer
from harness.emulator.moto_backend import attachment
from harness.emulator.moto_backend.arrival import arrived
from harness.emulator.stores.fault_profile import FaultProfile, FaultRule
from tests.emulator.support.waiting import SECONDS, wait_for


def client_of_one_attempt(**config: Any) -> Any:
    """Return a boto3 client that never tries again."""
    return boto3.client(
        "cognito-idp",
        "us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}, **config),
    )


@pytest.fixture(params=["attached", "mocked"])
def started(request: pytest.FixtureRequest) -> Iterator[tuple[Emulator, Any]]:
    """An emulator and a client, both ways in which it works in process."""
    if request.param == "attached":
        emulator, client = Emulator(mock=False), client_of_one_attempt()
        emulator.attach(client)
        yield emulator, client
    else:
        with Emulator() as emulator:
            yield emulator, client_of_one_attempt()


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        ("throttle", "TooManyRequestsException", 400),
        ("internal", "InternalErrorException", 500),
        ("unavailable", "503", 503),
    ],
)
def test_errors_are_client_errors(
    started: tuple[Emulator, Any], kind: str, code: str, status: int
) -> None:
    """Errors of Cognito have their code; a bare 503 has its status in place of one."""
    emulator, client = started
    emulator.faults.set_profile(f"{kind}:1")
    with pytest.raises(ClientError) as caught:
        client.list_user_pools(MaxResults=1)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_dropped_connection_is_botocores_error(started: tuple[Emulator, Any]) -> None:
    """The client gets the error of a connection that closes, and nothing was carried out."""
    emulator, client = started
    emulator.faults.set_profile("drop:1")
    with pytest.raises(ConnectionClosedError, match=r"cognito-idp\.us-east-1\.amazonaws\.com"):
        client.create_user_pool(PoolName="pool")
    assert not emulator.engine.pools


def test_half_a_response_has_no_members(started: tuple[Emulator, Any]) -> None:
    """botocore takes what it cannot read for a success without members; the pool is there."""
    emulator, client = started
    emulator.faults.set_profile("cut:1")
    assert set(client.create_user_pool(PoolName="pool")) == {"ResponseMetadata"}
    assert len(emulator.engine.pools) == 1


def test_an_empty_body_breaks_off_before_it() -> None:
    """It has no half, so the client gets no response at all, as over HTTP."""
    cut = HttpAnswer(200, b"", broken_off="within")
    with pytest.raises(ConnectionClosedError):
        arrived(cut, "https://cognito-idp.us-east-1.amazonaws.com/")


def test_a_client_tries_again_after_a_broken_connection() -> None:
    """botocore's own retries work as with a real connection."""
    emulator = Emulator(mock=False)
    client = boto3.client(
        "cognito-idp", "us-east-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="x"
    )
    emulator.attach(client)
    emulator.faults.set_profile(f"drop:0.5,seed:{seed_that_drops_only_the_first_call()}")
    answer = client.list_user_pools(MaxResults=1)
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def seed_that_drops_only_the_first_call() -> int:
    """Return a seed with which one retry is enough."""
    for seed in range(100):
        rules = FaultProfile([FaultRule("drop", 0.5)], seed)
        if [bool(rules.strike("error", "ListUserPools")) for _ in range(2)] == [True, False]:
            return seed
    raise AssertionError("no seed does")


def test_a_slow_answer_does_not_delay_another_thread(started: tuple[Emulator, Any]) -> None:
    """While one call waits, others are carried out; turning the profile off ends the wait."""
    emulator, client = started
    emulator.faults.set_profile("slow@CreateUserPool:1:600000")
    answers: Queue[Any] = Queue()
    slow = Thread(target=lambda: answers.put(client.create_user_pool(PoolName="slow")))
    slow.start()
    try:
        wait_for(lambda: bool(emulator.engine.pools))
        # The pool is there before its answer is: the call itself has ended.
        found = client.list_user_pools(MaxResults=1)["UserPools"]
        client.update_user_pool(UserPoolId=found[0]["Id"], UserPoolTags={"other": "call"})
        with pytest.raises(Empty):
            answers.get_nowait()
    finally:
        emulator.faults.set_profile(None)
    assert answers.get(timeout=SECONDS)["UserPool"]["Id"] == found[0]["Id"]
    slow.join()


def test_waiting_calls_end_with_the_emulator() -> None:
    """A thread that waits for a slow answer gets it when the emulator stops."""
    emulator = Emulator(settings=EmulatorSettings(faults="slow:1:600000"))
    answers: Queue[Any] = Queue()
    with emulator:
        client = client_of_one_attempt()
        slow = Thread(target=lambda: answers.put(client.create_user_pool(PoolName="slow")))
        slow.start()
        wait_for(lambda: bool(emulator.engine.pools))
    assert answers.get(timeout=SECONDS)["UserPool"]["Name"] == "slow"
    slow.join()


@pytest.mark.parametrize("read_timeout", [0.01, None])
def test_an_attached_client_waits_no_longer_than_its_read_timeout(
    read_timeout: float | None,
) -> None:
    """It raises what it raises of a real service that is too slow; the call was carried out."""
    emulator, client = Emulator(mock=False), client_of_one_attempt(read_timeout=read_timeout)
    emulator.attach(client)
    emulator.faults.set_profile("slow:1:2000" if read_timeout else "slow:1:20")
    if read_timeout is None:
        client.create_user_pool(PoolName="pool")
    else:
        with pytest.raises(ReadTimeoutError, match=r"cognito-idp\.us-east-1\.amazonaws\.com"):
            client.create_user_pool(PoolName="pool")
    assert len(emulator.engine.pools) == 1


@pytest.mark.parametrize(
    ("before", "during"), [(None, "drop:1"), ("internal:0", "drop:1"), ("drop:1", None)]
)
def test_the_profile_that_drew_is_the_one_that_counts(
    before: str | None, during: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A profile that is set just before a call is drawn strikes it whole, and one that is gone not.

    The call is counted by the profile as struck, so that the client must see it.
    """
    emulator, client = Emulator(mock=False), client_of_one_attempt()
    emulator.attach(client)
    emulator.faults.set_profile(before)
    answered = attachment._answered

    def set_before_answer(*arguments: Any) -> HttpAnswer:
        emulator.faults.set_profile(during)
        return answered(*arguments)

    monkeypatch.setattr(attachment, "_answered", set_before_answer)
    if during is None:
        assert client.list_user_pools(MaxResults=1)["UserPools"] == []
    else:
        with pytest.raises(ConnectionClosedError):
            client.list_user_pools(MaxResults=1)


def test_an_answer_waits_for_the_profile_that_holds_it_back() -> None:
    """The end of the profile before does not end the wait, and its own end does."""
    emulator = Emulator(mock=False)
    emulator.faults.set_profile("slow:0:1")
    first = emulator.faults.in_force()
    emulator.faults.set_profile("slow:1:600000")
    held_back = answer(emulator.engine, f"{TARGET_PREFIX}ListUserPools", b"{}", Caller())
    assert first is not None
    assert first[1].wait(0)
    assert held_back.over is not None
    assert not held_back.over.wait(0)
    emulator.faults.let_go()
    assert held_back.over.wait(0)
