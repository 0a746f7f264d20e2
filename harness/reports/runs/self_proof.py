"""What ``cognito-harness selfcheck --json`` found: which planted faults the scenarios noticed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError

__all__ = ["PlantedFault", "SelfProof", "read_self_proof"]

_OPTION = "--selfcheck"


@dataclass(frozen=True)
class PlantedFault:
    """A fault that was planted in a service.

    Attributes:
        fault: its name.
        sentence: what is wrong with the service.
        noticed: whether a scenario failed because of it.
        scenario: the first scenario that failed.
        first_line: the first line of its failure.
    """

    fault: str
    sentence: str
    noticed: bool
    scenario: str = ""
    first_line: str = ""


@dataclass(frozen=True)
class SelfProof:
    """All faults that were planted, one at a time."""

    faults: tuple[PlantedFault, ...]

    @property
    def unnoticed(self) -> list[PlantedFault]:
        """The faults that no scenario noticed."""
        return [fault for fault in self.faults if not fault.noticed]

    @property
    def noticed(self) -> list[PlantedFault]:
        """The faults that a scenario noticed."""
        return [fault for fault in self.faults if fault.noticed]


def read_self_proof(path: Path) -> SelfProof:
    """Read a file of ``cognito-harness selfcheck --json``.

    Raises:
        ConfigurationError: the file cannot be read, or holds something else.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _unusable(path, f"it cannot be read: {error}") from None
    faults = found.get("faults") if isinstance(found, dict) else found
    if not isinstance(faults, list):
        raise _unusable(path, "it is no list of faults")
    return SelfProof(tuple(_fault(path, number, item) for number, item in enumerate(faults, 1)))


def _fault(path: Path, number: int, item: Any) -> PlantedFault:
    if not isinstance(item, Mapping):
        raise _unusable(path, f"fault {number} is no object")
    fault, noticed = item.get("fault"), item.get("noticed")
    if not isinstance(fault, str) or not isinstance(noticed, bool):
        raise _unusable(path, f"fault {number} has no name, or does not say whether it was noticed")
    texts = (item.get(name) for name in ("sentence", "scenario", "first_line"))
    sentence, scenario, first_line = (text if isinstance(text, str) else "" for text in texts)
    return PlantedFault(fault, sentence, noticed, scenario, first_line)


def _unusable(path: Path, hint: str) -> ConfigurationError:
    return ConfigurationError(_OPTION, given=str(path), hint=hint)
