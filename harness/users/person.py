"""Made-up people: reproducible from a seed, unique among the workers of a run."""

from __future__ import annotations

import functools
import itertools
import random
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, get_args

from harness.errors import ConfigurationError
from harness.redaction import Secret
from harness.users.attributes import AttributeLimits, fitted, ordinary_attributes
from harness.users.passwords import PasswordRules

if TYPE_CHECKING:
    from faker import Faker

    from harness.users.addresses import PlusAddresses

__all__ = ["PasswordRules", "Person", "PersonFactory", "SignInName"]

#: The names that users of a pool sign in with: a username; an email address or a phone number as
#: the username (UsernameAttributes); a username with the email address as an alias
#: (AliasAttributes).
SignInName = Literal["username", "email", "email_alias", "phone_number"]

# RFC 2606 reserves these domains: an email to them reaches nobody.
_DOMAINS = ("example.com", "example.net", "example.org")
# RFC 5321, section 4.5.3.1.1.
_LONGEST_LOCAL_PART = 64
_FAKER_LOCK = threading.Lock()
#: The phone numbers of this process, and the factories that drew them: no two users of a pool can
#: share one that signs them in.
_NUMBERS_TAKEN: dict[str, str] = {}
#: So many are taken that a free one is hard to find. Those that are no usernames are then repeated.
_MANY_NUMBERS = 70_000
_NUMBERS_LOCK = threading.Lock()


@dataclass(frozen=True)
class Person:
    """A made-up person, who becomes a user by sign-up.

    Attributes:
        username: Username of SignUp.
        email: an address on a reserved domain, or of the mailbox of the factory.
        phone_number: a fictitious phone number, ``+`` and digits, if requested.
        given_name: first name.
        password: a password that fits the rules of the factory.
        attributes: UserAttributes of SignUp.
        sign_in_name: which of their names the person signs in with.
    """

    username: str
    email: str
    phone_number: str | None
    given_name: str
    password: Secret
    attributes: Mapping[str, str] = field(hash=False)
    sign_in_name: SignInName = "username"

    @property
    def sign_in_as(self) -> str:
        """What the person types to sign in: the username, the email address or the number."""
        return self.email if self.sign_in_name in ("email", "email_alias") else self.username

    @property
    def verified_attributes(self) -> dict[str, str]:
        """The attributes that an administrator gives the person: every contact is verified.

        They have the address even if the app client may not write it.
        """
        given = {**self.attributes, "email": self.email}
        contacts = [name for name in ("email", "phone_number") if name in given]
        return {**given, **{f"{name}_verified": "true" for name in contacts}}

    def with_password(self, new: Secret) -> Person:
        """Return the same person with another password."""
        return replace(self, password=new)


class PersonFactory:
    """Makes people.

    Args:
        seed: the same seed and namespace give the same people in the same order.
        namespace: prefix of every name; it should contain the ids of the run and the xdist worker.
        rules: rules for the passwords.
        sign_in_name: the names that users of the pool sign in with.
        password_source: random source of the passwords, by default the seed. Use
            ``random.SystemRandom()`` on a real account, since the seed is printed.
        addresses: gives the addresses of a readable mailbox; by default, addresses are on reserved
            domains.
        required: standard attributes that the pool requires.
        writable: the only attributes that the app client may write; ``None`` allows all.
        limits: the constraints of the pool's attributes.
        phone_numbers: whether each person has a phone number among their attributes.
        made: called with each person who is made.

    Raises:
        ConfigurationError: no value is known for a required attribute, or none keeps its limits.
    """

    def __init__(
        self,
        seed: int,
        namespace: str = "",
        rules: PasswordRules | None = None,
        sign_in_name: SignInName = "username",
        *,
        password_source: random.Random | None = None,
        addresses: PlusAddresses | None = None,
        required: Iterable[str] = (),
        writable: Iterable[str] | None = None,
        limits: Iterable[AttributeLimits] = (),
        phone_numbers: bool = False,
        made: Callable[[Person], None] | None = None,
    ) -> None:
        if sign_in_name not in get_args(SignInName):
            raise ConfigurationError(
                "sign_in_name", given=sign_in_name, allowed=get_args(SignInName)
            )
        self.namespace = _usable_namespace(namespace)
        self.rules = rules or PasswordRules()
        self.sign_in_name: SignInName = sign_in_name
        self._origin = f"{seed}/{namespace}"
        self._own_numbers: set[str] = set()
        self._random = random.Random(self._origin)
        self._passwords = password_source or random.Random(f"{seed}/{namespace}/passwords")
        self._addresses = addresses
        self._more = ordinary_attributes(required)
        self._writable = None if writable is None else frozenset(writable)
        self._limits = tuple(limits)
        self._phone_numbers = phone_numbers or sign_in_name == "phone_number"
        self._numbers = itertools.count(1)
        self._made = made

    def make(self, *, phone_number: bool = False) -> Person:
        """Return a new person, with a phone number among the attributes if requested."""
        given_name = _first_name(self._random.getrandbits(64))
        username = f"{self.namespace}{_slug(given_name)}-{next(self._numbers)}"
        email = self._address(username)
        number = self._phone_number() if phone_number or self._phone_numbers else None
        attributes = self._attributes(email, given_name, number)
        person = Person(
            username=_sign_up_name(self.sign_in_name, username, email, number),
            email=email,
            phone_number=number,
            given_name=attributes.get("given_name", given_name),
            password=self.password(),
            attributes=attributes,
            sign_in_name=self.sign_in_name,
        )
        if self._made is not None:
            self._made(person)
        return person

    def _attributes(self, email: str, given_name: str, number: str | None) -> dict[str, str]:
        """Return the attributes that the app client may write, with values that fit the schema."""
        all_of_them = {"email": email, "given_name": given_name, **self._more}
        if number is not None:
            all_of_them["phone_number"] = number
        allowed = self._writable
        written = {
            name: value for name, value in all_of_them.items() if allowed is None or name in allowed
        }
        return fitted(written, self._limits)

    def password(self) -> Secret:
        """Return a new password that fits the rules."""
        return self.rules.make_password(self._passwords)

    def _address(self, username: str) -> str:
        # Always drawn, so that the same seed gives the same people.
        domain = self._random.choice(_DOMAINS)
        return self._addresses.of(username) if self._addresses else f"{username}@{domain}"

    def _phone_number(self) -> str:
        """Return a number that no other factory has drawn, as long as there are any.

        A factory that is made again with the same seed and namespace draws the same ones again.
        """
        while True:
            # 555-0100 to 555-0199 are reserved for fiction in every area of the North American
            # plan. There are 78,900 of them, so that two people of a run would get the same one.
            area, line = self._random.randint(201, 989), self._random.randint(100, 199)
            number = f"+1{area}5550{line}"
            if self._may_have(number):
                return number

    def _may_have(self, number: str) -> bool:
        with _NUMBERS_LOCK:
            if self.sign_in_name == "phone_number":
                is_free = number not in _NUMBERS_TAKEN
            else:
                owner = _NUMBERS_TAKEN.get(number, self._origin)
                is_free = number not in self._own_numbers and owner == self._origin
                is_free = is_free or len(_NUMBERS_TAKEN) > _MANY_NUMBERS
            if is_free:
                _NUMBERS_TAKEN[number] = self._origin
                self._own_numbers.add(number)
            return is_free


def _sign_up_name(kind: SignInName, username: str, email: str, number: str | None) -> str:
    """Return Username of SignUp."""
    if kind == "phone_number" and number is not None:
        return number
    return email if kind == "email" else username


@functools.cache
def _faker() -> Faker:
    # Imported on first use, since that takes a tenth of a second. One instance is enough.
    from faker import Faker

    return Faker("en_US")


def _first_name(seed: int) -> str:
    """Return the first name for a seed, also if other threads use Faker at the same time."""
    with _FAKER_LOCK:
        faker = _faker()
        faker.seed_instance(seed)
        return str(faker.first_name())


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "person"


def _usable_namespace(namespace: str) -> str:
    # Names become the local part of email addresses, which must also hold Faker's longest first
    # name and a number.
    longest = _LONGEST_LOCAL_PART - 24
    if len(namespace) > longest or not re.fullmatch(r"[a-z0-9][a-z0-9-]*|", namespace):
        raise ConfigurationError(
            "namespace",
            given=namespace,
            hint=f"it must have at most {longest} characters: lower-case letters, digits and -",
        )
    return namespace
