"""What changed in the calls of scenarios that two runs have: outcomes, members, texts.

The same change in many scenarios is one change, with their number and the first of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from harness.reports.runs.recorded_call import RecordedCall, calls_of
from harness.verdicts.run_record import ScenarioLine

__all__ = ["CallChange", "call_changes"]

KINDS = ("codes", "shapes", "texts", "calls")
_ABSENT = "absent"
#: Ids that differ from run to run: of pools, users, devices, requests, app clients.
_IDS = re.compile(
    r"\b[a-z]{2}(?:-[a-z]+)+-\d_\w+|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[a-z0-9]{26}\b"
)
_SHORTEST_NAME = 4
#: A service may answer anything, and the pattern of ids is slow on long words.
_LONGEST_TEXT = 1_000


@dataclass(frozen=True)
class CallChange:
    """A change in calls.

    Attributes:
        subject: the operation with its step, and the member that changed.
        before: what it was.
        after: what it is.
        times: in how many calls.
        scenario: the id of the first scenario with it.
    """

    subject: str
    before: str
    after: str
    times: int
    scenario: str


def call_changes(
    pairs: Iterable[tuple[ScenarioLine, ScenarioLine]],
) -> dict[str, tuple[CallChange, ...]]:
    """Return the changes by kind, ``codes``, ``shapes``, ``texts`` and ``calls``.

    Args:
        pairs: for each scenario its line of the earlier and of the later run.
    """
    found: dict[str, dict[tuple[str, str, str], list[str]]] = {kind: {} for kind in KINDS}
    for old, new in pairs:
        for kind, *change in _changes(calls_of(old), calls_of(new)):
            subject, before, after = change
            found[kind].setdefault((subject, before, after), []).append(new.id)
    return {
        kind: tuple(
            CallChange(*change, times=len(ids), scenario=ids[0])
            for change, ids in sorted(changes.items(), key=lambda item: -len(item[1]))
        )
        for kind, changes in found.items()
    }


def _changes(
    old: Sequence[RecordedCall], new: Sequence[RecordedCall]
) -> Iterator[tuple[str, str, str, str]]:
    for before, after in _aligned(old, new):
        if before is None or after is None:
            there = before or after
            assert there is not None
            was = "made" if before else "not made"
            yield "calls", there.name, was, "made" if after else "not made"
        elif before.outcome != after.outcome:
            yield "codes", before.name, before.outcome, after.outcome
        elif before.ok:
            yield from _shape_changes(before, after)
        elif _anonymous(before) != _anonymous(after):
            subject = f"{before.name}: {before.outcome}"
            yield "texts", subject, _anonymous(before), _anonymous(after)


def _aligned(
    old: Sequence[RecordedCall], new: Sequence[RecordedCall]
) -> Iterator[tuple[RecordedCall | None, RecordedCall | None]]:
    """Yield the calls in pairs; a call that only one run has made stands alone."""
    names = [call.name for call in old], [call.name for call in new]
    if names[0] == names[1]:
        yield from zip(old, new, strict=True)
        return
    matcher = SequenceMatcher(None, *names, autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(old[first:last], new[begin:end], strict=True)
        else:
            yield from ((call, None) for call in old[first:last])
            yield from ((None, call) for call in new[begin:end])


def _shape_changes(
    before: RecordedCall, after: RecordedCall
) -> Iterator[tuple[str, str, str, str]]:
    # A record may lack the shapes, and the types of an answer that was JSON are others.
    if bool(before.shape) is not bool(after.shape) and before.answer and after.answer:
        return
    for path in sorted(before.shape.keys() | after.shape.keys()):
        was, now = before.shape.get(path, _ABSENT), after.shape.get(path, _ABSENT)
        if was != now:
            yield "shapes", f"{before.name}: {path}", was, now


def _anonymous(call: RecordedCall) -> str:
    """Return the text of an error without the names and ids of its run."""
    text = call.message[:_LONGEST_TEXT]
    for name, value in sorted(_texts(call.parameters), key=lambda item: -len(item[1])):
        if len(value) >= _SHORTEST_NAME:
            text = text.replace(value, f"<{name}>")
    return _IDS.sub("<id>", text)


def _texts(members: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(members, dict):
        for key, value in members.items():
            yield from _texts(value, str(key))
    elif isinstance(members, str):
        yield name, members
