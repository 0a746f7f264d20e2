"""What ``cognito-harness selfcheck --json`` found: which planted faults the scenarios noticed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError

__all__ = ["ProvenFault", "SelfProof", "read_self_proof"]

_OPTION = "--selfcheck"
_NOTICED = "noticed"


@dataclass(frozen=True)
class ProvenFault:
    """A fault that was planted in a service.

    Attributes:
        fault: its name.
        sentence: what is wrong with the service.
        noticed: whether a scenario failed because of it, for the right reason.
        scenario: the first scenario that failed.
        first_line: the first line of its failure.
        reason: how it ended instead, and why that may be.
    """

    fault: str
    sentence: str
    noticed: bool
    scenario: str = ""
    first_line: str = ""
    reason: str = ""


@dataclass(frozen=True)
class SelfProof:
    """All faults that were planted, one at a time."""

    faults: tuple[ProvenFault, ...]

    @property
    def unnoticed(self) -> list[ProvenFault]:
        """The faults that no scenario noticed."""
        return [fault for fault in self.faults if not fault.noticed]

    @property
    def noticed(self) -> list[ProvenFault]:
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


def _fault(path: Path, number: int, item: Any) -> ProvenFault:
    try:
        end, notices = item["end"], item["notices"]
        first = notices[0] if notices else {}
        fault = ProvenFault(
            item["id"],
            item["wrong"],
            end == _NOTICED,
            first.get("scenario", ""),
            first.get("message", ""),
            "" if end == _NOTICED else "; ".join(filter(None, (end, item.get("reason", "")))),
        )
    except (AttributeError, KeyError, LookupError, TypeError):
        raise _unusable(path, f"fault {number} is not what a selfcheck writes") from None
    texts = (fault.fault, fault.sentence, fault.scenario, fault.first_line, fault.reason)
    if not all(isinstance(text, str) for text in texts):
        raise _unusable(path, f"fault {number} has something else for a text")
    return fault


def _unusable(path: Path, hint: str) -> ConfigurationError:
    return ConfigurationError(_OPTION, given=str(path), hint=hint)
