"""What a rule is, and how it judges one part of a configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

from harness.pools.audit.expectations import Expectation
from harness.pools.configuration.pool_configuration import (
    Kind,
    Part,
    PoolConfiguration,
    SourceLocation,
    Unknown,
    format_value,
    walk,
)

__all__ = ["Finding", "Rule", "Severity", "State", "judge"]

#: ``passed``; ``failed``; ``unknown``, only a deployment can tell; ``waived`` by the user.
State = Literal["passed", "failed", "unknown", "waived"]


class Severity(IntEnum):
    """How bad it is when a rule is broken."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        """Return the word that users write."""
        return self.name.lower()


def _always(_configuration: PoolConfiguration, _part: Part) -> bool:
    return True


@dataclass(frozen=True)
class Rule:
    """One check of one setting.

    Attributes:
        id: what users call it.
        title: what has to be, in a few words.
        severity: unless a profile says otherwise.
        kind: which parts it is about: the pool, its MFA configuration or each app client.
        setting: the path of the setting; its place is where a finding points to.
        expected: what it has to be.
        reason: why.
        fix: what to do.
        elsewhere: the same rule in other tools.
        applies: whether it says anything about a configuration at all.
        read: how the value is found, where the setting alone is not it.
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
    applies: Callable[[PoolConfiguration, Part], bool] = _always
    read: Callable[[Part], Any] | None = None

    def value(self, part: Part) -> Any:
        """Return the value that the rule is about."""
        return part.value(self.setting) if self.read is None else self.read(part)


@dataclass(frozen=True)
class Finding:
    """What a rule found in one part.

    Attributes:
        rule: the rule.
        severity: by the profile.
        state: how it ended.
        part: the name of the pool or of the app client.
        actual: the value, in words.
        expected: what it should be, in words.
        place: where the setting stands in its source, or would belong.
        remark: why it was waived, or why it is unknown.
    """

    rule: Rule
    severity: Severity
    state: State
    part: str
    actual: str
    expected: str
    place: SourceLocation | None = None
    remark: str = ""

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
    """Return what a rule finds: one finding for each part that it is about.

    Args:
        rule: the rule.
        completed: the configuration with Cognito's defaults, by which is judged.
        original: the configuration as it was read, which knows where settings stand.
        expected: what to expect instead of what the rule does.
    """
    wanted = expected or rule.expected
    places = {(part.kind, part.name): part for part in original.parts}
    return [
        _finding(rule, part, wanted, places[part.kind, part.name])
        for part in completed.parts
        if part.kind == rule.kind and rule.applies(completed, part)
    ]


def _finding(rule: Rule, part: Part, wanted: Expectation, source: Part) -> Finding:
    value = rule.value(part)
    hidden = _unknown(value)
    state: State = "unknown" if hidden else "passed" if wanted.met(value) else "failed"
    return Finding(
        rule=rule,
        severity=rule.severity,
        state=state,
        part=part.name,
        actual=str(hidden) if hidden else format_value(value),
        expected=str(wanted),
        place=source.place(rule.setting),
        remark=hidden.reason if hidden else "",
    )


def _unknown(value: Any) -> Unknown | None:
    """What of a value only a deployment knows."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, (Mapping, list, tuple)):
        return next((item for _, item in walk(value) if isinstance(item, Unknown)), None)
    return None
