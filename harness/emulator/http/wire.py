"""Cognito's JSON protocol: turn a request body and its caller into status, headers and body.

moto's mock in the process and the server both call this module, so their responses are the same.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from harness.clock import stopwatch
from harness.emulator import refusals
from harness.emulator.api.dates import rounding_of
from harness.emulator.api.fast_validation import validate
from harness.emulator.api.service_model import is_operation, is_unsigned, operation_names
from harness.emulator.operations.table import OPERATIONS
from harness.emulator.refusals import Refusal

if TYPE_CHECKING:
    from harness.emulator.api.request import Caller
    from harness.emulator.engine import Engine
    from harness.emulator.stores.call_log import Entry
    from harness.emulator.stores.profile_end import ProfileEnd

TARGET_PREFIX = "AWSCognitoIdentityProviderService."
CONTENT_TYPE = "application/x-amz-json-1.1"
#: The headers of a response that a browser's script may read (A300).
EXPOSED_HEADERS = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"

#: Characters of a header. Error texts quote the request, and clients refuse lines of 64 kB.
_LONGEST_HEADER = 1_024


@dataclass
class HttpAnswer:
    """An HTTP response.

    Attributes:
        headers: the headers; that of a redirect to an app has a code or tokens.
        delay_seconds: how long the response is held back, in real time.
        broken_off: closes the connection: ``before`` the response, or ``within`` its body; empty
            for a response that arrives.
        over: comes when the profile ends that holds the response back, and ends the delay.
        cookies: the values of Set-Cookie, of which a response can have several.
        refused: what the call log says of a response that is no error of Cognito's API.
    """

    status: int
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    delay_seconds: float = 0.0
    broken_off: str = ""
    over: ProfileEnd | None = field(default=None, repr=False, compare=False)
    cookies: tuple[str, ...] = field(default=(), repr=False)
    refused: Refusal | None = field(default=None, repr=False, compare=False)


#: The most levels of lists and objects in a body. The service model has at most six, and how deep
#: Python can follow them depends on what calls it.
MOST_LEVELS = 64

#: What happens to a call that a fault profile does not let through: what the client gets, or what
#: the call log shows if that is no response of Cognito's.
_INSTEAD = {
    "throttle": refusals.rate_exceeded(),
    "internal": Refusal("InternalErrorException", "Internal error", 500),
    "unavailable": Refusal("ServiceUnavailable", "", 503),
    "drop": Refusal("ConnectionClosed", "", 0),
}
_REFUSING = frozenset({"throttle", "internal"})
_BROKEN_OFF = {"drop": "before", "cut": "within"}
#: The 503 of a load balancer in front of the service, which knows nothing of its protocol.
_BARE = b"<html><body><h1>503 Service Unavailable</h1></body></html>\n"
_BARE_HEADERS = {"Content-Type": "text/html"}


@dataclass(frozen=True)
class Exchange:
    """One request and its response, as an observer of the engine sees them, with their secrets.

    Attributes:
        operation: the name after the dot of X-Amz-Target; a client can send any text.
        body: the body of the request.
        at: when it began, in epoch seconds by the emulator's clock.
        seconds: how long it took, in real time.
    """

    operation: str
    body: bytes = field(repr=False)
    caller: Caller
    response: HttpAnswer
    at: float
    seconds: float


#: Carries out an operation that the engine does not have; returns ``None`` if it cannot either.
Fallback = Callable[[str, dict[str, Any]], HttpAnswer | None]


def answer(
    engine: Engine,
    target: str,
    body: bytes,
    caller: Caller,
    *,
    signed: bool = True,
    fallback: Fallback | None = None,
) -> HttpAnswer:
    """Carry out one request; a refusal becomes an error response.

    Args:
        engine: carries out the operation.
        target: the X-Amz-Target header.
        body: the body of the request.
        caller: who sends the request.
        signed: whether the request has AWS credentials at all (A302).
        fallback: carries out the operations that the engine does not have.
    """
    if not engine.observers:
        return _answer_or_fault(engine, target, body, caller, signed, fallback)
    at, elapsed = engine.clock.time(), stopwatch()
    response = _answer_or_fault(engine, target, body, caller, signed, fallback)
    operation = target.rpartition(".")[2]
    exchange = Exchange(operation, body, caller, response, at, elapsed())
    for observer in list(engine.observers):
        observer(exchange)
    return response


def _answer_or_fault(
    engine: Engine,
    target: str,
    body: bytes,
    caller: Caller,
    signed: bool,
    fallback: Fallback | None,
) -> HttpAnswer:
    """Carry out one request, unless the fault profile draws something else for it."""
    in_force = None if engine.faults.profile is None else engine.faults.in_force()
    service, _, operation = target.rpartition(".")
    if in_force is None or f"{service}." != TARGET_PREFIX or not is_operation(operation):
        return _answer(engine, target, body, caller, signed, fallback)
    profile, over = in_force
    error_rule, (_, delay) = profile.strike("error", operation), profile.delay("delay", operation)
    kind = error_rule.kind if error_rule else ""
    if kind in _INSTEAD:
        response = _instead(engine, kind, operation, body)
    else:
        response = _answer(engine, target, body, caller, signed, fallback)
    end = _BROKEN_OFF.get(kind, "")
    return replace(response, delay_seconds=delay, broken_off=end, over=over)


def _instead(engine: Engine, kind: str, operation: str, body: bytes) -> HttpAnswer:
    """Return what the client gets of a call that a fault profile does not let through."""
    refusal = _INSTEAD[kind]
    entry = engine.call_log.begin(operation)
    with suppress(Refusal):
        entry.asked(_json(body))
    entry.end(refusal.status, Refusal(refusal.code, f"fault profile: {kind}", refusal.status))
    return error(refusal) if kind in _REFUSING else HttpAnswer(503, _BARE, dict(_BARE_HEADERS))


def _answer(
    engine: Engine,
    target: str,
    body: bytes,
    caller: Caller,
    signed: bool,
    fallback: Fallback | None,
) -> HttpAnswer:
    """Carry out one request without a fault profile."""
    entry = engine.call_log.begin(target.rpartition(".")[2])
    try:
        response = _carry_out(engine, target, body, caller, signed, fallback, entry)
    except Refusal as refusal:
        response = error(refusal)
        entry.end(refusal.status, refusal, response.headers["x-amzn-RequestId"])
        return response
    except Exception:
        entry.end(500, Refusal("InternalErrorException", "Internal error", 500))
        raise
    entry.end(response.status)
    return response


def _carry_out(
    engine: Engine,
    target: str,
    body: bytes,
    caller: Caller,
    signed: bool,
    fallback: Fallback | None,
    entry: Entry,
) -> HttpAnswer:
    operation = _operation(target)
    if not signed and not is_unsigned(operation):
        raise Refusal("MissingAuthenticationTokenException", "Missing Authentication Token")
    members = _json(body)
    entry.asked(members)
    params = validate(operation, members)
    if operation in OPERATIONS:
        return success(in_milliseconds(operation, engine.call(operation, params, caller)))
    other = fallback(operation, params) if fallback else None
    if other is None:
        raise refusals.not_emulated(operation)
    return other


def _operation(target: str) -> str:
    service, _, operation = target.rpartition(".")
    if f"{service}." == TARGET_PREFIX and operation in operation_names():
        return operation
    if f"{service}." == TARGET_PREFIX and operation in OPERATIONS:
        # Nothing says then what a valid request is, and who may send it.
        raise refusals.not_emulated(operation).because("the installed botocore does not know it")
    raise refusals.unknown_operation()


def _json(body: bytes) -> Any:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise refusals.serialization() from None
    if body.count(b"[") + body.count(b"{") > MOST_LEVELS and is_too_deep(value):
        raise refusals.serialization()
    return value


def is_too_deep(value: Any) -> bool:
    """Return whether JSON has more levels than allowed, one level after the other."""
    level = [value]
    for _ in range(MOST_LEVELS + 1):
        containers = [item for item in level if isinstance(item, list | dict)]
        if not containers:
            return False
        level = [
            inner
            for item in containers
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
    return True


def in_milliseconds(operation: str, result: dict[str, Any]) -> dict[str, Any]:
    """Return an operation's result with its dates rounded to milliseconds (A305)."""
    rounded = rounding_of(operation)
    return result if rounded is None else dict(rounded(result))


def success(result: dict[str, Any]) -> HttpAnswer:
    """Return the response of an operation that succeeded (A295)."""
    return HttpAnswer(200, _compact(result), _headers())


def error(refusal: Refusal) -> HttpAnswer:
    """Return the response of an operation that was refused (A296 to A298)."""
    headers = _headers()
    headers["x-amzn-ErrorType"] = f"{refusal.code}:"
    headers["x-amzn-ErrorMessage"] = _header_text(refusal.message)
    body = _compact({"__type": refusal.code, "message": refusal.message})
    return HttpAnswer(refusal.status, body, headers)


def _headers() -> dict[str, str]:
    return {
        "Content-Type": CONTENT_TYPE,
        "x-amzn-RequestId": str(uuid.uuid4()),
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": EXPOSED_HEADERS,
    }


_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def _compact(value: Any) -> bytes:
    return _COMPACT.encode(value).encode("utf-8", "surrogatepass")


def _header_text(text: str) -> str:
    """Return one short line of Latin-1 for a header; replace or cut off what does not fit."""
    shown = text[:_LONGEST_HEADER]
    one_line = "".join(char if char.isprintable() else " " for char in shown)
    return one_line.encode("latin-1", "replace").decode("latin-1")
