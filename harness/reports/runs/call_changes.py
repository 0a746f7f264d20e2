"""What changed in the calls of scenarios that two runs have: outcomes, members, texts.

The same change in many scenarios is one change, with their number and the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.reports.runs.recorded_call import RecordedCall
from harness.verdicts.paired_calls import Call, Pair, in_pairs, own_words
from harness.verdicts.run_record import ScenarioLine

__all__ = ["CallChange", "call_changes"]

KINDS = ("codes", "shapes", "texts", "calls")
_ABSENT = "absent"


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
        for kind, *change in _changes(in_pairs(old.calls, new.calls)):
            subject, before, after = change
            found[kind].setdefault((subject, before, after), []).append(new.id)
    return {
        kind: tuple(
            CallChange(*change, times=len(ids), scenario=ids[0])
            for change, ids in sorted(changes.items(), key=lambda item: -len(item[1]))
        )
        for kind, changes in found.items()
    }


def _changes(pairs: Iterable[Pair]) -> Iterator[tuple[str, str, str, str]]:
    for one, other in pairs:
        if one is None or other is None:
            made, not_made = "made", "not made"
            was, is_now = (made, not_made) if one is not None else (not_made, made)
            yield "calls", _name_of(one or other or {}), was, is_now
        else:
            yield from _of_pair(one, other)


def _of_pair(one: Call, other: Call) -> Iterator[tuple[str, str, str, str]]:
    before, after = RecordedCall.of(one), RecordedCall.of(other)
    if before.outcome != after.outcome:
        yield "codes", before.name, before.outcome, after.outcome
    elif before.ok:
        yield from _shape_changes(before, after)
    elif own_words(one) != own_words(other):
        yield "texts", f"{before.name}: {before.outcome}", own_words(one), own_words(other)


def _name_of(call: Call) -> str:
    return RecordedCall.of(call).name


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
