"""The table of operations: every one once."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.api.request import Request
from harness.emulator.api.service_model import is_operation
from harness.emulator.operations.table import OPERATIONS, merged
from harness.emulator.service import Service


def handler(service: Service, request: Request) -> dict[str, Any]:
    """A handler that does nothing."""
    return {}


def test_an_operation_that_is_given_twice_is_refused() -> None:
    """Two modules with one operation are a mistake, not a replacement."""
    with pytest.raises(ValueError, match="the operation SignUp is defined twice"):
        merged([{"SignUp": handler}, {"InitiateAuth": handler}, {"SignUp": handler}])


def test_operations_of_all_modules_are_in_the_table() -> None:
    """The table holds what each module gives."""
    assert merged([{"SignUp": handler}, {"InitiateAuth": handler}]).keys() == {
        "SignUp",
        "InitiateAuth",
    }


def test_every_operation_is_one_of_cognitos() -> None:
    """No name in the table is misspelled."""
    assert [name for name in OPERATIONS if not is_operation(name)] == []
