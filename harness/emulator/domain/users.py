"""A pool's users: what Cognito keeps of each, and the directory that finds them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.emulator.domain.codes import CodeBook
    from harness.emulator.domain.devices import DeviceBook
    from harness.emulator.domain.passwords import Lockout, PasswordRecord
    from harness.emulator.domain.totp import SoftwareToken

UNCONFIRMED = "UNCONFIRMED"
CONFIRMED = "CONFIRMED"
RESET_REQUIRED = "RESET_REQUIRED"
FORCE_CHANGE_PASSWORD = "FORCE_CHANGE_PASSWORD"

#: Attributes that can be an alias or a user name, with their verified flag.
VERIFIED_FLAG = {"email": "email_verified", "phone_number": "phone_number_verified"}


@dataclass
class MfaPreferences:
    """Which second factors the user has switched on, and the preferred one."""

    enabled: set[str] = field(default_factory=set)
    preferred: str | None = None

    def listed(self) -> list[str]:
        """UserMFASettingList in a stable order (A242)."""
        order = ("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP")
        return [factor for factor in order if factor in self.enabled]


@dataclass(eq=False)
class User:
    """One user of one pool. Times are epoch seconds by the emulator's clock.

    Attributes:
        username: the internal name: what was signed up with, or the sub where e-mail addresses or
            phone numbers are the user names (A020, A021). It is USER_ID_FOR_SRP (A149).
        attributes: every attribute but ``sub``, as strings.
    """

    username: str
    sub: str
    status: str
    created: float
    modified: float
    password: PasswordRecord | None
    lockout: Lockout
    codes: CodeBook
    devices: DeviceBook
    attributes: dict[str, str] = field(default_factory=dict, repr=False)
    enabled: bool = True
    mfa: MfaPreferences = field(default_factory=MfaPreferences)
    software_token: SoftwareToken | None = None
    pending_software_token: SoftwareToken | None = None
    password_history: list[PasswordRecord] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    #: How often all his tokens were revoked (A271).
    sign_outs: int = 0
    #: Moments of limited operations in the last hour, per operation (A289).
    hourly: dict[str, list[float]] = field(default_factory=dict)

    def is_verified(self, attribute: str) -> bool:
        """Whether the user has the e-mail address or phone number and it is verified."""
        flag = self.attributes.get(VERIFIED_FLAG[attribute], "false")
        return bool(self.attributes.get(attribute)) and flag.lower() == "true"

    def attribute_list(self) -> list[dict[str, str]]:
        """Attributes as the API shows them, ``sub`` among them."""
        shown = {"sub": self.sub, **self.attributes}
        return [{"Name": name, "Value": value} for name, value in sorted(shown.items())]

    def touch(self, moment: float) -> None:
        """Note a change of the user's record."""
        self.modified = moment


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

    def exported(self) -> tuple[bool, int, list[tuple[int, User, dict[str, str]]]]:
        """What the directory is made of: CaseSensitive, the next number, and the users in order.

        Each with his number and the values that lead to him besides his name.
        """
        users = [
            (number, self._by_number[number], self._aliases_of.get(self._by_number[number], {}))
            for number in self._numbers
        ]
        return self._case_sensitive, self._next_number, users

    @classmethod
    def imported(
        cls, given: tuple[bool, int, list[tuple[int, User, dict[str, str]]]]
    ) -> UserDirectory:
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
