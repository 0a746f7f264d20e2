"""The control surface of a served emulator: what only a test may do, under ``/_harness/``.

It stands apart from the protocol, so nothing here can be mistaken for an answer of Cognito's.
JSON in, JSON out, and a page for people in front; `control_access` says for whom.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from harness.clock import LAST_MOMENT
from harness.emulator.control import page
from harness.emulator.control.access import PRIVATE_HEADERS, Sender, refusal
from harness.emulator.engine import Engine
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.stores.faults import Fault
from harness.errors import HarnessError
from harness.version import __version__

PREFIX = "/_harness/"


class BadControlRequest(ValueError):
    """A control request that cannot be carried out; its text says what is allowed."""


@dataclass(frozen=True)
class ControlRequest:
    """One control request: the engine it is for, its query string and its JSON members."""

    engine: Engine
    query: Mapping[str, str]
    body: Mapping[str, Any]


def handle(
    engine: Engine, method: str, path: str, query: str, body: bytes, sender: Sender
) -> HttpAnswer:
    """Answer one control request."""
    turned_away = refusal(method, sender)
    if turned_away is not None:
        status, reason = turned_away
        return _json({"error": reason}, status)
    name = path.removeprefix(PREFIX).strip("/")
    shown = page.answer(engine, name, _query(query)) if method == "GET" else None
    if shown is not None:
        return shown
    route = ROUTES.get((method, name))
    if route is None:
        known = ", ".join(f"{verb} {PREFIX}{name}" for verb, name in sorted(ROUTES))
        return _json({"error": f"no such control: {method} {path}; there are: {known}"}, 404)
    try:
        return _json(route(ControlRequest(engine, _query(query), _body(body))))
    except BadControlRequest as problem:
        return _json({"error": str(problem)}, 400)
    except HarnessError as problem:
        return _json({"error": str(problem)}, 500)


def takes_long(method: str, path: str) -> bool:
    """Whether a control request writes so much that other requests should not wait for it."""
    return (method, path.removeprefix(PREFIX).strip("/")) == ("POST", "state")


def health(asked: ControlRequest) -> dict[str, Any]:
    """Say that the server is there, and what it is."""
    return {
        "status": "ok",
        "version": __version__,
        "loosened": asked.engine.settings.loosened(),
    }


def outbox(asked: ControlRequest) -> dict[str, Any]:
    """The messages that were sent, newest first, with their codes."""
    allowed = {"username", "user_pool_id", "kind"}
    _only(asked.query, allowed)
    found = asked.engine.outbox.messages(**{name: asked.query.get(name) for name in allowed})
    return {"messages": [dataclasses.asdict(message) for message in found]}


def show_clock(asked: ControlRequest) -> dict[str, Any]:
    """The emulator's time."""
    clock = asked.engine.clock
    return {"time": clock.time(), "now": clock.now().isoformat()}


def move_clock(asked: ControlRequest) -> dict[str, Any]:
    """Move the emulator's time forward by ``advance_seconds``."""
    _only(asked.body, {"advance_seconds"})
    seconds = asked.body.get("advance_seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds >= 0:
        raise BadControlRequest(
            f"advance_seconds is {seconds!r}; allowed is a number of seconds from 0 up"
        )
    if seconds > LAST_MOMENT - asked.engine.clock.time():
        raise BadControlRequest(
            f"advance_seconds is {seconds!r}; the clock ends with the year 9999"
        )
    asked.engine.clock.advance(seconds)
    return show_clock(asked)


def plan_faults(asked: ControlRequest) -> dict[str, Any]:
    """Let an operation fail: the members of `Fault`; ``{"clear": true}`` plans nothing any more."""
    faults = asked.engine.faults
    if asked.body.get("clear"):
        faults.clear()
        return {"planned": 0}
    _only(asked.body, {field.name for field in dataclasses.fields(Fault)})
    try:
        faults.plan(Fault(**asked.body))
    except (TypeError, ValueError) as problem:
        raise BadControlRequest(str(problem)) from None
    return {"planned": len(faults.planned)}


def save_state(asked: ControlRequest) -> dict[str, Any]:
    """Write the state to its file now."""
    _only(asked.body, set())
    file = asked.engine.state_file
    if file is None:
        raise BadControlRequest("there is no state file; start with serve --state FILE")
    return dataclasses.asdict(file.save(asked.engine))


def reset(asked: ControlRequest) -> dict[str, Any]:
    """Forget all pools, users, messages and planned faults."""
    asked.engine.reset()
    asked.engine.faults.clear()
    return {}


Route = Callable[[ControlRequest], dict[str, Any]]
ROUTES: dict[tuple[str, str], Route] = {
    ("GET", "health"): health,
    ("GET", "outbox"): outbox,
    ("GET", "clock"): show_clock,
    ("POST", "clock"): move_clock,
    ("POST", "faults"): plan_faults,
    ("POST", "reset"): reset,
    ("POST", "state"): save_state,
}


def _query(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text).items()}


def _body(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise BadControlRequest("the body is no JSON") from None
    if not isinstance(found, dict):
        raise BadControlRequest("the body is no JSON object")
    return found


def _only(given: Mapping[str, Any], allowed: set[str]) -> None:
    unknown = sorted(set(given) - allowed)
    if unknown:
        raise BadControlRequest(
            f"unknown: {', '.join(unknown)}; allowed: {', '.join(sorted(allowed))}"
        )


def _json(value: dict[str, Any], status: int = 200) -> HttpAnswer:
    headers = {"Content-Type": "application/json", **PRIVATE_HEADERS}
    return HttpAnswer(status, json.dumps(value).encode(), headers)
