"""The call log: recent calls with caller and refusal, without secrets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, HttpAnswer, answer
from harness.emulator.stores.call_log import KEPT_CALLS, LoggedCall
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, START, Person

Send = Callable[..., HttpAnswer]


@pytest.fixture
def send(engine: Engine) -> Send:
    """Send one request as it comes over HTTP; a string is sent as a body that need not be JSON."""

    def carry(operation: str, body: Any = None, **members: Any) -> HttpAnswer:
        raw = body.encode() if isinstance(body, str) else json.dumps(members).encode()
        return answer(engine, TARGET_PREFIX + operation, raw, Caller())

    return carry


def newest(engine: Engine) -> LoggedCall:
    """Return the call that ended last."""
    return engine.call_log.newest(1)[0]


def test_call_is_logged_with_pool_and_user(engine: Engine, send: Send, pool_id: str) -> None:
    """A successful call is logged with its pool, user and time."""
    given = send("AdminCreateUser", UserPoolId=pool_id, Username="alice")
    assert given.status == 200
    call = newest(engine)
    assert (call.operation, call.pool_id, call.username) == ("AdminCreateUser", pool_id, "alice")
    assert (call.status, call.code, call.text, call.at) == (200, "", "", START)
    assert call.milliseconds > 0


def test_refusal_is_logged_with_code_and_message(
    engine: Engine,
    send: Send,
    pool_id: str,
    client: dict[str, Any],
    confirmed_user: Callable[..., Person],
) -> None:
    """The client leads to the pool, and the error is the one that was returned."""
    confirmed_user(pool_id, client)
    send(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": OTHER_PASSWORD},
    )
    call = newest(engine)
    assert (call.pool_id, call.username, call.status) == (pool_id, "alice", 400)
    assert (call.code, call.text) == ("NotAuthorizedException", "Incorrect username or password.")


def test_access_token_names_the_user(
    engine: Engine,
    send: Send,
    pool_id: str,
    client: dict[str, Any],
    confirmed_user: Callable[..., Person],
    access_token: Callable[[Person], str],
) -> None:
    """A call with only an access token is logged for its user."""
    token = access_token(confirmed_user(pool_id, client))
    send("GetUser", AccessToken=token)
    assert (newest(engine).pool_id, newest(engine).username) == (pool_id, "alice")


def test_session_names_the_user(
    engine: Engine,
    send: Send,
    make_pool: Callable[..., str],
    make_client: Callable[..., dict[str, Any]],
    confirmed_user: Callable[..., Person],
) -> None:
    """A call with only a session is logged for the user who signs in with it."""
    pool = make_pool(mfa="ON")
    client = make_client(pool)
    confirmed_user(pool, client)
    given = send(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
    )
    send("AssociateSoftwareToken", Session=json.loads(given.body)["Session"])
    call = newest(engine)
    assert (call.status, call.pool_id, call.username) == (200, pool, "alice")


def test_secret_is_not_logged(engine: Engine, send: Send, client: dict[str, Any]) -> None:
    """An error that quotes a code is logged without it."""
    names = {"ClientId": client["ClientId"], "Username": "bob"}
    given = send("ConfirmSignUp", **names, ConfirmationCode="12345 6")
    assert b"12345 6" in given.body
    assert "12345 6" not in newest(engine).text
    assert "confirmationCode" in newest(engine).text


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "[" * 900 + "]" * 900, '{"Username": {"a": 1}, "Session": []}']
)
@pytest.mark.parametrize("operation", ["SignUp", "NoSuchThing"])
def test_invalid_request_is_logged(engine: Engine, send: Send, operation: str, body: str) -> None:
    """A request refused before it is parsed is logged with its refusal."""
    given = send(operation, body)
    call = newest(engine)
    assert (call.status, call.operation) == (given.status, operation)
    assert call.code in given.body.decode()
    assert (call.pool_id, call.username) == (None, None)


def test_failure_of_the_emulator_is_logged(
    engine: Engine, send: Send, pool_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call at which the emulator fails is logged, and the exception propagates."""
    monkeypatch.setattr(engine, "call", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send("DescribeUserPool", UserPoolId=pool_id)
    assert (newest(engine).status, newest(engine).code) == (500, "InternalErrorException")


def test_only_the_newest_calls_are_kept(engine: Engine, send: Send) -> None:
    """The log is bounded and lists the newest first; a reset empties it."""
    for _ in range(KEPT_CALLS + 5):
        send("ListUserPools", MaxResults=1)
    calls = engine.call_log.newest(10 * KEPT_CALLS)
    assert [call.number for call in calls] == list(range(KEPT_CALLS + 5, 5, -1))
    assert len(engine.call_log.newest(3)) == 3
    engine.reset()
    assert engine.call_log.newest(3) == []


def test_long_names_are_cut(engine: Engine, send: Send, pool_id: str) -> None:
    """A long username is cut, so the log does not fill the memory."""
    send("AdminGetUser", UserPoolId=pool_id, Username="n" * 100_000)
    assert len(newest(engine).username or "") <= 128
    assert len(newest(engine).text) <= 500


def test_failing_watcher_is_removed(engine: Engine, send: Send) -> None:
    """The call succeeds, other watchers get it, and the failing one is tried once."""
    told: list[LoggedCall] = []
    tried: list[LoggedCall] = []

    def broken(call: LoggedCall) -> None:
        tried.append(call)
        raise BrokenPipeError

    engine.call_log.watch(broken)
    engine.call_log.watch(told.append)
    for _ in range(2):
        assert send("ListUserPools", MaxResults=1).status == 200
    assert (len(tried), len(told)) == (1, 2)


def test_every_call_is_counted_by_its_outcome(
    engine: Engine, send: Send, client: dict[str, Any]
) -> None:
    """Calls that the log has dropped are still counted, until it is cleared."""
    engine.call_log.clear()
    for number in range(KEPT_CALLS + 1):
        send("SignUp", ClientId=client["ClientId"], Username=f"u{number}", Password=PASSWORD)
    send("SignUp", ClientId=client["ClientId"], Username="u1", Password=PASSWORD)
    counted = engine.call_log.counts()
    assert counted == {"SignUp": {"success": KEPT_CALLS + 1, "UsernameExistsException": 1}}
    engine.call_log.clear()
    assert engine.call_log.counts() == {}


def test_unknown_names_are_counted_together(engine: Engine, send: Send) -> None:
    """A client that calls thousands of names takes neither memory nor the counts of real calls."""
    engine.call_log.clear()
    for number in range(2_100):
        send(f"Name{number}")
    send("ListUserPools", MaxResults=1)
    assert engine.call_log.counts() == {
        "ListUserPools": {"success": 1},
        "unknown": {"UnknownOperationException": 2_100},
    }
