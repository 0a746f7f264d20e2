"""What a rule can expect of a setting: a value, a bound, an item of a list and so on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from harness.pools.configuration.pool_configuration import Unknown, format_value
from harness.pools.configuration.possibly_equal import first_unknown

__all__ = [
    "Absent",
    "AtLeast",
    "AtMost",
    "Expectation",
    "Includes",
    "IncludesOne",
    "Is",
    "Lacks",
    "Present",
    "Satisfies",
    "decided",
    "replaced",
    "wrong_items",
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
class IncludesOne:
    """Expects a list that contains at least one of these items."""

    wanted: tuple[str, ...]

    def met(self, value: Any) -> bool:
        """Return whether the list contains one of the items."""
        return bool(set(self.wanted) & set(value or ()))

    def __str__(self) -> str:
        """Return the expectation in words."""
        return f"a list with {' or '.join(self.wanted)}"


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
        of_each: whether it tests each item of a list alone.
    """

    test: Callable[[Any], bool]
    words: str
    of_each: bool = False

    def met(self, value: Any) -> bool:
        """Return the result of the test."""
        return self.test(value)

    def __str__(self) -> str:
        """Return the expectation in words."""
        return self.words


def decided(expectation: Expectation, value: Any) -> bool | Unknown:
    """Return whether a value is as expected whatever its unknown parts are, or what decides it.

    An unknown item of a list can be any item or none. A structure is set even if its members are
    unknown.
    """
    hidden = first_unknown(value)
    if hidden is None:
        return expectation.met(value)
    known = value
    if isinstance(value, (list, tuple)):
        known = [item for item in value if first_unknown(item) is None]
    if known and not isinstance(known, Unknown) and isinstance(expectation, (Absent, Present)):
        return expectation.met(known)
    if isinstance(known, list):
        if isinstance(expectation, (Includes, IncludesOne)) and expectation.met(known):
            return True
        if _is_of_each(expectation) and not expectation.met(known):
            return False
    return hidden


def wrong_items(expectation: Expectation, value: Any) -> list[Any]:
    """Return the items of a list that a test of each item alone does not accept."""
    is_tested = isinstance(expectation, Satisfies) and expectation.of_each
    if not is_tested or not isinstance(value, (list, tuple)):
        return []
    known = (item for item in value if first_unknown(item) is None)
    return [item for item in known if not expectation.met([item])]


def _is_of_each(expectation: Expectation) -> bool:
    return isinstance(expectation, Lacks) or (
        isinstance(expectation, Satisfies) and expectation.of_each
    )


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
