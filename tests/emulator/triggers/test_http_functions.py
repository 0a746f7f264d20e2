"""Functions behind Lambda's Invoke API, such as ``sam local start-lambda`` has it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Thread
from typing import Any

import pytest

from harness.clock import stopwatch
from harness.emulator.refusals import Refusal
from harness.emulator.triggers.invocation import MOST_BYTES
from harness.errors import ConfigurationError
from tests.emulator.support.expect import refused
from tests.emulator.support.lambda_endpoints import (
    Endpoint,
    error,
    runtime_interface_emulator,
    sam_local,
    saying,
    silent,
    trickling,
)
from tests.emulator.support.trigger_handlers import Event
from tests.emulator.support.walker import new_walker
from tests.emulator.triggers.test_lambda_functions import FUNCTION, UNEXPECTED, engine_of

INVALID, UNRECOGNISED = "InvalidLambdaResponseException", "Unrecognizable lambda output"
FAILED = "UserLambdaValidationException"
CONFIG = {"PreSignUp": f"{FUNCTION}Check"}
RIE_PATH = "/2015-03-31/functions/function/invocations"
TIMEOUT = "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function."


def confirm(event: Event) -> Event:
    """Confirm whoever signs up."""
    event["response"]["autoConfirmUser"] = True
    return event


def sign_up(url: str, key: str = "Check", **how: Any) -> Any:
    """Sign up in a pool whose PreSignUp is at an endpoint; return the status of the user."""
    engine = engine_of({key: url}, **how)
    try:
        walker = new_walker(engine, confirmed=False, LambdaConfig=CONFIG)
    finally:
        sign_up.failures = engine.triggers.failures  # type: ignore[attr-defined]
    return walker.administer("AdminGetUser")["UserStatus"]


def reason() -> str:
    """Return why the newest sign-up failed."""
    found: str = sign_up.failures[-1].reason  # type: ignore[attr-defined]
    return found


def test_function_of_sam_local_runs() -> None:
    """The request is one of Lambda's Invoke, to the function that LambdaConfig names."""
    with sam_local({"Check": confirm}) as endpoint:
        assert sign_up(endpoint.url) == "CONFIRMED"
    ((method, path, headers),) = endpoint.requests
    assert (method, path) == ("POST", "/2015-03-31/functions/Check/invocations")
    assert headers["x-amz-invocation-type"] == "RequestResponse"
    assert headers["content-type"] == "application/json"


def test_function_may_have_another_name_there() -> None:
    """`sam local` names functions by their logical ids, so a path can say which one it is."""
    with sam_local({"CheckFunction": confirm}) as endpoint:
        url = f"{endpoint.url}/2015-03-31/functions/CheckFunction/invocations"
        assert sign_up(url, f"{FUNCTION}Check") == "CONFIRMED"


def test_function_of_a_runtime_interface_emulator_runs() -> None:
    """A runtime interface emulator has one function, at one path."""
    with runtime_interface_emulator(confirm) as endpoint:
        assert sign_up(endpoint.url + RIE_PATH) == "CONFIRMED"


@pytest.mark.fact("A184")
@pytest.mark.parametrize("served", [sam_local, runtime_interface_emulator])
def test_error_of_the_function_reaches_the_caller(served: Any) -> None:
    """errorMessage does, with a header that marks it or without."""
    failing = lambda event: error("not today")  # noqa: E731 (two kinds of endpoint take it)
    given = {"Check": failing} if served is sam_local else failing
    path = "" if served is sam_local else RIE_PATH
    with served(given) as endpoint:
        with refused(FAILED, "PreSignUp failed with error not today."):
            sign_up(endpoint.url + path)
        assert len(endpoint.requests) == 1


@pytest.mark.fact("T002", "T003")
@pytest.mark.parametrize("hanging", [silent, trickling])
def test_endpoint_without_an_answer_is_tried_three_times(hanging: Any) -> None:
    """Cognito's text ends the wait, however slowly the endpoint sends."""
    with hanging() as endpoint:
        passed = stopwatch()
        with refused(UNEXPECTED, TIMEOUT):
            sign_up(endpoint.url, timeout=0.2)
        assert 0.6 <= passed() < 5
        assert len(endpoint.requests) == 3
    assert reason().endswith("did not answer in 0.2 s in 3 tries")


@pytest.mark.fact("T003")
def test_number_of_tries_can_be_set() -> None:
    """One try is one request."""
    with silent() as endpoint:
        with refused(UNEXPECTED, TIMEOUT):
            sign_up(endpoint.url, timeout=0.1, tries=1)
        assert len(endpoint.requests) == 1


@contextmanager
def closed() -> Iterator[Endpoint]:
    """Name an endpoint where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        yield Endpoint(f"http://127.0.0.1:{listener.getsockname()[1]}")


@contextmanager
def nonsense() -> Iterator[Endpoint]:
    """Serve what is no HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"\x00\xff nonsense\r\n\r\n")

        thread = Thread(target=answer, daemon=True)
        thread.start()
        yield Endpoint(url)
        thread.join()


@pytest.mark.parametrize(
    ("endpoint", "code", "words", "why"),
    [
        (closed(), UNEXPECTED, "ServiceException", "failed: ConnectionRefusedError"),
        (nonsense(), UNEXPECTED, "ServiceException", "failed: BadStatusLine"),
        (saying(500, b"{}"), UNEXPECTED, "ServiceException", "gave status 500"),
        (saying(302, b"", {"Location": "http://127.0.0.1:1/"}), UNEXPECTED, "Serv", "status 302"),
        (saying(404, b"no"), UNEXPECTED, "ResourceNotFoundException", "gave status 404"),
        (sam_local({}), UNEXPECTED, "ResourceNotFoundException", "gave status 404"),
        (
            saying(429, b"{}", {"x-amzn-errortype": "TooManyRequestsException:x"}),
            UNEXPECTED,
            "TooManyRequestsException",
            "gave status 429",
        ),
        (
            saying(400, b"{}", {"x-amzn-errortype": "<script>"}),
            UNEXPECTED,
            "ServiceException",
            "gave status 400",
        ),
        (saying(200, b""), INVALID, UNRECOGNISED, "returned no JSON"),
        (saying(200, b"[" * 100_000), INVALID, UNRECOGNISED, "returned no JSON"),
        (saying(200, b"\xff\xfe"), INVALID, UNRECOGNISED, "returned no JSON"),
        (saying(200, b"null"), INVALID, UNRECOGNISED, "did not return the event"),
        (
            saying(200, b" " * (MOST_BYTES + 2)),
            INVALID,
            UNRECOGNISED,
            f"returned more than {MOST_BYTES} bytes",
        ),
        (saying(200, b"7", {"X-Amz-Function-Error": "Unhandled"}), FAILED, "Unhandled.", "Unh"),
        (saying(200, b'{"errorMessage": 7, "errorType": "E"}'), FAILED, "Unhandled.", "Unh"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_failed_or_hostile_endpoint_is_cognitos_error(
    endpoint: AbstractContextManager[Endpoint], code: str, words: str, why: str
) -> None:
    """Whatever the endpoint sends, the caller gets an error of Cognito, and the reason is kept."""
    with endpoint as served, pytest.raises(Refusal) as caught:
        sign_up(served.url, timeout=5)
    assert caught.value.code == code
    assert words in caught.value.message
    assert why in reason()


def test_no_redirect_is_followed() -> None:
    """Requests go to no other address than the one that was given."""
    with sam_local({"Check": confirm}) as other:
        location = {"Location": f"{other.url}/2015-03-31/functions/Check/invocations"}
        with saying(307, b"", location) as endpoint, refused(UNEXPECTED):
            sign_up(endpoint.url)
    assert other.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "http://user:word@127.0.0.1:3001",
        "http://127.0.0.1:3001/?a=b",
        "http://127.0.0.1:3001/#here",
        "http://127.0.0.1:3001/functions/Check",
        "http://127.0.0.1:3001/a b/invocations",
        "http://[::1",
    ],
)
def test_unusable_url_is_one_line(url: str) -> None:
    """The message has the URL and what is allowed, and no password."""
    with pytest.raises(ConfigurationError, match="the handler of Check: cannot use") as caught:
        engine_of({"Check": url})
    assert "\n" not in str(caught.value)
    assert "user:word" not in str(caught.value)


def test_event_is_the_same_as_in_python() -> None:
    """The function gets the event that a handler gets, as JSON."""
    seen: list[Event] = []

    def look(event: Event) -> Event:
        seen.append(event)
        return event

    with sam_local({"Check": look}) as endpoint:
        sign_up(endpoint.url)
    engine = engine_of({"Check": lambda event, _: look(event)})
    new_walker(engine, confirmed=False, LambdaConfig=CONFIG)
    first, second = (json.dumps(event) for event in seen)
    assert first == second
