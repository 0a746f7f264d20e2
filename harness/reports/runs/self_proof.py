"""What ``cognito-harness selfcheck --json`` found: which planted faults the scenarios noticed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError

__all__ = ["ProvenFault", "SelfProof", "read_self_proof"]

_OPTION = "--selfcheck"
_NOTICED = "noticed"
#: The format that this version of the selfcheck writes.
_FORMAT = 1


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
        counts_against: whether it is a gap: unnoticed without a reason, or noticed in spite of one.
    """

    fault: str
    sentence: str
    noticed: bool
    scenario: str = ""
    first_line: str = ""
    reason: str = ""
    counts_against: bool = False


@dataclass(frozen=True)
class SelfProof:
    """All faults that were planted, one at a time.

    Attributes:
        faults: how each ended.
        idle: the scenarios that notice no fault, and why that may be; empty without a reason.
        needless: the scenarios with a reason to notice no fault that notice one.
        whole: whether all faults were planted.
    """

    faults: tuple[ProvenFault, ...]
    idle: Mapping[str, str] = field(default_factory=dict)
    needless: tuple[str, ...] = ()
    whole: bool = True

    @property
    def gaps(self) -> list[str]:
        """A sentence for each thing that the self-proof does not show."""
        against = [fault.fault for fault in self.faults if fault.counts_against]
        idle = [name for name, reason in self.idle.items() if not reason]
        found = [
            ("Faults that count against the scenarios", against),
            ("Scenarios that notice no fault", idle),
            ("Scenarios with a needless reason to notice none", list(self.needless)),
        ]
        parts = [f"{what}: {', '.join(names)}." for what, names in found if names]
        return parts if self.whole else ["Only a part of the faults was planted.", *parts]

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
    if not isinstance(found, dict) or not isinstance(found.get("faults"), list):
        raise _unusable(path, "it is no list of faults")
    if found.get("format") != _FORMAT:
        hint = f"its format is {str(found.get('format'))[:40]}, and {_FORMAT} is known"
        raise _unusable(path, hint)
    idle: Any = found.get("idle")
    needless: Any = found.get("needless")
    whole = found.get("whole")
    if not (_are_texts(idle, dict) and _are_texts(needless, list) and isinstance(whole, bool)):
        raise _unusable(path, "its scenarios are not what a selfcheck writes")
    faults = tuple(_fault(path, number, item) for number, item in enumerate(found["faults"], 1))
    return SelfProof(faults, idle, tuple(needless), whole)


def _are_texts(value: Any, kind: type) -> bool:
    members = value.values() if isinstance(value, dict) else value
    return isinstance(value, kind) and all(isinstance(item, str) for item in members)


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
            (end == _NOTICED) == bool(item.get("reason", "")),
        )
    except (AttributeError, KeyError, LookupError, TypeError):
        raise _unusable(path, f"fault {number} is not what a selfcheck writes") from None
    texts = (fault.fault, fault.sentence, fault.scenario, fault.first_line, fault.reason)
    if not all(isinstance(text, str) for text in texts):
        raise _unusable(path, f"fault {number} has something else for a text")
    return fault


def _unusable(path: Path, hint: str) -> ConfigurationError:
    return ConfigurationError(_OPTION, given=str(path), hint=hint)
