"""The calls of two runs of a scenario in pairs, and their texts without what differs by chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from harness.verdicts.causes import general

__all__ = ["Call", "Pair", "in_pairs", "own_words", "question_of"]

Call = Mapping[str, Any]
Pair = tuple["Call | None", "Call | None"]

_SHORTEST_NAME = 4
#: A service may answer anything, and what is beyond this says nothing new.
_LONGEST_TEXT = 1_000


def in_pairs(before: Sequence[Call], now: Sequence[Call]) -> Iterator[Pair]:
    """Yield pairs of calls that ask the same; ``None`` stands for a call of one side alone."""
    asked = [question_of(call) for call in before], [question_of(call) for call in now]
    if asked[0] == asked[1]:
        yield from zip(before, now, strict=True)
        return
    matcher = SequenceMatcher(None, *asked, autojunk=False)
    for tag, start, end, start_now, end_now in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(before[start:end], now[start_now:end_now], strict=True)
        else:
            yield from ((call, None) for call in before[start:end])
            yield from ((None, call) for call in now[start_now:end_now])


def question_of(call: Call) -> tuple[str, str]:
    """Return the operation, and the challenge that it responds to or the flow that it begins."""
    parameters = call.get("parameters") or {}
    which = parameters.get("ChallengeName") or parameters.get("AuthFlow")
    return str(call["operation"]), which if isinstance(which, str) else ""


def own_words(call: Call) -> str:
    """Return the text of an error without the ids and numbers of its run, and without its request.

    Emulators repeat what they were sent: a member of the request is shown by its name.
    """
    text = str(call.get("message") or "")[:_LONGEST_TEXT]
    sent = sorted(_texts(call.get("parameters")), key=lambda item: -len(item[1]))
    for name, value in sent:
        if len(value) >= _SHORTEST_NAME:
            text = text.replace(value, f"<{name}>")
    return general(text)


def _texts(members: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(members, Mapping):
        for key, value in members.items():
            yield from _texts(value, str(key))
    elif isinstance(members, str):
        yield name, members
