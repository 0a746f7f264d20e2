"""The calls that apps make of an emulator in this process, with whatever client and language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from harness.targets.base import AppCall, AppCallListener

if TYPE_CHECKING:
    from harness.emulator import Emulator
    from harness.emulator.http.wire import Exchange

__all__ = ["watch_apps"]

#: A client can send any text as the name of an operation.
_LONGEST_NAME = 128
#: Of Cognito's API, and of the endpoints of a domain (H053).
_REQUEST_IDS = ("x-amzn-RequestId", "x-amz-cognito-request-id")
#: The names of botocore for a connection that ends before the response, or within its body.
_BROKEN_OFF = {"before": "ConnectionClosedError", "within": "IncompleteReadError"}


@contextmanager
def watch_apps(emulator: Emulator, listener: AppCallListener) -> Iterator[None]:
    """Tell a listener of each call inside the ``with`` block that no client of a target makes."""
    from harness.targets.clients import OWN_USER_AGENT

    def observe(exchange: Exchange) -> None:
        # botocore adds its own name and version, and other clients of the run their own version.
        first = exchange.caller.user_agent.partition(" ")[0]
        if first.partition("/")[0] != OWN_USER_AGENT:
            listener(_call_of(exchange))

    observers = emulator.engine.observers
    observers.append(observe)
    try:
        yield
    finally:
        observers.remove(observe)


def _call_of(exchange: Exchange) -> AppCall:
    response = exchange.response
    answer = _members(response.body)
    arrived = response.status < 300 and not response.broken_off
    return AppCall(
        operation=exchange.operation[:_LONGEST_NAME],
        parameters=_members(exchange.body),
        outcome="ok" if arrived else _code(exchange, answer),
        message="" if arrived else _text_of(answer),
        answer=answer if arrived else {},
        request_id="" if response.broken_off else _request_id(response.headers),
        started_at=exchange.at,
        latency_seconds=exchange.seconds,
    )


def _code(exchange: Exchange, answer: dict[str, Any]) -> str:
    """Return the error code, as botocore would name it."""
    if exchange.response.broken_off:
        return _BROKEN_OFF[exchange.response.broken_off]
    return str(answer.get("__type") or answer.get("error") or exchange.response.status)


def _text_of(answer: dict[str, Any]) -> str:
    """Return the text of an error, of the API or of OAuth 2.0."""
    return str(answer.get("message") or answer.get("error_description") or "")


def _request_id(headers: dict[str, str]) -> str:
    return next((headers[name] for name in _REQUEST_IDS if name in headers), "")


def _members(body: bytes) -> dict[str, Any]:
    """Return the members of a body; none if the emulator would not read it either."""
    from harness.emulator.http.wire import is_too_deep

    try:
        members = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return members if isinstance(members, dict) and not is_too_deep(members) else {}
