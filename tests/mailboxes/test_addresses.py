"""Addresses with a plus, and the people who get them."""

from __future__ import annotations

import pytest

from harness.users.addresses import PlusAddresses
from harness.users.person import PersonFactory

BASE = PlusAddresses("tests@example.org")


def test_username_is_added_to_the_address() -> None:
    """A username is added behind a plus, and an address stays what it is."""
    assert BASE.of("a1b2c3-gw0-alice-1") == "tests+a1b2c3-gw0-alice-1@example.org"
    assert BASE.of("bob@example.com") == "bob@example.com"


@pytest.mark.parametrize("name", ["x" * 128, "Alice", "alice smith", "ålice", "a" * 59])
def test_other_name_gets_a_digest(name: str) -> None:
    """Other names get a digest, so that each still has one address, which fits."""
    address = BASE.of(name)
    local, domain = address.split("@")
    assert domain == "example.org"
    assert local.startswith("tests+")
    assert local.isascii()
    assert local == local.lower()
    assert len(local) <= 64
    assert address != BASE.of(name + "x")
    assert address != BASE.of(name.lower() + "-")


@pytest.mark.parametrize("sign_in_name", ["username", "email"])
def test_people_have_the_address_of_their_username(sign_in_name: str) -> None:
    """People of a factory with addresses have the one that their username leads to."""
    ordinary = PersonFactory(7, "run-", sign_in_name=sign_in_name).make()  # type: ignore[arg-type]
    person = PersonFactory(7, "run-", sign_in_name=sign_in_name, addresses=BASE).make()  # type: ignore[arg-type]
    assert person.email == BASE.of(ordinary.email.split("@")[0])
    assert BASE.of(person.username) == person.email == person.attributes["email"]
    assert (person.given_name, person.password) == (ordinary.given_name, ordinary.password)
