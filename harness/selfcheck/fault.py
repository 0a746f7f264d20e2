"""Faults: what is planted in the emulator, and how the scenarios must notice it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from harness.verdicts.verdict import Verdict

if TYPE_CHECKING:
    from harness.selfcheck.planting import Planter

__all__ = ["Kind", "PlantedFault", "fault_of", "faults_of", "scenario_name"]

#: ``service``: Cognito does something wrong. ``pool``: a setting has another value than was asked
#: for, though the service describes it as asked.
Kind = Literal["service", "pool"]

_FACT = re.compile(r"\b[A-Z]\d+[a-z]?\b")


@dataclass(frozen=True)
class PlantedFault:
    """One fault.

    Attributes:
        id: short name, such as ``any-password-proof``.
        wrong: what is wrong, as one sentence without a period.
        area: what it is about, such as ``sessions``.
        plant: patches the emulator.
        noticed_by: the scenarios that must notice it, as patterns of `scenario_name`.
        verdicts: how their checks must turn out.
        facts: numbers of facts; a check that names one of them counts in any scenario.
        operations: the operations whose scenarios are tried beside those that enter what the fault
            replaces.
        kind: where it is.
        message: what a check that was answered otherwise must say, as a regular expression; without
            one, no such check shows the fault.
    """

    id: str
    wrong: str
    area: str
    plant: Callable[[Planter], None]
    noticed_by: tuple[str, ...]
    verdicts: tuple[Verdict, ...] = (Verdict.NOT_REFUSED,)
    facts: str = ""
    operations: tuple[str, ...] = ()
    kind: Kind = "service"
    message: str = ""

    def expects(self, scenario: str) -> bool:
        """Return whether a scenario must notice the fault."""
        return any(fnmatchcase(scenario, pattern) for pattern in self.noticed_by)

    def is_shown_by(self, scenario: str, verdict: Verdict | None, facts: str, message: str) -> bool:
        """Return whether a failed scenario is a right reason to fail."""
        if verdict not in self.verdicts:
            return False
        if verdict is Verdict.ANSWERED_OTHERWISE and not self._is_about(message):
            return False
        shared = set(_FACT.findall(self.facts)) & set(_FACT.findall(facts))
        return self.expects(scenario) or bool(shared)

    def _is_about(self, message: str) -> bool:
        return bool(self.message) and re.search(self.message, message) is not None


def scenario_name(node_id: str) -> str:
    """Return the name of a scenario, such as ``sign_in::wrong_password_is_refused``."""
    path, _, function = node_id.partition("::")
    module = path.rpartition("/")[2].removesuffix(".py")
    return f"{module.removeprefix('test_')}::{function.partition('[')[0].removeprefix('test_')}"


def faults_of(table: str) -> tuple[PlantedFault, ...]:
    """Return the faults of a module that has them as ``FAULTS``."""
    return tuple(import_module(table).FAULTS)


def fault_of(table: str, name: str) -> PlantedFault:
    """Return one fault of a module."""
    return _only(fault for fault in faults_of(table) if fault.id == name)


def _only(found: Iterable[PlantedFault]) -> PlantedFault:
    (fault,) = found
    return fault
