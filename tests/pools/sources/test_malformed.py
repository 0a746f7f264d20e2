"""Files in which one value is something else: what cannot be read is refused in one line."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.sources import read
from harness.pools.sources.documents import read_document
from tests.pools.sources.files import FILES

WITHOUT_ADDRESS = {"mode": "managed", "type": "aws_cognito_user_pool", "values": {}}
ODD: tuple[Any, ...] = (None, 1.5, True, "x", [], {}, ["x"], [None], [{}], {"a": 1})
FORMATS = (
    "plan.json",
    "state.json",
    "terraform.tfstate",
    "pulumi.json",
    "sam.yaml",
    "described/pool.json",
    "described/mfa.json",
    "serverless/serverless.yml",
    "amplify/backend/auth/signin/signin-cloudformation-template.yml",
)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the keys and indexes that lead to each value in a value."""
    if place:
        yield place
    listed = enumerate(value) if isinstance(value, list) else ()
    for key, item in value.items() if isinstance(value, dict) else listed:
        yield from places(item, (*place, key))


def changed(value: Any, place: tuple[Any, ...], odd: Any) -> Any:
    """Return a copy of a value in which another value is at a place."""
    found = copy.deepcopy(value)
    inside = found
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = odd
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_no_value_ends_in_a_traceback(tmp_path: Path, name: str) -> None:
    """Whatever is at a place of a file, the file is read or refused in one line."""
    value = read_document(FILES / name).value
    path = tmp_path / Path(name).with_suffix(".json").name
    for number, place in enumerate(places(value)):
        # Two at each place, and each of them at every fifth place.
        for odd in (ODD * 2)[2 * number % len(ODD) :][:2]:
            path.write_text(json.dumps(changed(value, place, odd)), encoding="utf-8")
            try:
                read(path)
            except ConfigurationError as refused:
                message = str(refused)
            else:
                continue
            assert "\n" not in message, (place, odd)


@pytest.mark.parametrize(
    ("changed_value", "part"),
    [
        ({"planned_values": {"root_module": []}}, "planned_values\\.root_module: cannot use"),
        ({"resource_changes": ["x"]}, "resource_changes: .*it must be a list of objects"),
        (
            {"planned_values": {"root_module": {"resources": [WITHOUT_ADDRESS]}}},
            r"resources\[0\]\.address: no value given",
        ),
        ({"configuration": {"root_module": {"module_calls": {"a": 5}}}}, "module_calls\\.a: .* 5 "),
    ],
)
def test_a_plan_of_another_form(tmp_path: Path, changed_value: Any, part: str) -> None:
    """What is no object in a plan is named with its line."""
    plan = {"format_version": "1.2", "planned_values": {}, **changed_value}
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan, indent=1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=part) as refused:
        read(path)
    assert "line " in str(refused.value)
