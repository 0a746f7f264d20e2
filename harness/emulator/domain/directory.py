"""A pool's users, found by username, sub, alias or contact in constant time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping

from harness.emulator.domain.users import User

#: A directory as it is kept: CaseSensitive, the next number, and the users in their order, each
#: with a number and the values that lead to the user besides the username.
ExportedDirectory = tuple[bool, int, list[tuple[int, User, dict[str, str]]]]


class UserDirectory:
    """Finds a pool's users by user name, sub, alias or contact in constant time.

    ``case_sensitive`` is UsernameConfiguration.CaseSensitive; insensitive covers user names,
    e-mail addresses and preferred user names (A023). Users keep the order in which they came:
    each has a number in it, so that a list can go on from where it stopped.
    """

    #: The attributes that ListUsers finds by equality without looking at every user.
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

    def __iter__(self) -> Iterator[User]:
        return iter(self._by_username.values())

    def __len__(self) -> int:
        return len(self._by_username)

    def __contains__(self, user: object) -> bool:
        return user in self._number_of

    def _fold(self, value: str) -> str:
        return value if self._case_sensitive else value.lower()

    def add(self, user: User) -> None:
        """Take a new user in; the caller has made sure that the name is free."""
        number = self._next_number
        self._next_number += 1
        self._numbers.append(number)
        self._by_number[number] = user
        self._number_of[user] = number
        self._by_username[self._fold(user.username)] = user
        self._by_sub[user.sub] = user
        self._index(user)

    def remove(self, user: User) -> None:
        """Forget a user and everything that led to him, and nothing that leads to another."""
        self._unindex(user)
        for attribute, value in self._aliases_of.pop(user, {}).items():
            self.drop_alias(attribute, value, user)
        number = self._number_of.pop(user, None)
        if number is not None:
            del self._by_number[number]
            del self._numbers[bisect_left(self._numbers, number)]
        if self.by_username(user.username) is user:
            del self._by_username[self._fold(user.username)]
        if self.by_sub(user.sub) is user:
            del self._by_sub[user.sub]

    def assign(
        self, user: User, attributes: dict[str, str], sign_in_values: Mapping[str, str]
    ) -> None:
        """Replace a user's attributes; ``sign_in_values`` are those that lead to him."""
        self._unindex(user)
        for attribute, value in self._aliases_of.pop(user, {}).items():
            self.drop_alias(attribute, value, user)
        user.attributes = attributes
        self._index(user)
        for attribute, value in sign_in_values.items():
            self._by_alias[(attribute, self._fold(value))] = user
        self._aliases_of[user] = dict(sign_in_values)

    def by_username(self, username: str) -> User | None:
        """The user with that internal user name."""
        return self._by_username.get(self._fold(username))

    def by_sub(self, sub: str) -> User | None:
        """The user with that subject."""
        return self._by_sub.get(sub)

    def by_alias(self, attribute: str, value: str) -> User | None:
        """The user whom that value of that attribute signs in."""
        return self._by_alias.get((attribute, self._fold(value)))

    def drop_alias(self, attribute: str, value: str, user: User) -> None:
        """Stop that value from leading to the user, if it does."""
        key = (attribute, self._fold(value))
        if self._by_alias.get(key) is user:
            del self._by_alias[key]

    def by_value(self, attribute: str, value: str) -> list[User]:
        """Every user with exactly that value of an indexed attribute, verified or not."""
        return list(self._by_value.get((attribute, value), ()))

    def after(self, number: int) -> Iterator[tuple[int, User]]:
        """Users and their numbers, from behind that number on; 0 begins."""
        for position in range(bisect_right(self._numbers, number), len(self._numbers)):
            found = self._numbers[position]
            yield found, self._by_number[found]

    def part(self, offset: int, count: int) -> list[User]:
        """Some users in their order, from behind that many on."""
        return [self._by_number[number] for number in self._numbers[offset : offset + count]]

    def exported(self) -> ExportedDirectory:
        """What the directory is made of: CaseSensitive, the next number, and the users in order.

        Each with his number and the values that lead to him besides his name.
        """
        users = [
            (number, self._by_number[number], self._aliases_of.get(self._by_number[number], {}))
            for number in self._numbers
        ]
        return self._case_sensitive, self._next_number, users

    @classmethod
    def imported(cls, given: ExportedDirectory) -> UserDirectory:
        """A directory from what `exported` gave; ValueError where the numbers do not go up."""
        case_sensitive, following, users = given
        directory = cls(case_sensitive=case_sensitive)
        for number, user, sign_in_values in users:
            if (directory._numbers and number <= directory._numbers[-1]) or number >= following:
                raise ValueError("the users' numbers do not go up")
            directory._next_number = number
            directory.add(user)
            directory.assign(user, user.attributes, sign_in_values)
        directory._next_number = following
        return directory

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
