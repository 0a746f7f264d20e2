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
from harness.users.passwords import PasswordRules

if TYPE_CHECKING:
    from faker import Faker

    from harness.users.addresses import PlusAddresses

__all__ = ["PasswordRules", "Person", "PersonFactory", "SignInName"]

#: The names that users of a pool sign in with: a username; an email address as the username
#: (UsernameAttributes); a username with the email address as an alias (AliasAttributes).
SignInName = Literal["username", "email", "email_alias"]

# RFC 2606 reserves these domains: an email to them reaches nobody.
_DOMAINS = ("example.com", "example.net", "example.org")
# RFC 5321, section 4.5.3.1.1.
_LONGEST_LOCAL_PART = 64
_MADE_FOR_EACH = ("email", "given_name", "phone_number")
#: Values for the standard attributes that a pool may require (OpenID Connect Core 1.0, 5.1).
_ORDINARY_VALUES = {
    "address": "1 Example Street",
    "birthdate": "1990-01-01",
    "family_name": "Example",
    "gender": "unspecified",
    "locale": "en-US",
    "middle_name": "Example",
    "name": "Example",
    "nickname": "Example",
    "picture": "https://example.com/picture.png",
    "preferred_username": "example",
    "profile": "https://example.com/profile",
    "updated_at": "0",
    "website": "https://example.com",
    "zoneinfo": "Etc/UTC",
}
_FAKER_LOCK = threading.Lock()


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
        """What the person types to sign in: the username or the email address."""
        return self.username if self.sign_in_name == "username" else self.email

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
        made: called with each person who is made.

    Raises:
        ConfigurationError: no value is known for a required attribute.
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
        made: Callable[[Person], None] | None = None,
    ) -> None:
        if sign_in_name not in get_args(SignInName):
            raise ConfigurationError(
                "sign_in_name", given=sign_in_name, allowed=get_args(SignInName)
            )
        self.namespace = _usable_namespace(namespace)
        self.rules = rules or PasswordRules()
        self.sign_in_name: SignInName = sign_in_name
        self._random = random.Random(f"{seed}/{namespace}")
        self._passwords = password_source or random.Random(f"{seed}/{namespace}/passwords")
        self._addresses = addresses
        self._more = _more_attributes(required)
        self._numbers = itertools.count(1)
        self._made = made

    def make(self, *, phone_number: bool = False) -> Person:
        """Return a new person, with a phone number among the attributes if requested."""
        given_name = _first_name(self._random.getrandbits(64))
        username = f"{self.namespace}{_slug(given_name)}-{next(self._numbers)}"
        email = self._address(username)
        attributes = {"email": email, "given_name": given_name, **self._more}
        number = self._phone_number() if phone_number else None
        if number is not None:
            attributes["phone_number"] = number
        person = Person(
            username=email if self.sign_in_name == "email" else username,
            email=email,
            phone_number=number,
            given_name=given_name,
            password=self.password(),
            attributes=attributes,
            sign_in_name=self.sign_in_name,
        )
        if self._made is not None:
            self._made(person)
        return person

    def password(self) -> Secret:
        """Return a new password that fits the rules."""
        return self.rules.make_password(self._passwords)

    def _address(self, username: str) -> str:
        # Always drawn, so that the same seed gives the same people.
        domain = self._random.choice(_DOMAINS)
        return self._addresses.of(username) if self._addresses else f"{username}@{domain}"

    def _phone_number(self) -> str:
        # 555-0100 to 555-0199 are reserved for fiction in every area of the North American plan.
        area, line = self._random.randint(201, 989), self._random.randint(100, 199)
        return f"+1{area}5550{line}"


def _more_attributes(required: Iterable[str]) -> dict[str, str]:
    more = [name for name in required if name not in _MADE_FOR_EACH]
    for name in more:
        if name not in _ORDINARY_VALUES:
            allowed = (*_MADE_FOR_EACH, *_ORDINARY_VALUES)
            raise ConfigurationError("required attribute", given=name, allowed=allowed)
    return {name: _ORDINARY_VALUES[name] for name in more}


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
