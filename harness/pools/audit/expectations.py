"""What a rule can expect of a setting: a value, a bound, an item of a list and so on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from harness.pools.configuration.pool_configuration import format_value

__all__ = [
    "Absent",
    "AtLeast",
    "AtMost",
    "Expectation",
    "Includes",
    "Is",
    "Lacks",
    "Present",
    "Satisfies",
    "replaced",
]

Value: TypeAlias = "str | int | bool"


class Expectation(Protocol):
    """A condition that a value meets or does not meet."""

    def met(self, value: Any) -> bool:
        """Return whether the value is as expected; ``None`` stands for no value."""
        ...

    def __str__(self) -> str:
        """Return the expectation as the end of the sentence "expected …"."""
        ...


@dataclass(frozen=True)
class Is:
    """Expects exactly this value."""

    wanted: Value

    def met(self, value: Any) -> bool:
        """Return whether the value is equal; true and 1 are different."""
        return value == self.wanted and isinstance(value, bool) == isinstance(self.wanted, bool)

    def __str__(self) -> str:
        """Return the value as in a template."""
        return format_value(self.wanted)


@dataclass(frozen=True)
class AtLeast:
    """Expects this number or more."""

    least: int
    unit: str = ""

    def met(self, value: Any) -> bool:
        """Return whether the value is a number and large enough."""
        return _is_number(value) and value >= self.least

    def __str__(self) -> str:
        """Return the bound in words."""
        return f"at least {self.least}{self.unit}"


@dataclass(frozen=True)
class AtMost:
    """Expects this number or less."""

    most: int
    unit: str = ""

    def met(self, value: Any) -> bool:
        """Return whether the value is a number and small enough."""
        return _is_number(value) and value <= self.most

    def __str__(self) -> str:
        """Return the bound in words."""
        return f"at most {self.most}{self.unit}"


@dataclass(frozen=True)
class Includes:
    """Expects a list that contains this item."""

    wanted: str

    def met(self, value: Any) -> bool:
        """Return whether the list contains the item."""
        return self.wanted in (value or ())

    def __str__(self) -> str:
        """Return the expectation in words."""
        return f"a list with {self.wanted}"


@dataclass(frozen=True)
class Lacks:
    """Expects a list without these items; no list is fine too."""

    unwanted: tuple[str, ...]

    def met(self, value: Any) -> bool:
        """Return whether the list contains none of the items."""
        return not set(self.unwanted) & set(value or ())

    def __str__(self) -> str:
        """Return the expectation in words."""
        return f"a list without {', '.join(self.unwanted)}"


@dataclass(frozen=True)
class Present:
    """Expects any value."""

    def met(self, value: Any) -> bool:
        """Return whether there is a value."""
        return value is not None

    def __str__(self) -> str:
        """Return the expectation in words."""
        return "any value"


@dataclass(frozen=True)
class Absent:
    """Expects no value."""

    def met(self, value: Any) -> bool:
        """Return whether there is no value."""
        return value is None

    def __str__(self) -> str:
        """Return the expectation in words."""
        return "not set"


@dataclass(frozen=True)
class Satisfies:
    """Expects what a test function accepts.

    Attributes:
        test: returns whether a value is as expected.
        words: the expectation in words.
    """

    test: Callable[[Any], bool]
    words: str

    def met(self, value: Any) -> bool:
        """Return the result of the test."""
        return self.test(value)

    def __str__(self) -> str:
        """Return the expectation in words."""
        return self.words


def replaced(expectation: Expectation, value: Any) -> Expectation | None:
    """Return the expectation with a value from the user's profile.

    A number replaces a bound; a value of the same type replaces an exact value.

    Returns:
        The new expectation, or ``None`` if this expectation does not take such a value.
    """
    if isinstance(expectation, AtLeast) and _is_number(value):
        return AtLeast(value, expectation.unit)
    if isinstance(expectation, AtMost) and _is_number(value):
        return AtMost(value, expectation.unit)
    if isinstance(expectation, Is) and type(value) is type(expectation.wanted):
        return Is(value)
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
