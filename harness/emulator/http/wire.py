"""The HTTP form of the service: a body and its caller in, status, headers and bytes out.

Both ways in, moto's mock in the process and the server, end here, so they answer alike.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.dates import rounding_of
from harness.emulator.api.fast_validation import validate
from harness.emulator.api.request import Caller
from harness.emulator.api.service_model import is_operation, is_unsigned
from harness.emulator.engine import Engine
from harness.emulator.operations.table import OPERATIONS
from harness.emulator.refusals import Refusal
from harness.emulator.stores.call_log import Entry

TARGET_PREFIX = "AWSCognitoIdentityProviderService."
CONTENT_TYPE = "application/x-amz-json-1.1"
#: What a browser's script may read of an answer (A300).
EXPOSED_HEADERS = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"

#: Characters of a header: clients refuse to read lines of 64 kB, and texts quote what was sent.
_LONGEST_HEADER = 1_024


@dataclass
class HttpAnswer:
    """An HTTP answer."""

    status: int
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict)


#: Carries out an operation that is not the engine's; ``None`` when nobody can.
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
    """Carry out one request; every refusal becomes an error answer, nothing is raised.

    Args:
        target: the X-Amz-Target header.
        signed: whether the request carries AWS credentials at all (A302).
    """
    entry = engine.call_log.begin(target.rpartition(".")[2])
    try:
        given = _carry_out(engine, target, body, caller, signed, fallback, entry)
    except Refusal as refusal:
        entry.end(refusal.status, refusal)
        return error(refusal)
    except Exception:
        entry.end(500, Refusal("InternalErrorException", "Internal error", 500))
        raise
    entry.end(given.status)
    return given


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
    given = _json(body)
    entry.asked(given)
    params = validate(operation, given)
    if operation in OPERATIONS:
        return success(in_milliseconds(operation, engine.call(operation, params, caller)))
    other = fallback(operation, params) if fallback else None
    if other is None:
        raise refusals.not_emulated(operation)
    return other


def _operation(target: str) -> str:
    service, _, operation = target.rpartition(".")
    if f"{service}." == TARGET_PREFIX and (operation in OPERATIONS or is_operation(operation)):
        return operation
    raise refusals.unknown_operation()


def _json(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise refusals.serialization() from None


def in_milliseconds(operation: str, result: dict[str, Any]) -> dict[str, Any]:
    """Return an operation's result with its dates in milliseconds (A305); the rest is the same."""
    rounded = rounding_of(operation)
    return result if rounded is None else dict(rounded(result))


def success(result: dict[str, Any]) -> HttpAnswer:
    """The answer of an operation that succeeded (A295)."""
    return HttpAnswer(200, _compact(result), _headers())


def error(refusal: Refusal) -> HttpAnswer:
    """The answer of an operation that was refused (A296 to A298)."""
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
    """A header holds one short line of Latin-1; what does not fit is replaced or cut off."""
    shown = text[:_LONGEST_HEADER]
    one_line = "".join(char if char.isprintable() else " " for char in shown)
    return one_line.encode("latin-1", "replace").decode("latin-1")
