"""The table of operations: every one once, and each in the module that the table names."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from harness.emulator import operations
from harness.emulator.api.request import Request
from harness.emulator.api.service_model import is_operation
from harness.emulator.engine import Engine
from harness.emulator.operations import table
from harness.emulator.operations.table import OPERATIONS, import_operations, merged
from harness.emulator.service import Service

_FOLDER = Path(operations.__file__).parent


def given_by_modules() -> dict[str, set[str]]:
    """Return the operations that each module of the folder defines."""
    found = {}
    for path in _FOLDER.glob("*.py"):
        module = import_module(f"{operations.__name__}.{path.stem}")
        if module is not table and hasattr(module, "OPERATIONS"):
            found[path.stem] = set(module.OPERATIONS)
    return found


def test_an_operation_that_is_given_twice_is_refused() -> None:
    """Two modules with one operation are a mistake, not a replacement."""
    with pytest.raises(ValueError, match="the operation SignUp is defined twice"):
        merged({"sign_up": "SignUp", "initiate_auth": "InitiateAuth", "tokens": "SignUp"})


def test_the_table_names_what_each_module_defines() -> None:
    """No module has an operation that the table lacks, or lacks one that it names."""
    named = {module: set(listed.split()) for module, listed in table._NAMES.items()}
    assert named == given_by_modules()


def test_imported_operations_are_called_directly() -> None:
    """After the import, the table has the handlers of the modules themselves."""
    import_operations()
    homes = {handler.__module__ for handler in OPERATIONS.values()}
    assert table.__name__ not in homes


def test_a_handler_that_a_test_has_put_there_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the import nor a first call replaces it, also if it wraps the one that imports."""
    at_first = table._AT_FIRST["ListUserPools"]

    def wrapper(service: Service, request: Request) -> dict[str, Any]:
        return {**at_first(service, request), "Wrapped": True}

    monkeypatch.setitem(OPERATIONS, "ListUserPools", wrapper)
    import_operations()
    assert OPERATIONS["ListUserPools"] is wrapper
    answer = Engine().call("ListUserPools", {"MaxResults": 1})
    assert answer == {"UserPools": [], "Wrapped": True}
    assert OPERATIONS["ListUserPools"] is wrapper


def test_every_operation_is_one_of_cognitos() -> None:
    """No name in the table is misspelled."""
    assert [name for name in OPERATIONS if not is_operation(name)] == []
