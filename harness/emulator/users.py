"""A pool's users: what Cognito keeps of each, and the directory that finds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .codes import CodeBook
    from .devices import DeviceBook
    from .passwords import Lockout, PasswordRecord
    from .totp import SoftwareToken

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
    attributes: dict[str, str] = field(default_factory=dict)
    enabled: bool = True
    mfa: MfaPreferences = field(default_factory=MfaPreferences)
    software_token: SoftwareToken | None = None
    pending_software_token: SoftwareToken | None = None
    password_history: list[PasswordRecord] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
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
    """Finds a pool's users by user name, sub or alias in constant time.

    ``case_sensitive`` is UsernameConfiguration.CaseSensitive; insensitive covers user names,
    e-mail addresses and preferred user names (A023). ``sign_in_attributes`` are the attributes
    whose values sign in: UsernameAttributes, or the verified ones of AliasAttributes.
    """

    def __init__(self, *, case_sensitive: bool) -> None:
        self._case_sensitive = case_sensitive
        self._by_username: dict[str, User] = {}
        self._by_sub: dict[str, User] = {}
        self._by_alias: dict[tuple[str, str], User] = {}

    def __iter__(self) -> Iterator[User]:
        return iter(self._by_username.values())

    def __len__(self) -> int:
        return len(self._by_username)

    def _fold(self, value: str) -> str:
        return value if self._case_sensitive else value.lower()

    def add(self, user: User) -> None:
        """Take a new user in; the caller has made sure that the name is free."""
        self._by_username[self._fold(user.username)] = user
        self._by_sub[user.sub] = user

    def remove(self, user: User) -> None:
        """Forget a user and the aliases that led to him."""
        self._by_username.pop(self._fold(user.username), None)
        self._by_sub.pop(user.sub, None)
        for key in [key for key, owner in self._by_alias.items() if owner is user]:
            del self._by_alias[key]

    def by_username(self, username: str) -> User | None:
        """The user with that internal user name."""
        return self._by_username.get(self._fold(username))

    def by_sub(self, sub: str) -> User | None:
        """The user with that subject."""
        return self._by_sub.get(sub)

    def by_alias(self, attribute: str, value: str) -> User | None:
        """The user whom that value of that attribute signs in."""
        return self._by_alias.get((attribute, self._fold(value)))

    def set_alias(self, attribute: str, value: str, user: User) -> None:
        """Let that value of that attribute lead to the user from now on."""
        self._by_alias[(attribute, self._fold(value))] = user

    def drop_alias(self, attribute: str, value: str, user: User) -> None:
        """Stop that value from leading to the user, if it does."""
        key = (attribute, self._fold(value))
        if self._by_alias.get(key) is user:
            del self._by_alias[key]
