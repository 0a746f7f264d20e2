"""Faults of a profile on the way of a call: what comes back, and what the call has done."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, HttpAnswer, answer
from harness.emulator.stores.quotas import RATES
from tests.emulator.support.walker import new_engine

POOL = {"PoolName": "pool"}


def send(
    engine: Engine, operation: str = "CreateUserPool", members: Any = None, target: str = ""
) -> HttpAnswer:
    """Send one signed request."""
    body = json.dumps(POOL if members is None else members).encode()
    return answer(engine, target or TARGET_PREFIX + operation, body, Caller())


def code_of(found: HttpAnswer) -> str:
    """Return the error code of a response."""
    return str(json.loads(found.body)["__type"])


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [("throttle", 400, "TooManyRequestsException"), ("internal", 500, "InternalErrorException")],
)
def test_an_error_of_cognito_is_in_its_form(
    engine: Engine, kind: str, status: int, code: str
) -> None:
    """Clients cannot tell it from the real one, and the call was not carried out."""
    engine.faults.set_profile(f"{kind}:1")
    found = send(engine)
    assert (found.status, code_of(found)) == (status, code)
    assert found.headers["x-amzn-ErrorType"] == f"{code}:"
    assert not engine.pools


def test_an_unavailable_service_knows_no_protocol(engine: Engine) -> None:
    """A bare 503 has neither Cognito's JSON nor its headers, and the call was not carried out."""
    engine.faults.set_profile("unavailable:1")
    found = send(engine)
    assert (found.status, found.headers) == (503, {"Content-Type": "text/html"})
    assert found.body.startswith(b"<html>")
    assert not engine.pools


@pytest.mark.parametrize(("kind", "end", "pools"), [("drop", "before", 0), ("cut", "within", 1)])
def test_a_connection_breaks_off_before_or_after_the_call(
    engine: Engine, kind: str, end: str, pools: int
) -> None:
    """A dropped request is not carried out; a response that is cut off was."""
    engine.faults.set_profile(f"{kind}:1")
    assert send(engine).broken_off == end
    assert len(engine.pools) == pools


def test_a_slow_answer_is_the_answer(engine: Engine) -> None:
    """Every response is held back, errors too, and is otherwise the same."""
    engine.faults.set_profile("slow:1:250")
    made, refused = send(engine), send(engine, "DescribeUserPool", {"UserPoolId": "us-east-1_x"})
    assert (made.status, made.delay_seconds) == (200, 0.25)
    assert (code_of(refused), refused.delay_seconds) == ("ResourceNotFoundException", 0.25)


def test_an_error_can_be_slow_too(engine: Engine) -> None:
    """Delays are drawn apart from errors."""
    engine.faults.set_profile("slow:1:250,throttle:1")
    found = send(engine)
    assert (found.status, found.delay_seconds) == (400, 0.25)


def test_operations_that_the_engine_lacks_are_struck(engine: Engine) -> None:
    """A profile for every operation also strikes those that moto carries out."""
    engine.faults.set_profile("throttle:1")
    assert send(engine, "ListIdentityProviders", {}).status == 400
    assert code_of(send(engine, "ListIdentityProviders", {})) == "TooManyRequestsException"


@pytest.mark.parametrize(
    "target", [TARGET_PREFIX, "Other.CreateUserPool", "CreateUserPool", "x" * 1_000]
)
def test_what_is_no_operation_is_not_struck(engine: Engine, target: str) -> None:
    """A call of nothing gets the same error as ever, and leaves no trace in the profile."""
    engine.faults.set_profile("throttle:1")
    assert code_of(send(engine, target=target)) == "UnknownOperationException"
    profile = engine.faults.profile
    assert profile is not None
    assert profile.calls == {}


def test_the_same_seed_and_calls_give_the_same_faults() -> None:
    """Two emulators with one seed strike the same calls in the same way."""

    def statuses() -> list[tuple[int, str, float]]:
        engine = new_engine(faults="throttle:0.2,internal:0.2,cut:0.2,drop:0.1,slow:0.5:0-100")
        found = [send(engine, "ListUserPools", {"MaxResults": 1}) for _ in range(200)]
        return [(one.status, one.broken_off, one.delay_seconds) for one in found]

    first = statuses()
    assert statuses() == first
    assert len(set(first)) > 50


def test_a_profile_can_be_turned_off(engine: Engine) -> None:
    """Without it, calls are carried out again."""
    engine.faults.set_profile("throttle:1")
    assert send(engine).status == 400
    engine.faults.set_profile(None)
    assert send(engine).status == 200


def test_a_reset_leaves_the_profile_on(engine: Engine) -> None:
    """It belongs to the settings of the emulator, not to what is in it."""
    engine.faults.set_profile("throttle:1")
    engine.reset()
    engine.faults.clear()
    assert send(engine).status == 400


def test_faults_and_quotas_are_told_apart() -> None:
    """A fault spends no quota; its counter and the call log say what a throttle was."""
    engine = new_engine(quotas=True, faults="throttle@ListUserPools:0.5,seed:1")
    listing = {"MaxResults": 1}
    statuses = [send(engine, "ListUserPools", listing).status for _ in range(60)]
    profile = engine.faults.profile
    assert profile is not None
    (rule,) = profile.rules
    assert statuses.count(200) == RATES["UserPoolRead"]
    texts = [call.text for call in engine.call_log.newest(60)]
    assert texts.count("fault profile: throttle") == rule.struck > 10
    assert texts.count("Rate exceeded") == 60 - rule.struck - RATES["UserPoolRead"] > 10


def test_the_call_log_shows_the_call_that_was_struck(engine: Engine) -> None:
    """It has the names of the request, and a status of 0 where nothing was sent."""
    engine.faults.set_profile("drop:1")
    send(engine, "SignUp", {"ClientId": "abc", "Username": "alice", "Password": "Secret-word-9"})
    (call,) = engine.call_log.newest(5)
    assert (call.operation, call.username, call.status) == ("SignUp", "alice", 0)
    assert (call.code, call.text) == ("ConnectionClosed", "fault profile: drop")


def test_a_body_that_is_not_json_is_struck(engine: Engine) -> None:
    """A fault comes before the request is read."""
    engine.faults.set_profile("internal:1")
    found = answer(engine, f"{TARGET_PREFIX}SignUp", b"{", Caller())
    assert code_of(found) == "InternalErrorException"
