"""Rendering of calls as text, to find out what went wrong: requests and responses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.clock import utc_of
from harness.flows.call import Call, chosen_factor, failure_of, started_flow

__all__ = ["error_text", "render_calls", "retries_text", "sign_in_summaries", "whose"]

# Enough for a sign-in; a whole page of users or devices would hide everything else.
_LONGEST_LINE = 800
#: Longer than any text of Cognito's that helps; others may answer anything.
_LONGEST_ERROR = 1_000
_PAGE = re.compile(r"(?:<!doctype html|<html)(?:.*</html>|.*)", re.DOTALL | re.IGNORECASE)
_INITIATE = frozenset({"InitiateAuth", "AdminInitiateAuth"})
_RESPOND = frozenset({"RespondToAuthChallenge", "AdminRespondToAuthChallenge"})


@dataclass
class _SignInSummary:
    """One sign-in: the challenges so far, and the pending challenge."""

    steps: list[str]
    pending: str | None = None
    errors: list[str] = field(default_factory=list)

    def add(self, call: Call) -> None:
        if not call.ok:
            self.errors.append(failure_of(call))
            return
        self._settle()
        if (chosen := chosen_factor(call)) is not None:
            self.steps[-1] += f" ({chosen})"
        self.pending = call.answer.get("ChallengeName")
        self.steps.append(self.pending or "tokens")

    def render(self) -> str:
        self._settle()
        return " > ".join(self.steps)

    def _settle(self) -> None:
        """Append the errors of the last challenge to its name."""
        if self.errors:
            self.steps[-1] += f" (error: {', '.join(self.errors)})"
            self.errors = []


def render_calls(calls: Sequence[Call]) -> str:
    """Return calls as text: a summary, the challenges of each sign-in, and each call in full."""
    if not calls:
        return "no API calls"
    return "\n".join([*_summary(calls), "", *(_lines_of(calls))])


def error_text(text: str) -> str:
    """Return the text of an error, with the size alone of a web page or of the end of a long one.

    Proxies and load balancers answer with pages, which would hide everything else.
    """
    text = _PAGE.sub(lambda page: f"an HTML page, {_size(page[0])}", text)
    if len(text) <= _LONGEST_ERROR:
        return text
    return f"{text[:_LONGEST_ERROR].rstrip()}… ({_size(text)} in all)"


def sign_in_summaries(calls: Iterable[Call]) -> list[str]:
    """Return each sign-in as the list of its challenges.

    For example ``USER_SRP_AUTH > PASSWORD_VERIFIER > SOFTWARE_TOKEN_MFA (error:
    CodeMismatchException) > tokens``.
    """
    found: list[_SignInSummary] = []
    for call in calls:
        if call.operation in _INITIATE:
            found.append(_SignInSummary([started_flow(call)]))
            found[-1].add(call)
        elif call.operation in _RESPOND:
            _sign_in_of(call, found).add(call)
    return [summary.render() for summary in found]


def _sign_in_of(call: Call, found: list[_SignInSummary]) -> _SignInSummary:
    """Return the newest sign-in in which this challenge is pending, or a new one."""
    challenge = str(call.parameters.get("ChallengeName"))
    for summary in reversed(found):
        if summary.pending == challenge:
            return summary
    found.append(_SignInSummary([challenge], pending=challenge))
    return found[-1]


def _summary(calls: Sequence[Call]) -> Iterator[str]:
    failed = sum(not call.ok for call in calls)
    total = sum(call.latency_seconds for call in calls)
    first = min(call.started_at for call in calls)
    began = utc_of(first).isoformat(timespec="seconds")
    yield f"{len(calls)} API calls, {failed} failed, {_milliseconds(total)}, from {began}"
    for summary in sign_in_summaries(calls):
        yield f"  sign-in: {summary}"


def _lines_of(calls: Sequence[Call]) -> Iterator[str]:
    first = min(call.started_at for call in calls)
    for number, call in enumerate(calls, start=1):
        after = f"+{call.started_at - first:.3f} s"
        named = f"{call.operation} {whose(call)}".rstrip()
        yield f"#{number} {after} {named}: {call.outcome}, {_particulars(call)}"
        yield f"    request  {_as_line(call.parameters)}"
        if call.ok:
            yield f"    response {_as_line(call.answer)}"
        else:
            yield f"    error    {call.outcome}: {error_text(call.message)}"


def _particulars(call: Call) -> str:
    retries = f", {retries_text(call)}" if call.retries else ""
    request = f", request {call.request_id}" if call.request_id else ""
    return _milliseconds(call.latency_seconds) + retries + request


def retries_text(call: Call) -> str:
    """Return how often a call was sent again, and why where the harness has decided it."""
    why = f" ({', '.join(call.retried)})" if call.retried else ""
    return f"{call.retries} {'retry' if call.retries == 1 else 'retries'}{why}"


def whose(call: Call) -> str:
    """Return who has made a call, if it was an app with a client of its own."""
    return "by the app" if call.by_app else ""


def _as_line(members: Mapping[str, Any]) -> str:
    text = json.dumps(members, ensure_ascii=False, default=str)
    if len(text) <= _LONGEST_LINE:
        return text
    return f"{text[:_LONGEST_LINE]}… ({len(text)} characters)"


def _size(text: str) -> str:
    size = len(text.encode(errors="replace"))
    return f"{size} bytes" if size < 1_000 else f"{size / 1_000:.0f} KB"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
