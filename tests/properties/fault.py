"""What a planted fault is, and ways to plant one and to take it away again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.properties.model.rules import Rule

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Fault:
    """A fault: what is wrong, how to plant it, and the rule that it breaks.

    Attributes:
        seed: the seed of a search that finds the fault soon; other seeds take longer.
    """

    name: str
    what: str
    plant: Callable[[Patch], None]
    breaks: Rule
    seed: int

    def __str__(self) -> str:
        return self.name


def with_each_engine(patch: Patch, forget: Callable[[], None]) -> None:
    """Clear what a fault has collected whenever a run begins, so that runs repeat exactly."""
    begin = Engine.__init__

    def begin_again(self: Engine, **settings: Any) -> None:
        forget()
        begin(self, **settings)

    patch.setattr(Engine, "__init__", begin_again)


def replace_everywhere(patch: Patch, original: object, replacement: object) -> None:
    """Replace a function in every module that imported it by name."""
    for name, module in list(sys.modules.items()):
        if name.startswith("harness.emulator"):
            for attribute, value in list(vars(module).items()):
                if value is original:
                    patch.setattr(module, attribute, replacement)
