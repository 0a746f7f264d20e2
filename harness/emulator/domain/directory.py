"""A pool's users, indexed by username, sub, alias and contact."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, overload

from harness.emulator.domain.users import User

#: A saved directory: CaseSensitive, the next number, and the users in order, each with a number
#: and the attributes that also sign the user in.
ExportedDirectory = tuple[bool, int, Sequence[tuple[int, User, dict[str, str]]]]


class UnusableUsers(ValueError):
    """Users that cannot be in one directory; the text is one line."""


class NumberedUsers(Sequence[tuple[int, User, dict[str, str]]]):
    """The users of one moment with their numbers, and the attributes that also sign them in.

    It is made without a loop in Python, because no call is served in the meantime. The attributes
    are those of the moment when they are read, or of the moment at which `keep` was called first.
    """

    def __init__(
        self,
        numbers: list[int],
        by_number: dict[int, User],
        aliases_of: Mapping[User, dict[str, str]],
    ) -> None:
        self._numbers = numbers.copy()
        self._by_number = by_number.copy()
        self._aliases_of = aliases_of
        self._kept: dict[User, dict[str, str]] = {}

    def keep(self, user: User) -> None:
        """Remember which attributes sign the user in now, before they change."""
        self._kept.setdefault(user, self._aliases_of.get(user, {}))

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> tuple[int, User, dict[str, str]]: ...

    @overload
    def __getitem__(self, place: slice) -> list[tuple[int, User, dict[str, str]]]: ...

    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return [self._numbered(number) for number in self._numbers[place]]
        return self._numbered(self._numbers[place])

    def _numbered(self, number: int) -> tuple[int, User, dict[str, str]]:
        user = self._by_number[number]
        kept = self._kept.get(user)
        return number, user, self._aliases_of.get(user, {}) if kept is None else kept


class UserDirectory:
    """Finds a pool's users by username, sub, alias or contact in constant time.

    Users stay in the order in which they were added. Each has a number, so that the next page of
    a list can begin after the last user of the page before.

    Args:
        case_sensitive: UsernameConfiguration.CaseSensitive; ``False`` covers usernames, email
            addresses and preferred usernames (A023).
    """

    #: The attributes with an index, for ListUsers with a filter for an exact value.
    INDEXED = ("email", "phone_number", "preferred_username")

    def __init__(self, *, case_sensitive: bool) -> None:
        self._case_sensitive = case_sensitive
        self._by_username: dict[str, User] = {}
        self._by_sub: dict[str, User] = {}
        self._by_alias: dict[tuple[str, str], User] = {}
        self._aliases_of: dict[User, dict[str, str]] = {}
        self._by_value: dict[tuple[str, str], dict[User, None]] = {}
        self._next_number = 1
        self._numbers: list[int] = []
        self._by_number: dict[int, User] = {}
        self._number_of: dict[User, int] = {}
        self._before_change: list[Callable[[User], None]] = []

    def __iter__(self) -> Iterator[User]:
        return iter(self._by_username.values())

    def __len__(self) -> int:
        return len(self._by_username)

    def __contains__(self, user: object) -> bool:
        return user in self._number_of

    def folded(self, value: str) -> str:
        """Return the one spelling of all spellings of a name that are the same name (A023)."""
        return value if self._case_sensitive else value.lower()

    def add(self, user: User) -> None:
        """Add a new user; the caller has made sure that the name is free."""
        number = self._next_number
        self._next_number += 1
        self._numbers.append(number)
        self._by_number[number] = user
        self._number_of[user] = number
        self._by_username[self.folded(user.username)] = user
        self._by_sub[user.sub] = user
        self._index(user)

    def remove(self, user: User) -> None:
        """Remove a user and their index entries, but none that belong to another user."""
        self._announce(user)
        self._unindex(user)
        for attribute, value in self._aliases_of.pop(user, {}).items():
            self.drop_alias(attribute, value, user)
        number = self._number_of.pop(user, None)
        if number is not None:
            del self._by_number[number]
            del self._numbers[bisect_left(self._numbers, number)]
        if self.by_username(user.username) is user:
            del self._by_username[self.folded(user.username)]
        if self.by_sub(user.sub) is user:
            del self._by_sub[user.sub]

    def assign(
        self, user: User, attributes: dict[str, str], sign_in_values: Mapping[str, str]
    ) -> None:
        """Replace a user's attributes; ``sign_in_values`` are those that sign the user in."""
        self._announce(user)
        self._unindex(user)
        for attribute, value in self._aliases_of.pop(user, {}).items():
            self.drop_alias(attribute, value, user)
        user.attributes = attributes
        self._index(user)
        for attribute, value in sign_in_values.items():
            self._by_alias[(attribute, self.folded(value))] = user
        self._aliases_of[user] = dict(sign_in_values)

    def by_username(self, username: str) -> User | None:
        """Return the user with that internal username."""
        return self._by_username.get(self.folded(username))

    def by_sub(self, sub: str) -> User | None:
        """Return the user with that sub."""
        return self._by_sub.get(sub)

    def by_alias(self, attribute: str, value: str) -> User | None:
        """Return the user that this value of the attribute signs in."""
        return self._by_alias.get((attribute, self.folded(value)))

    def drop_alias(self, attribute: str, value: str, user: User) -> None:
        """Remove a value from the user's aliases, if it is one."""
        key = (attribute, self.folded(value))
        if self._by_alias.get(key) is user:
            del self._by_alias[key]

    def by_value(self, attribute: str, value: str) -> list[User]:
        """Return every user with exactly that value of an indexed attribute, verified or not."""
        return list(self._by_value.get((attribute, value), ()))

    def after(self, number: int) -> Iterator[tuple[int, User]]:
        """Yield the users after that number, each with their own number; 0 yields all."""
        for position in range(bisect_right(self._numbers, number), len(self._numbers)):
            found = self._numbers[position]
            yield found, self._by_number[found]

    def part(self, offset: int, count: int) -> list[User]:
        """Return up to ``count`` users in order, after skipping ``offset`` users."""
        return [self._by_number[number] for number in self._numbers[offset : offset + count]]

    @contextmanager
    def held(self, attributes: dict[int, Any]) -> Iterator[ExportedDirectory]:
        """Export the directory with the sign-in names of this moment, whoever has them later.

        So no two users share a name, however long the export is read inside the block.

        Args:
            attributes: gets the former attributes of each user who changes or is deleted inside
                the block, as ``{"attributes": ...}`` by the id of the user.
        """
        exported = self.exported()
        users = exported[-1]
        assert isinstance(users, NumberedUsers)

        def keep(user: User) -> None:
            users.keep(user)
            attributes.setdefault(id(user), {"attributes": user.attributes})

        self._before_change.append(keep)
        try:
            yield exported
        finally:
            self._before_change.remove(keep)

    def exported(self) -> ExportedDirectory:
        """Return the directory's content: CaseSensitive, the next number, the users in order.

        Each user comes with a number and the attributes that also sign the user in.
        """
        users = NumberedUsers(self._numbers, self._by_number, self._aliases_of)
        return self._case_sensitive, self._next_number, users

    @classmethod
    def imported(cls, given: ExportedDirectory) -> UserDirectory:
        """Return a directory with the content that `exported` returned.

        Raises:
            UnusableUsers: the users' numbers do not increase, or two users share a sign-in name.
        """
        case_sensitive, following, users = given
        directory = cls(case_sensitive=case_sensitive)
        for number, user, sign_in_values in users:
            if (directory._numbers and number <= directory._numbers[-1]) or number >= following:
                raise UnusableUsers("the users' numbers do not increase")
            directory._next_number = number
            directory._check_names(user, sign_in_values)
            directory.add(user)
            directory.assign(user, user.attributes, sign_in_values)
        directory._next_number = following
        return directory

    def _check_names(self, user: User, sign_in_values: Mapping[str, str]) -> None:
        """Refuse a user with a name of a user before."""
        names = {"username": self.by_username(user.username), "sub": self.by_sub(user.sub)}
        names |= {name: self.by_alias(name, value) for name, value in sign_in_values.items()}
        for name, owner in names.items():
            if owner is not None:
                raise UnusableUsers(
                    f"the users {owner.username!r} and {user.username!r} have the same {name}"
                )

    def _announce(self, user: User) -> None:
        """Tell those who keep attributes that the user's are about to change."""
        if user in self._number_of:  # nobody keeps those of a new user
            for keep in self._before_change:
                keep(user)

    def _index(self, user: User) -> None:
        if user not in self._number_of:
            return
        for attribute in self.INDEXED:
            if attribute in user.attributes:
                key = (attribute, user.attributes[attribute])
                self._by_value.setdefault(key, {})[user] = None

    def _unindex(self, user: User) -> None:
        for attribute in self.INDEXED:
            key = (attribute, user.attributes.get(attribute, ""))
            owners = self._by_value.get(key, {})
            owners.pop(user, None)
            if not owners:
                self._by_value.pop(key, None)
