"""Handlers that call the emulator themselves, and concurrent callers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import boto3
import pytest

from harness.emulator import Emulator, Triggers, install, uninstall
from harness.emulator.refusals import Refusal
from harness.emulator.server import EmulatorServer
from tests.emulator.support.custom_sign_in import answer, begin
from tests.emulator.support.expect import PASSWORD, pairs
from tests.emulator.support.trigger_handlers import Quiz, Recorder, engine_with
from tests.emulator.support.walker import new_client, new_pool, new_walker

SECONDS = 20


def sign_up(cognito: Any) -> dict[str, Any]:
    """Create a pool and a client, and sign up through boto3."""
    pool = cognito.create_user_pool(PoolName="app", AutoVerifiedAttributes=["email"])["UserPool"]
    app = cognito.create_user_pool_client(UserPoolId=pool["Id"], ClientName="web")
    answer: dict[str, Any] = cognito.sign_up(
        ClientId=app["UserPoolClient"]["ClientId"],
        Username="alice",
        Password=PASSWORD,
        UserAttributes=pairs(email="alice@example.com"),
    )
    return answer


def lists_and_creates_users(clients: list[Any], seen: list[Any]) -> Any:
    """Return a PreSignUp handler that lists the pool's users and creates another."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        cognito, pool_id = clients[0], event["userPoolId"]
        seen.append(cognito.list_users(UserPoolId=pool_id)["Users"])
        if event["triggerSource"] == "PreSignUp_SignUp":
            cognito.admin_create_user(UserPoolId=pool_id, Username="guardian")
        event["response"]["autoConfirmUser"] = True
        return event

    return handler


class TestOwnCalls:
    """A handler may call the pool that it runs for."""

    def test_handler_calls_in_process(self) -> None:
        """The handler calls through boto3 in the same thread."""
        clients: list[Any] = []
        seen: list[Any] = []
        handler = lists_and_creates_users(clients, seen)
        with Emulator(triggers=Triggers(pre_sign_up=handler)) as emulator:
            clients.append(boto3.client("cognito-idp", region_name="us-east-1"))
            assert sign_up(clients[0])["UserConfirmed"] is True
        assert seen == [[], []]
        assert emulator.trigger_failures == []

    def test_handler_calls_over_http(self) -> None:
        """The handler calls over HTTP, and another thread answers while the first one waits."""
        clients: list[Any] = []
        seen: list[Any] = []
        handler = lists_and_creates_users(clients, seen)
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

    def test_handler_calls_in_another_thread(self) -> None:
        """The handler waits for its own thread, which makes the call."""

        def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
            with ThreadPoolExecutor(1) as threads:
                shown = threads.submit(walker.administer, "AdminGetUser").result(SECONDS)
            assert shown["Username"] == "alice"
            return event

        engine = engine_with(post_authentication=handler)
        walker = new_walker(engine)
        walker.by_password()
        assert engine.triggers.failures == []

    def test_username_created_by_the_handler_is_taken(self) -> None:
        """If PreSignUp creates a user of the same name, the sign-up is refused."""

        def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
            if event["triggerSource"] == "PreSignUp_SignUp":
                params = {"UserPoolId": event["userPoolId"], "Username": event["userName"]}
                engine.call("AdminCreateUser", params)
            return event

        engine = engine_with(pre_sign_up=handler)
        with pytest.raises(Refusal, match="UsernameExistsException"):
            new_walker(engine)

    def test_install_takes_triggers(self) -> None:
        """``install`` takes triggers like ``Emulator``."""
        recorder = Recorder()
        emulator = install(triggers=Triggers(pre_sign_up=recorder))
        try:
            new_walker(emulator.engine)
        finally:
            uninstall()
        assert len(recorder.events) == 1

    def test_metadata_belongs_to_the_innermost_call(self) -> None:
        """Events of nested calls have their own metadata, and the outer call keeps its own."""
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
    """Other callers continue while a handler runs, and single-use operations succeed once."""

    def test_other_users_do_not_wait_for_a_handler(self) -> None:
        """Another user of the pool signs in while a handler runs."""
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

    def test_one_answer_to_a_custom_challenge_is_checked(self) -> None:
        """Of several answers with one session, one is checked."""
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

    def test_one_of_concurrent_sign_ups_gets_the_username(self) -> None:
        """Of several sign-ups that wait in PreSignUp, one gets the username."""
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
