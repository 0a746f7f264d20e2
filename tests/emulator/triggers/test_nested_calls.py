"""Handlers that call the emulator themselves, and many callers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread
from typing import Any

import boto3
import pytest

from harness.emulator import Emulator, Triggers, install, uninstall
from harness.emulator.api.request import Request, afterwards, current_request, under_way
from harness.emulator.core.locks import PoolLock
from harness.emulator.refusals import Refusal
from harness.emulator.server import EmulatorServer
from tests.emulator.support.custom import answer, begin
from tests.emulator.support.expect import PASSWORD, pairs
from tests.emulator.support.handlers import Quiz, Recorder, engine_with
from tests.emulator.support.walker import new_client, new_pool, new_walker

SECONDS = 20


def sign_up(cognito: Any) -> dict[str, Any]:
    """Make a pool and a client, and sign up by boto3."""
    pool = cognito.create_user_pool(PoolName="app", AutoVerifiedAttributes=["email"])["UserPool"]
    app = cognito.create_user_pool_client(UserPoolId=pool["Id"], ClientName="web")
    answer: dict[str, Any] = cognito.sign_up(
        ClientId=app["UserPoolClient"]["ClientId"],
        Username="alice",
        Password=PASSWORD,
        UserAttributes=pairs(email="alice@example.com"),
    )
    return answer


def looking_around(clients: list[Any], seen: list[Any]) -> Any:
    """A PreSignUp handler that asks the pool who is there, and makes somebody else."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        cognito, pool_id = clients[0], event["userPoolId"]
        seen.append(cognito.list_users(UserPoolId=pool_id)["Users"])
        if event["triggerSource"] == "PreSignUp_SignUp":
            cognito.admin_create_user(UserPoolId=pool_id, Username="guardian")
        event["response"]["autoConfirmUser"] = True
        return event

    return handler


class TestOwnCalls:
    """A handler may call the very pool that it runs for."""

    def test_in_process(self) -> None:
        """By boto3 in the same thread."""
        clients: list[Any] = []
        seen: list[Any] = []
        handler = looking_around(clients, seen)
        with Emulator(triggers=Triggers(pre_sign_up=handler)) as emulator:
            clients.append(boto3.client("cognito-idp", region_name="us-east-1"))
            assert sign_up(clients[0])["UserConfirmed"] is True
        assert seen == [[], []]
        assert emulator.trigger_failures == []

    def test_over_http(self) -> None:
        """By boto3 over HTTP, where another thread answers while the first one waits."""
        clients: list[Any] = []
        seen: list[Any] = []
        handler = looking_around(clients, seen)
        emulator = Emulator(mock=False, triggers=Triggers(pre_sign_up=handler))
        with EmulatorServer(emulator=emulator) as server:
            clients.append(
                boto3.client(
                    "cognito-idp",
                    region_name="us-east-1",
                    endpoint_url=server.url,
                    aws_access_key_id="x",
                    aws_secret_access_key="x",
                )
            )
            assert sign_up(clients[0])["UserConfirmed"] is True
        assert seen == [[], []]

    def test_in_another_thread(self) -> None:
        """By a thread of the handler's own, which it waits for."""

        def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
            with ThreadPoolExecutor(1) as threads:
                shown = threads.submit(walker.administer, "AdminGetUser").result(SECONDS)
            assert shown["Username"] == "alice"
            return event

        engine = engine_with(post_authentication=handler)
        walker = new_walker(engine)
        walker.by_password()
        assert engine.triggers.failures == []

    def test_a_name_that_the_handler_takes(self) -> None:
        """Who is made by PreSignUp itself has the name first."""

        def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
            if event["triggerSource"] == "PreSignUp_SignUp":
                params = {"UserPoolId": event["userPoolId"], "Username": event["userName"]}
                engine.call("AdminCreateUser", params)
            return event

        engine = engine_with(pre_sign_up=handler)
        with pytest.raises(Refusal, match="UsernameExistsException"):
            new_walker(engine)

    def test_installed(self) -> None:
        """``install`` takes triggers like ``Emulator``."""
        recorder = Recorder()
        emulator = install(triggers=Triggers(pre_sign_up=recorder))
        try:
            new_walker(emulator.engine)
        finally:
            uninstall()
        assert len(recorder.events) == 1

    def test_metadata_of_the_innermost_call(self) -> None:
        """Events of a handler's own calls are about those calls, and the outer ones go on."""
        before, after = Recorder(), Recorder()

        def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
            if event["userName"] == "alice":
                params = {"UserPoolId": event["userPoolId"], "Username": "bob"}
                engine.call("AdminCreateUser", {**params, "ClientMetadata": {"by": "handler"}})
            return before(event, context)

        engine = engine_with(pre_sign_up=handler, custom_message=after)
        pool_id = new_pool(engine)
        params = {
            "ClientId": new_client(engine, pool_id)["ClientId"],
            "Username": "alice",
            "Password": PASSWORD,
            "UserAttributes": pairs(email="alice@example.com"),
            "ClientMetadata": {"by": "alice"},
        }
        engine.call("SignUp", params)
        told = {event["userName"]: event["request"]["clientMetadata"] for event in before.events}
        assert told == {"bob": {"by": "handler"}, "alice": {"by": "alice"}}
        assert after.requests[0]["clientMetadata"] == {"by": "alice"}


class TestManyCallers:
    """While a handler runs, others go on; what may happen once happens once."""

    def test_nobody_waits_for_a_handler(self) -> None:
        """Another user of the pool signs in while a handler takes its time."""
        started, go_on = Event(), Event()

        def slow(event: dict[str, Any], context: Any) -> dict[str, Any]:
            if event["userName"] == "alice":
                started.set()
                assert go_on.wait(SECONDS)
            return event

        engine = engine_with(pre_authentication=slow)
        alice = new_walker(engine)
        bob = new_walker(engine, username="bob", pool_id=alice.user_pool_id)
        with ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(alice.by_password)
            assert started.wait(SECONDS)
            assert "AuthenticationResult" in bob.by_password()
            go_on.set()
            assert "AuthenticationResult" in waiting.result(SECONDS)

    def test_one_answer_to_a_custom_challenge(self) -> None:
        """Of several answers by one session one is judged."""
        quiz = Quiz("one")
        walker = new_walker(engine_with(**quiz.triggers()))
        challenge, barrier = begin(walker), Barrier(4)

        def attempt(_: int) -> str:
            barrier.wait(SECONDS)
            try:
                answer(walker, challenge, "one")
            except Refusal as refusal:
                return refusal.code
            return "tokens"

        with ThreadPoolExecutor(4) as threads:
            outcomes = sorted(threads.map(attempt, range(4)))
        assert outcomes == [*["NotAuthorizedException"] * 3, "tokens"]
        assert len(quiz.verified) == 1

    def test_one_user_of_a_name(self) -> None:
        """Of several sign-ups that PreSignUp held up together one gets the name."""
        barrier = Barrier(4)

        def together(event: dict[str, Any], context: Any) -> dict[str, Any]:
            barrier.wait(SECONDS)
            return event

        engine = engine_with(pre_sign_up=together)
        pool_id = new_pool(engine)
        client = new_client(engine, pool_id)

        def attempt(_: int) -> str:
            try:
                new_walker(engine, pool_id=pool_id, client=client, confirmed=False)
            except Refusal as refusal:
                return refusal.code
            return "made"

        with ThreadPoolExecutor(4) as threads:
            outcomes = sorted(threads.map(attempt, range(4)))
        assert outcomes == [*["UsernameExistsException"] * 3, "made"]


class TestLock:
    """The pool's lock can be laid down, from any depth."""

    def free(self, lock: PoolLock, seconds: float = SECONDS) -> bool:
        """Whether another thread gets the lock in that time."""

        def take() -> None:
            with lock:
                pass

        thread = Thread(target=take, daemon=True)
        thread.start()
        thread.join(seconds)
        return not thread.is_alive()

    def test_released_and_taken_again(self) -> None:
        """Inside the block it is free, behind it held as deeply as before."""
        lock = PoolLock()
        with lock, lock:
            with lock.released():
                assert self.free(lock)
                with lock, lock.released():
                    assert self.free(lock)
            assert not self.free(lock, 0.05)
        assert self.free(lock)

    def test_released_by_who_has_not_got_it(self) -> None:
        """Without the lock there is nothing to lay down, and another's stays his."""
        lock = PoolLock()
        with lock.released():
            assert self.free(lock)

        def lay_down() -> bool:
            with lock.released():
                return True

        with lock, ThreadPoolExecutor(1) as threads:
            assert threads.submit(lay_down).result(SECONDS)

    def test_taken_again_after_an_error(self) -> None:
        """An error inside the block leaves the lock held behind it."""
        lock = PoolLock()
        with lock:
            with pytest.raises(ValueError, match="x"), lock.released():
                raise ValueError("x")
            assert not self.free(lock, 0.05)
        assert self.free(lock)


class TestCallUnderWay:
    """What is put off is done when its own call has ended, however it ended."""

    def test_after_success_and_error(self) -> None:
        """In order, once, and outside of the call."""
        done: list[object] = []

        def outer() -> None:
            with under_way(Request("Outer", {})):
                afterwards(lambda: done.append(current_request()))
                with under_way(Request("Inner", {})):
                    afterwards(lambda: done.append("inner"))
                assert done == ["inner"]
                raise ValueError("x")

        with pytest.raises(ValueError, match="x"):
            outer()
        assert done == ["inner", None]

    def test_without_a_call(self) -> None:
        """Outside of all calls it is done at once."""
        done: list[int] = []
        afterwards(lambda: done.append(1))
        assert done == [1]
