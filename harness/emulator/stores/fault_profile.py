"""A fault profile: which share of all calls, answers and emails goes wrong, and how.

The draws are numbered, not taken from one running sequence. The n-th call of an operation has the
same fate with the same seed, whatever calls of other operations come between.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from threading import Lock

from harness.emulator.api.service_model import is_operation, service_model
from harness.emulator.stores.profile_end import ProfileEnd
from harness.errors import nearest_match

#: The kinds of faults in three groups. Of each group, at most one strikes a call.
GROUPS: dict[str, tuple[str, ...]] = {
    "error": ("throttle", "internal", "unavailable", "drop", "cut"),
    "delay": ("slow",),
    "email": ("email-late", "email-twice", "email-lost"),
}
KINDS = tuple(kind for kinds in GROUPS.values() for kind in kinds)
_GROUP = {kind: group for group, kinds in GROUPS.items() for kind in kinds}
#: The longest delay of an answer, which a client waits for in real time, and of an email.
LONGEST_SLOW_SECONDS = 600.0
LONGEST_LATE_SECONDS = 365 * 86_400.0
#: Rates such as 0.1 and 0.2 have no exact binary form.
_TOLERANCE = 1e-9


@dataclass
class FaultRule:
    """One kind of fault, and how often it strikes.

    Attributes:
        kind: one of `KINDS`.
        rate: the share of calls or emails that it strikes, from 0 to 1.
        operations: the operations that it strikes; all if empty.
        least: the shortest delay of ``slow`` and ``email-late``, in seconds.
        most: the longest delay; each delay between the two is equally likely.
        struck: how often it has struck.
    """

    kind: str
    rate: float
    operations: tuple[str, ...] = ()
    least: float = 0.0
    most: float = 0.0
    struck: int = 0

    @property
    def group(self) -> str:
        """The group of its kind."""
        return _GROUP[self.kind]

    @property
    def delay(self) -> str:
        """The delay as it is written in a profile; empty for kinds without one."""
        if self.kind == "slow":
            ends = [_digits(seconds, 3) for seconds in (self.least, self.most)]
            return "-".join(dict.fromkeys(ends))
        return f"{_digits(self.least)}s" if self.kind == "email-late" else ""

    def text(self) -> str:
        """Return the rule in the compact form, from which the same rule is read."""
        where = f"@{'+'.join(self.operations)}" if self.operations else ""
        rate = repr(abs(self.rate)).removesuffix(".0")  # abs() because there is a -0.0
        return ":".join(filter(None, (f"{self.kind}{where}", rate, self.delay)))

    def applies_to(self, operation: str) -> bool:
        """Return whether the rule can strike calls of an operation."""
        return not self.operations or operation in self.operations

    def check(self) -> None:
        """Check every member.

        Raises:
            ValueError: a member has a value that no rule can have.
        """
        if self.kind not in KINDS:
            raise ValueError(f"no kind {self.kind!r}; allowed: {', '.join(KINDS)}")
        if not 0 <= self.rate <= 1:
            raise ValueError(f"the rate of {self.kind} is {self.rate!r}; it must be from 0 to 1")
        for operation in self.operations:
            if not is_operation(operation):
                near = nearest_match(operation, service_model().operation_names)
                hint = f"; did you mean {near!r}?" if near else ""
                raise ValueError(f"Cognito has no operation {operation!r}{hint}")
        self._check_delay()

    def _check_delay(self) -> None:
        longest = {"slow": LONGEST_SLOW_SECONDS, "email-late": LONGEST_LATE_SECONDS}
        most = longest.get(self.kind, 0.0)
        if not 0 <= self.least <= self.most <= most:
            scale, unit = (1000, "milliseconds") if self.kind == "slow" else (1, "seconds")
            raise ValueError(
                f"the delay of {self.kind} is from {self.least * scale:.10g} to "
                f"{self.most * scale:.10g} {unit}; it must be from 0 to {most * scale:.0f}, the "
                "shorter one first"
            )


@dataclass
class FaultProfile:
    """The rules of one emulator, and what they have done so far.

    Attributes:
        rules: the rules; of each group, the first one whose share a draw falls into strikes.
        seed: makes the draws; the same seed gives the same fate to the same calls.
        calls: how many draws there were, by group and operation.
        over: comes when the profile ends; answers that are held back wait for it.
    """

    rules: list[FaultRule]
    seed: int
    calls: dict[str, int] = field(default_factory=dict)
    over: ProfileEnd = field(default_factory=ProfileEnd, repr=False, compare=False)
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def check(self) -> None:
        """Check every rule, and that no call has more than one fate of a group.

        Raises:
            ValueError: a rule cannot be used, or rates add up to more than 1.
        """
        for rule in self.rules:
            rule.check()
        for group in GROUPS:
            for operation in self._named_operations():
                total = math.fsum(rule.rate for rule in self._rules(group, operation))
                if total > 1 + _TOLERANCE:
                    where = f" for {operation}" if operation else ""
                    kinds = ", ".join(GROUPS[group])
                    raise ValueError(
                        f"the rates{where} add up to {total:g}; those of {kinds} must not exceed "
                        "1 together, because at most one of them strikes"
                    )

    def text(self) -> str:
        """Return the rules in the compact form."""
        return ",".join(rule.text() for rule in self.rules)

    def strike(self, group: str, operation: str) -> FaultRule | None:
        """Draw whether a rule of a group strikes the next call, and count it."""
        return self._draw(group, operation)[0]

    def delay(self, group: str, operation: str) -> tuple[FaultRule | None, float]:
        """Draw as `strike` does; return the rule that strikes and its delay in seconds."""
        rule, share = self._draw(group, operation)
        return rule, rule.least + (rule.most - rule.least) * share if rule else 0.0

    def exported(self) -> FaultProfile:
        """Return a copy as it is now, which later draws do not change."""
        with self._lock:
            return FaultProfile([replace(rule) for rule in self.rules], self.seed, dict(self.calls))

    def _draw(self, group: str, operation: str) -> tuple[FaultRule | None, float]:
        rules = list(self._rules(group, operation))
        if not rules:
            return None, 0.0
        key = f"{group} {operation}"
        with self._lock:
            number = self.calls[key] = self.calls.get(key, 0) + 1
            chance, share = _numbers(f"{self.seed} {key} {number}")
            rule = _chosen(rules, chance)
            if rule is not None:
                rule.struck += 1
        return rule, share

    def _rules(self, group: str, operation: str) -> Iterator[FaultRule]:
        kinds = GROUPS[group]
        return (rule for rule in self.rules if rule.kind in kinds and rule.applies_to(operation))

    def _named_operations(self) -> Iterable[str]:
        """Return every operation that a rule names, and an empty name for all others."""
        return dict.fromkeys(("", *(name for rule in self.rules for name in rule.operations)))


def _digits(number: float, shift: int = 0) -> str:
    """Return a number with every digit and no exponent, its decimal point moved to the right."""
    return f"{Decimal(repr(abs(number))).scaleb(shift).normalize():f}"


def _chosen(rules: list[FaultRule], chance: float) -> FaultRule | None:
    """Return the rule into whose share of the range from 0 to 1 the number falls."""
    for rule in rules:
        if chance < rule.rate:
            return rule
        chance -= rule.rate
    return None


def _numbers(text: str) -> tuple[float, float]:
    """Return two numbers from 0 to below 1 that depend on nothing but a text."""
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    # 53 bits are what a float holds, so that the number never rounds up to 1.
    halves = (int.from_bytes(digest[start : start + 8], "big") >> 11 for start in (0, 8))
    first, second = (half / (1 << 53) for half in halves)
    return first, second
