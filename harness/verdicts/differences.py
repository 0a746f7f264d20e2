"""What two services answered differently to the same questions, from the records of two runs.

The calls of each scenario are aligned by their operations. Each kind of difference is listed once,
with its count: the operation, what differs, and the two answers without ids, names and numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.verdicts.paired_calls import Call, Pair, in_pairs, own_words, question_of
from harness.verdicts.run_record import RunRecord, ScenarioLine

__all__ = ["KINDS", "AnswerDifference", "Comparison", "Kind", "compare"]

#: What can differ in a call: whether it was made at all, the error's code or its words, which
#: members an answer has, and their types.
Kind = Literal["calls", "code", "text", "members", "types"]
KINDS: tuple[Kind, ...] = ("calls", "code", "text", "members", "types")


@dataclass(frozen=True)
class AnswerDifference:
    """One kind of difference.

    Attributes:
        operation: of Cognito's API.
        kind: what differs.
        recorded: what the service of the record answered.
        replayed: what the other service answered.
        ids: the scenarios in which it differs, each as often as it does.
    """

    operation: str
    kind: Kind
    recorded: str
    replayed: str
    ids: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the operation, what differs, and both answers."""
        return f"{self.operation}, {self.kind}: {self.recorded} in the record, {self.replayed} now"


@dataclass(frozen=True)
class Comparison:
    """All differences between two runs.

    Attributes:
        differences: the most frequent first.
        scenarios: how many scenarios both have run.
        calls: how many calls could be compared.
        asked: the scenarios with the operations that were compared in them.
        missing: the scenarios of the record that the other run does not have.
    """

    differences: tuple[AnswerDifference, ...]
    scenarios: int
    calls: int
    asked: Mapping[str, frozenset[str]]
    missing: tuple[str, ...] = ()


def compare(recorded: RunRecord, replayed: RunRecord) -> Comparison:
    """Return what differs between the scenarios that both records have run."""
    before, now = _run(recorded), _run(replayed)
    found: dict[AnswerDifference, list[str]] = {}
    calls, asked = 0, dict[str, frozenset[str]]()
    for name in before.keys() & now.keys():
        pairs = list(in_pairs(before[name].calls, now[name].calls))
        compared = [str(one["operation"]) for one, other in pairs if one and other]
        differing = list(_differences(pairs))
        calls += len(compared)
        asked[name] = frozenset((*compared, *(item.operation for item in differing)))
        for difference in differing:
            found.setdefault(difference, []).append(name)
    listed = [_with_ids(difference, ids) for difference, ids in found.items()]
    return Comparison(
        differences=tuple(sorted(listed, key=lambda item: (-len(item.ids), str(item)))),
        scenarios=len(asked),
        calls=calls,
        asked=asked,
        missing=tuple(sorted(before.keys() - now.keys())),
    )


def _run(record: RunRecord) -> dict[str, ScenarioLine]:
    return {line.id: line for line in record.scenarios if line.outcome != "skipped"}


def _with_ids(difference: AnswerDifference, ids: Sequence[str]) -> AnswerDifference:
    kept = (difference.operation, difference.kind, difference.recorded, difference.replayed)
    return AnswerDifference(*kept, ids=tuple(sorted(ids)))


def _differences(pairs: Iterable[Pair]) -> Iterator[AnswerDifference]:
    """Yield the differences of one scenario.

    Once one side succeeded where the other did not, or made a call that the other did not make, the
    two are in different states. What only one of them calls from then on says nothing new; what
    both call is still compared.
    """
    parted = False
    for one, other in pairs:
        if one is None or other is None:
            if not parted:
                yield _alone(one, other)
            parted = True
            continue
        parted = parted or one["outcome"] != other["outcome"]
        yield from _of_pair(one, other)


def _alone(one: Call | None, other: Call | None) -> AnswerDifference:
    call = one or other or {}
    operation, which = question_of(call)
    made = f"{which} was asked".strip() if which else "it was called"
    not_made = "not asked" if which else "not called"
    recorded, replayed = (made, not_made) if one is not None else (not_made, made)
    return AnswerDifference(operation, "calls", recorded, replayed)


def _of_pair(one: Call, other: Call) -> Iterator[AnswerDifference]:
    operation = str(one["operation"])
    codes = str(one["outcome"]), str(other["outcome"])
    if codes[0] != codes[1]:
        yield AnswerDifference(operation, "code", _said(one), _said(other))
        return
    texts = own_words(one), own_words(other)
    if texts[0] != texts[1]:
        said, says = (f"{codes[0]} {text!r}" for text in texts)
        yield AnswerDifference(operation, "text", said, says)
    yield from _of_shapes(operation, one["shape"], other["shape"])


def _said(call: Call) -> str:
    message = own_words(call)
    return f"{call['outcome']} {message!r}" if message else str(call["outcome"])


def _of_shapes(
    operation: str, one: Mapping[str, str], other: Mapping[str, str]
) -> Iterator[AnswerDifference]:
    for path in sorted(one.keys() ^ other.keys()):
        if _parent(path) in one.keys() ^ other.keys():
            continue
        there, absent = f"{path} is there", f"{path} is absent"
        recorded, replayed = (there, absent) if path in one else (absent, there)
        yield AnswerDifference(operation, "members", recorded, replayed)
    for path in sorted(one.keys() & other.keys()):
        if one[path] != other[path]:
            was, is_now = (f"{path} is {kind}" for kind in (one[path], other[path]))
            yield AnswerDifference(operation, "types", was, is_now)


def _parent(path: str) -> str:
    return path.removesuffix("[]") if path.endswith("[]") else path.rpartition(".")[0]
