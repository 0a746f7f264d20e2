"""The calls of a failing test in few lines: the last ones in full, earlier ones by their names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.flows.call import Call

__all__ = ["exchange_lines"]

#: Calls shown in full, and calls shown with one line each.
_IN_FULL = 2
_BY_NAME = 6
_LONGEST_MEMBERS = 420
#: Members that every call of a test has in common, or that say nothing without their rest.
_LEFT_OUT = frozenset({"ClientId", "UserPoolId"})


def exchange_lines(calls: Sequence[Call]) -> list[str]:
    """Return the calls, the last ones in full, each line redacted."""
    first_in_full = max(len(calls) - _IN_FULL, 0)
    first_by_name = max(first_in_full - _BY_NAME, 0)
    lines = [f"{first_by_name} calls before these"] if first_by_name else []
    began = calls[0].started_at if calls else 0.0
    for place, call in enumerate(calls[first_by_name:], start=first_by_name):
        lines.append(_head(place + 1, call, began))
        if place >= first_in_full:
            lines.extend(f"   {line}" for line in _in_full(call))
    return lines


def _head(number: int, call: Call, began: float) -> str:
    seconds = call.started_at - began
    after = f" +{seconds:.0f} s" if abs(seconds) >= 1 else ""
    retries = f", {call.retries} retries" if call.retries else ""
    about = call.parameters.get("ChallengeName") or call.parameters.get("AuthFlow")
    named = f"{call.operation} {about}" if about else call.operation
    outcome = call.answer.get("ChallengeName") or call.outcome
    return f"#{number}{after} {named}: {outcome}{retries}"


def _in_full(call: Call) -> Iterator[str]:
    yield f"sent     {_members(call.parameters)}"
    if call.ok:
        yield f"answered {_members(call.answer)}"
    else:
        yield f"answered {call.outcome}: {call.message}".rstrip(": ")
        if call.request_id:
            yield f"request  {call.request_id}"


def _members(members: Mapping[str, Any]) -> str:
    shown = {name: value for name, value in members.items() if name not in _LEFT_OUT}
    text = json.dumps(shown, ensure_ascii=False, default=str).replace('"', "")
    return text if len(text) <= _LONGEST_MEMBERS else f"{text[:_LONGEST_MEMBERS]}…"
