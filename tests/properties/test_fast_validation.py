"""Tests that fast validation and full validation, which names every violation, agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.emulator.api import fast_validation
from harness.emulator.api.fast_validation import Misfit, fit_of, validate
from harness.emulator.api.validation import name_violations
from harness.emulator.refusals import Refusal
from tests.properties.generation import Sent, requests_of
from tests.properties.live_values import LiveValues
from tests.properties.profiles import share
from tests.support.botocore_model import botocore_model

OPERATIONS = tuple(sorted(botocore_model().operation_names))


def outcome(way: Callable[[str, Any], Any], operation: str, body: Any) -> Any:
    """Return what a validation makes of a request: its members in their order, or the refusal."""
    try:
        return json.dumps(way(operation, body))
    except Refusal as refused:
        return refused.code, refused.message, refused.status


def test_both_validations_agree() -> None:
    """Both validations accept or refuse a request, valid or not, with the same text."""
    seen = set()

    @share(0.5)
    @given(st.lists(requests_of(*OPERATIONS), min_size=10, max_size=60))
    def run(requests: list[Sent]) -> None:
        for sent in requests:
            body = json.loads(json.dumps(LiveValues().fill(sent.body)))
            found = outcome(validate, sent.operation, body)
            assert found == outcome(name_violations, sent.operation, body)
            seen.add(type(found))

    run()
    assert seen == {str, tuple}


#: Values at the limits of what a member may be, for each kind of shape.
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
def test_both_agree_at_the_limits(operation: str) -> None:
    """Each member of each operation accepts the same values in both validations."""
    shape = botocore_model().operation_model(operation).input_shape
    members = shape.members if shape is not None else {}
    for name in members:
        for edge in EDGES:
            body = {**dict.fromkeys(members, None), name: edge}
            assert outcome(validate, operation, body) == outcome(name_violations, operation, body)


def test_a_valid_request_is_validated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that passes fast validation is not validated again."""
    monkeypatch.setattr(fast_validation, "name_violations", lambda *_: 1 / 0)
    body = {"ClientId": "abc", "Username": "alice", "Password": "Secret-1", "Unknown": 1}
    assert validate("SignUp", body) == {name: body[name] for name in body if name != "Unknown"}
    shape = botocore_model().operation_model("SignUp").input_shape
    assert shape is not None
    with pytest.raises(Misfit):
        fit_of(shape)([])
