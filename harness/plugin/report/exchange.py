"""The calls of a failing test in few lines: the last ones in full, earlier ones by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from harness.flows.call import Call
from harness.flows.rendering import error_text, retries_text, whose
from harness.redaction import MASK

__all__ = ["exchange_lines"]

#: Calls shown with one line each, besides those in full.
_BY_NAME = 5
_LONGEST_MEMBERS = 360
#: Members that every call of a test has in common, or that the line above names.
_LEFT_OUT = frozenset({"AuthFlow", "ChallengeName", "ClientId", "UserPoolId"})
#: Calls that look at a user, which say less than what a test did before them.
_LOOKING = frozenset({"AdminGetUser", "AdminListDevices", "AdminListGroupsForUser"})
_TOKENS = frozenset({"AccessToken", "IdToken", "RefreshToken"})
_BEGINNING = frozenset({"InitiateAuth", "AdminInitiateAuth"})


def exchange_lines(
    calls: Sequence[Call], why_refused: Callable[[Call], str] = lambda _: ""
) -> list[str]:
    """Return the calls: the last one and the one that led to it in full, others by one line.

    Args:
        calls: the calls of a test.
        why_refused: returns why a call of an app was refused, as far as the service says it.
    """
    in_full = _in_full(calls)
    first = max(min(in_full, default=0) - _BY_NAME, 0)
    lines = [f"{first} {'call' if first == 1 else 'calls'} before these"] if first else []
    for place, call in enumerate(calls[first:], start=first):
        lines.append(_head(place + 1, call, calls[0].started_at))
        if place in in_full:
            lines.extend(f"   {line}" for line in _content(call))
        # An app goes on after a refusal, and what it then makes of it may be all that a test sees.
        # Of the last call, the report says it anyway.
        if call.by_app and not call.ok and place + 1 < len(calls) and (why := why_refused(call)):
            lines.append(f"   because  {why}")
    return lines


def _in_full(calls: Sequence[Call]) -> set[int]:
    """Return the places of the last call, and of the newest before it that does something.

    Nothing led to a call that begins a sign-in.
    """
    if not calls:
        return set()
    earlier = [place for place, call in enumerate(calls[:-1]) if call.operation not in _LOOKING]
    begins = calls[-1].operation in _BEGINNING
    return {*([] if begins else earlier[-1:]), len(calls) - 1}


def _head(number: int, call: Call, began: float) -> str:
    seconds = call.started_at - began
    after = f" +{seconds:.0f} s" if abs(seconds) >= 1 else ""
    retries = f", {retries_text(call)}" if call.retries else ""
    about = call.parameters.get("ChallengeName") or call.parameters.get("AuthFlow")
    named = " ".join(filter(None, (call.operation, about, whose(call))))
    outcome = call.answer.get("ChallengeName") or call.outcome
    return f"#{number}{after} {named}: {outcome}{retries}"


def _content(call: Call) -> Iterator[str]:
    yield f"sent     {_members(call.parameters)}"
    if call.ok:
        yield f"answered {_members(call.answer)}"
    else:
        yield f"answered {call.outcome}: {error_text(call.message)}".rstrip(": ")
        if call.request_id:
            yield f"request  {call.request_id}"


def _members(members: Mapping[str, Any]) -> str:
    shown = {
        name: value
        for name, value in members.items()
        if name not in _LEFT_OUT and (name, value) != ("ChallengeParameters", {})
    }
    text = _as_text(shown)
    return text if len(text) <= _LONGEST_MEMBERS else f"{text[:_LONGEST_MEMBERS]}…"


def _as_text(value: Any) -> str:
    """Return a value as JSON has it, without the quotation marks."""
    if isinstance(value, Mapping):
        members = (
            # Of tokens it is enough to know that they are there.
            name if name in _TOKENS and item == MASK else f"{name}: {_as_text(item)}"
            for name, item in value.items()
        )
        return f"{{{', '.join(members)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_as_text(item) for item in value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
