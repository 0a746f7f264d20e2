"""The quick judgement of a request and the one that names every violation are one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.emulator.api import validation
from harness.emulator.api.fast_validation import Misfit, fit_of
from harness.emulator.api.validation import judge, service_model, validate
from harness.emulator.refusals import Refusal
from tests.properties.generation import Sent, requests_of
from tests.properties.live_values import LiveValues
from tests.properties.profiles import share

OPERATIONS = tuple(sorted(service_model().operation_names))


def outcome(way: Callable[[str, Any], Any], operation: str, body: Any) -> Any:
    """What a way of judging makes of a request: its members in their order, or the refusal."""
    try:
        return json.dumps(way(operation, body))
    except Refusal as refused:
        return refused.code, refused.message, refused.status


def test_both_ways_judge_alike() -> None:
    """Sound or bent, a request is read or refused in the same words."""
    seen = set()

    @share(0.5)
    @given(st.lists(requests_of(*OPERATIONS), min_size=10, max_size=60))
    def run(requests: list[Sent]) -> None:
        for sent in requests:
            body = json.loads(json.dumps(LiveValues().fill(sent.body)))
            found = outcome(validate, sent.operation, body)
            assert found == outcome(judge, sent.operation, body)
            seen.add(type(found))

    run()
    assert seen == {str, tuple}


#: Values at the edges of what a member may be, for each kind of shape.
NUMBERS: list[Any] = [0, 1, -1, 31, 32, 2**31 - 1, 2**31, -(2**31) - 1, 1.5, float("nan"), 10**400]
TEXTS: list[Any] = [
    "",
    " ",
    "a",
    "a" * 127,
    "a" * 129,
    "é",
    "\ud800",
    "a\n",
    "ON",
    "on",
    "code",
    "1",
]
LISTS: list[Any] = [[], [None], ["a"], ["a", 1], ["code"] * 200, [{}], [{"Name": "a", "X": 1}]]
MAPS: list[Any] = [{}, {"a": None}, {"a": "b"}, {"a": 1}, {"": ""}, {"\ud800": "a"}]
EDGES = [None, True, False, *NUMBERS, *TEXTS, *LISTS, *MAPS]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_edge_is_judged_otherwise(operation: str) -> None:
    """Each member of each operation takes the same values on both ways."""
    shape = service_model().operation_model(operation).input_shape
    members = shape.members if shape is not None else {}
    for name in members:
        for edge in EDGES:
            body = {**dict.fromkeys(members, None), name: edge}
            assert outcome(validate, operation, body) == outcome(judge, operation, body)


def test_sound_members_are_not_judged_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that passes quickly is not gone through again."""
    monkeypatch.setattr(validation, "judge", lambda *_: 1 / 0)
    body = {"ClientId": "abc", "Username": "alice", "Password": "Secret-1", "Unknown": 1}
    assert validate("SignUp", body) == {name: body[name] for name in body if name != "Unknown"}
    shape = service_model().operation_model("SignUp").input_shape
    assert shape is not None
    with pytest.raises(Misfit):
        fit_of(shape)([])
