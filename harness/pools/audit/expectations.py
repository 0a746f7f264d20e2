"""What a rule may expect of a setting; each says itself in words, and some take another value."""

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
    """Something that a value does or does not fulfil."""

    def met(self, value: Any) -> bool:
        """Return whether the value, ``None`` where there is none, is as expected."""
        ...

    def __str__(self) -> str:
        """Return the expectation as the end of the sentence "expected …"."""
        ...


@dataclass(frozen=True)
class Is:
    """The value itself."""

    wanted: Value

    def met(self, value: Any) -> bool:
        """Return whether it is the value; true is not 1 here."""
        return value == self.wanted and isinstance(value, bool) == isinstance(self.wanted, bool)

    def __str__(self) -> str:
        """Return the value as a template would have it."""
        return format_value(self.wanted)


@dataclass(frozen=True)
class AtLeast:
    """A number, or more."""

    least: int
    unit: str = ""

    def met(self, value: Any) -> bool:
        """Return whether there is a number as large."""
        return _is_number(value) and value >= self.least

    def __str__(self) -> str:
        """Return the bound."""
        return f"at least {self.least}{self.unit}"


@dataclass(frozen=True)
class AtMost:
    """A number, or less."""

    most: int
    unit: str = ""

    def met(self, value: Any) -> bool:
        """Return whether there is a number as small."""
        return _is_number(value) and value <= self.most

    def __str__(self) -> str:
        """Return the bound."""
        return f"at most {self.most}{self.unit}"


@dataclass(frozen=True)
class Includes:
    """A list with this among its items."""

    wanted: str

    def met(self, value: Any) -> bool:
        """Return whether it is in the list."""
        return self.wanted in (value or ())

    def __str__(self) -> str:
        """Return what is to be in it."""
        return f"a list with {self.wanted}"


@dataclass(frozen=True)
class Lacks:
    """A list, or none, with none of these among its items."""

    unwanted: tuple[str, ...]

    def met(self, value: Any) -> bool:
        """Return whether none is in the list."""
        return not set(self.unwanted) & set(value or ())

    def __str__(self) -> str:
        """Return what is not to be in it."""
        return f"nothing of {', '.join(self.unwanted)}"


@dataclass(frozen=True)
class Present:
    """Anything, as long as there is something."""

    def met(self, value: Any) -> bool:
        """Return whether there is a value."""
        return value is not None

    def __str__(self) -> str:
        """Return that in words."""
        return "a value"


@dataclass(frozen=True)
class Absent:
    """Nothing at all."""

    def met(self, value: Any) -> bool:
        """Return whether there is no value."""
        return value is None

    def __str__(self) -> str:
        """Return that in words."""
        return "none"


@dataclass(frozen=True)
class Satisfies:
    """Whatever a test says, for what cannot be said by a value."""

    test: Callable[[Any], bool]
    words: str

    def met(self, value: Any) -> bool:
        """Return what the test says."""
        return self.test(value)

    def __str__(self) -> str:
        """Return the words for it."""
        return self.words


def replaced(expectation: Expectation, value: Any) -> Expectation | None:
    """Return the expectation with the user's own value in it; ``None`` where it takes no such one.

    A number replaces the bound of a bound, a value of the same type the one that is expected.
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
