"""Rules of an audit, and how a rule checks the parts of a configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

from harness.pools.audit.conditions import Answer, Condition
from harness.pools.audit.expectations import Expectation, decided, wrong_items
from harness.pools.configuration.pool_configuration import (
    Kind,
    NeededParameter,
    Part,
    PoolConfiguration,
    SourceLocation,
    Unknown,
    format_value,
)

__all__ = ["Finding", "Rule", "Severity", "State", "judge"]

#: ``unknown`` means that only a deployment knows the value; ``waived`` means failed with a waiver.
State = Literal["passed", "failed", "unknown", "waived"]


class Severity(IntEnum):
    """How bad it is if a rule fails."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        """Return the word for it in options and profiles."""
        return self.name.lower()


def _always(_configuration: PoolConfiguration, _part: Part) -> Answer:
    return True


@dataclass(frozen=True)
class Rule:
    """One check of one setting.

    Attributes:
        id: the name of the rule.
        title: what the rule requires, in a few words.
        severity: how bad a failure is, unless a profile changes it.
        kind: the parts that it checks: the pool, its MFA configuration, each app client or each
            domain.
        setting: the path of the setting; a finding points to its location.
        expected: what the value must be.
        reason: why it matters.
        fix: what to do about a failure.
        elsewhere: the names of the same rule in other tools.
        applies: returns whether the rule makes sense for a configuration; it can be unknown.
        read: computes the value, if it is more than the setting itself.
        read_whole: computes it from the whole pool and the part, if the part does not tell it.
        facts: the facts that the reason rests on, see ``docs/fidelity.md``.
    """

    id: str
    title: str
    severity: Severity
    kind: Kind
    setting: str
    expected: Expectation
    reason: str
    fix: str
    elsewhere: tuple[str, ...] = ()
    applies: Condition = _always
    read: Callable[[Part], Any] | None = None
    read_whole: Callable[[PoolConfiguration, Part], Any] | None = None
    facts: tuple[str, ...] = ()

    def value(self, configuration: PoolConfiguration, part: Part) -> Any:
        """Return the value that the rule checks."""
        if self.read_whole is not None:
            return self.read_whole(configuration, part)
        return part.value(self.setting) if self.read is None else self.read(part)


@dataclass(frozen=True)
class Finding:
    """The result of a rule for one part.

    Attributes:
        rule: the rule.
        severity: the severity, after the profile's changes.
        state: the outcome.
        part: the name of the pool or app client.
        actual: the value, in words.
        expected: what the value must be, in words.
        place: where the setting is in its source, or where it belongs.
        remark: the reason of the waiver, or why the value is unknown.
        needs: the parameters without a known value that an unknown value depends on.
    """

    rule: Rule
    severity: Severity
    state: State
    part: str
    actual: str
    expected: str
    place: SourceLocation | None = None
    remark: str = ""
    needs: tuple[NeededParameter, ...] = ()

    def __str__(self) -> str:
        """Return the finding in one sentence."""
        return (
            f"{self.rule.id}: {self.rule.setting} of {self.part} is {self.actual}, "
            f"expected {self.expected}"
        )


def judge(
    rule: Rule,
    completed: PoolConfiguration,
    original: PoolConfiguration,
    expected: Expectation | None = None,
) -> list[Finding]:
    """Return one finding for each part that a rule checks.

    Args:
        rule: the rule.
        completed: the configuration with Cognito's defaults, whose values are checked.
        original: the configuration as it was read, with the locations of the settings.
        expected: an expectation that replaces the rule's own.
    """
    wanted = expected or rule.expected
    places = {(part.kind, part.name): part for part in original.parts}
    checked = [
        (part, rule.applies(completed, part)) for part in completed.parts if part.kind == rule.kind
    ]
    return [
        _finding(
            rule, part, rule.value(completed, part), applies, wanted, places[part.kind, part.name]
        )
        for part, applies in checked
        if applies is not False
    ]


def _finding(
    rule: Rule, part: Part, value: Any, applies: Answer, wanted: Expectation, source: Part
) -> Finding:
    met = decided(wanted, value)
    actual = str(met) if isinstance(met, Unknown) else _in_words(value, wanted)
    if met is False and isinstance(applies, Unknown):
        met = applies
        actual += f", and whether the rule applies is {applies}"
    return Finding(
        rule=rule,
        severity=rule.severity,
        state="unknown" if isinstance(met, Unknown) else "passed" if met else "failed",
        part=part.name,
        actual=actual,
        expected=str(wanted),
        place=source.place(rule.setting),
        remark=met.reason if isinstance(met, Unknown) else "",
        needs=met.needs if isinstance(met, Unknown) else (),
    )


def _in_words(value: Any, wanted: Expectation) -> str:
    """Return a value in words; of a long list in which some items are wrong, those alone."""
    wrong = wrong_items(wanted, value)
    if wrong and len(wrong) < len(value):
        return f"a list with {format_value(wrong)}"
    return format_value(value)
