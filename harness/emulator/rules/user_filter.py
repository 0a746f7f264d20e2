"""The filter of ListUsers: its grammar, its attributes, and its search with indexes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harness.emulator import refusals
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User

#: ``attribute = "value"`` or ``attribute ^= "value"``; a backslash escapes the next character
#: (A076).
_FILTER = re.compile(r'\s*([\w:]+)\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*', re.DOTALL)

#: The searchable names that are not plain attributes (A077).
_RECORD: dict[str, Callable[[User], str]] = {
    "username": lambda user: user.username,
    "sub": lambda user: user.sub,
    "status": lambda user: "Enabled" if user.enabled else "Disabled",
    "cognito:user_status": lambda user: user.status,
}

_ATTRIBUTES = frozenset(
    {"email", "phone_number", "name", "given_name", "family_name", "preferred_username"}
)


@dataclass(frozen=True)
class Filter:
    """One condition: the attribute equals the value, or begins with it if ``prefix`` is set."""

    attribute: str
    value: str
    prefix: bool

    def key(self) -> tuple[str, str, bool]:
        """Return a key of this condition in a form that state files can hold."""
        return self.attribute, self.value, self.prefix

    def value_of(self, user: User) -> str | None:
        """Return the user's value of the filtered attribute."""
        record = _RECORD.get(self.attribute)
        return record(user) if record else user.attributes.get(self.attribute)

    def matches(self, user: User) -> bool:
        """Return whether the user matches; only cognito:user_status ignores case (A077)."""
        found, wanted = self.value_of(user), self.value
        if found is None:
            return False
        if self.attribute == "cognito:user_status":
            found, wanted = found.upper(), wanted.upper()
        return found.startswith(wanted) if self.prefix else found == wanted


def parse_filter(text: str | None) -> Filter | None:
    """Return the condition of a Filter member; ``None`` if it is absent or empty (A076, A078)."""
    if not text:
        return None
    match = _FILTER.fullmatch(text)
    if match is None:
        raise refusals.filter_unparsable()
    attribute, operator, value = match.groups()
    if attribute not in _RECORD and attribute not in _ATTRIBUTES:
        raise refusals.filter_attribute(attribute)
    return Filter(attribute, re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL), operator == "^=")


def find_users(pool: Pool, condition: Filter) -> list[User]:
    """Return the users who match, sorted by the filtered attribute (A080)."""
    found = [user for user in _candidates(pool, condition) if condition.matches(user)]
    return sorted(found, key=lambda user: condition.value_of(user) or "")


def _candidates(pool: Pool, condition: Filter) -> Iterable[User]:
    """Return the users to compare: few if there is an index for the condition, else all."""
    if condition.prefix:
        return pool.users
    if condition.attribute in pool.users.INDEXED:
        return pool.users.by_value(condition.attribute, condition.value)
    if condition.attribute == "username":
        return _at_most_one(pool.users.by_username(condition.value))
    if condition.attribute == "sub":
        return _at_most_one(pool.users.by_sub(condition.value))
    return pool.users


def _at_most_one(user: User | None) -> list[User]:
    return [] if user is None else [user]
