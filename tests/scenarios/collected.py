"""The scenarios as their modules define them, for tests that look at all of them."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import scenarios
from scenarios.support.variants import Variation

FOLDER = Path(scenarios.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("test_*.py"))


@dataclass(frozen=True)
class Scenario:
    """A test function of the scenarios, with the markers of its module."""

    module: str
    name: str
    function: Any
    marks: tuple[pytest.Mark, ...]

    @property
    def id(self) -> str:
        """How a failing test names it."""
        return f"{self.module}.{self.name}"

    @property
    def variation(self) -> Variation | None:
        """What the scenario varies, if anything."""
        those = [mark.args[0] for mark in self.marks if mark.name == "varied"]
        return those[0] if those else None

    @property
    def needs(self) -> set[str]:
        """The capabilities that the scenario names."""
        return {name for mark in self.marks if mark.name == "cognito_needs" for name in mark.args}


def every_scenario() -> list[Scenario]:
    """Return all scenarios, in the order of their names."""
    return [each for name in MODULES for each in _of_module(name)]


def _of_module(name: str) -> Iterator[Scenario]:
    module = importlib.import_module(f"scenarios.{name}")
    shared = _marks(getattr(module, "pytestmark", []))
    for function_name, function in sorted(vars(module).items()):
        if function_name.startswith("test_") and not isinstance(function, ModuleType):
            own = _marks(getattr(function, "pytestmark", []))
            yield Scenario(name, function_name, function, (*own, *shared))


def _marks(those: Any) -> tuple[pytest.Mark, ...]:
    each: list[Any] = those if isinstance(those, list) else [those]
    # pytestmark holds what pytest.mark made, a function the mark inside of it.
    return tuple(mark.mark if isinstance(mark, pytest.MarkDecorator) else mark for mark in each)
