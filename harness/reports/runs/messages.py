"""The distinct requests and responses of a run: each is kept once, however often it was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.redaction import MASK
from harness.reports.runs.recorded_call import RecordedCall

__all__ = ["CallMessage", "MessageMember", "Messages", "flattened"]

_LONGEST_VALUE = 160
_DEEPEST = 8


@dataclass(frozen=True)
class MessageMember:
    """One value of a message.

    Attributes:
        path: the names that lead to it.
        value: its text; empty if it is redacted.
        redacted: whether it is a secret that the record does not hold.
    """

    path: str
    value: str
    redacted: bool = False


@dataclass
class CallMessage:
    """A request or a response.

    Attributes:
        number: counted from 1.
        title: the operation and what it is: a request, a response, an error.
        members: the values of the first message of its kind.
        times: how often there was one like this.
    """

    number: int
    title: str
    members: tuple[MessageMember, ...]
    times: int = 0


class Messages:
    """The distinct messages, by operation, step, outcome and the names of their members."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], CallMessage] = {}

    def request(self, call: RecordedCall) -> int:
        """Return the number of the request of a call."""
        return self._number(f"{call.title}: request", flattened(call.parameters))

    def response(self, call: RecordedCall) -> int:
        """Return the number of the response of a call; of an error, its text is a member."""
        if call.ok:
            return self._number(f"{call.title}: response", flattened(call.answer))
        members = (MessageMember("code", call.outcome), MessageMember("message", call.message))
        return self._number(f"{call.title}: error", members, by_value=True)

    def __iter__(self) -> Iterator[CallMessage]:
        """Return an iterator over the messages in the order of their numbers."""
        return iter(self._found.values())

    def _number(
        self, title: str, members: tuple[MessageMember, ...], *, by_value: bool = False
    ) -> int:
        names = members if by_value else [(member.path, member.redacted) for member in members]
        key = (title, *names)
        if key not in self._found:
            self._found[key] = CallMessage(len(self._found) + 1, title, members)
        found = self._found[key]
        found.times += 1
        return found.number


def flattened(members: Mapping[str, Any]) -> tuple[MessageMember, ...]:
    """Return the members of a request or response with their paths."""
    return tuple(_walk("", members, _DEEPEST))


def _walk(path: str, value: Any, deeper: int) -> Iterator[MessageMember]:
    if isinstance(value, Mapping) and value and deeper:
        for name, item in value.items():
            yield from _walk(f"{path}.{name}" if path else str(name), item, deeper - 1)
    elif isinstance(value, list) and value and deeper:
        for place, item in enumerate(value):
            yield from _item(path, place, item, deeper)
    else:
        yield MessageMember(path, "", True) if value == MASK else MessageMember(path, _text(value))


def _item(path: str, place: int, item: Any, deeper: int) -> Iterator[MessageMember]:
    """Yield an item of a list; Cognito's attributes have a name each."""
    if isinstance(item, Mapping) and set(item) == {"Name", "Value"}:
        yield from _walk(f"{path}[{item['Name']}]", item["Value"], deeper - 1)
    else:
        yield from _walk(f"{path}[{place}]", item, deeper - 1)


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}… ({len(text)})"
