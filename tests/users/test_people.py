"""People and their passwords: reproducible, unique, never real."""

from __future__ import annotations

import random
import re
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ConfigurationError
from harness.redaction import Secret
from harness.users.attributes import AttributeLimits
from harness.users.passwords import SYMBOLS
from harness.users.person import PasswordRules, PersonFactory, SignInName

rules = st.builds(
    PasswordRules,
    minimum_length=st.integers(6, 99),
    require_uppercase=st.booleans(),
    require_lowercase=st.booleans(),
    require_numbers=st.booleans(),
    require_symbols=st.booleans(),
)


def has_any(password: str, characters: str) -> bool:
    """Return whether a password has one of the characters."""
    return any(character in characters for character in password)


class TestPasswords:
    """Passwords that a policy accepts."""

    @given(rules, st.integers())
    def test_fits_any_valid_policy(self, policy: PasswordRules, seed: int) -> None:
        """Length and classes are right for every policy that Cognito allows (A034)."""
        password = policy.make_password(random.Random(seed)).reveal()
        assert policy.minimum_length <= len(password) <= 99
        assert has_any(password, string.ascii_uppercase) or not policy.require_uppercase
        assert has_any(password, string.ascii_lowercase) or not policy.require_lowercase
        assert has_any(password, string.digits) or not policy.require_numbers
        assert has_any(password, SYMBOLS) or not policy.require_symbols
        assert re.fullmatch(r"\S+", password)

    @given(rules)
    def test_policy_is_read_back(self, policy: PasswordRules) -> None:
        """Rules written as a PasswordPolicy are read as the same rules."""
        assert PasswordRules.from_description(policy.as_policy()) == policy

    def test_what_a_description_leaves_out_is_not_required(self) -> None:
        """A description with a length only asks for no classes."""
        read = PasswordRules.from_description({"MinimumLength": 10})
        assert read == PasswordRules(10, False, False, False, False)

    @pytest.mark.parametrize("length", [5, 100])
    def test_length_that_cognito_refuses_is_refused(self, length: int) -> None:
        """A policy outside 6 to 99 says so, with what was given."""
        with pytest.raises(ConfigurationError, match=f"{length}.*6 to 99"):
            PasswordRules(minimum_length=length)

    def test_passwords_differ(self) -> None:
        """Passwords of a factory differ."""
        factory = PersonFactory(1)
        assert len({factory.password().reveal() for _ in range(200)}) == 200


class TestPeople:
    """Names, addresses and attributes."""

    def test_same_seed_gives_the_same_people(self) -> None:
        """The same seed and namespace give the same people with the same passwords."""
        first, second = PersonFactory(7, "run1-gw0-"), PersonFactory(7, "run1-gw0-")
        assert [first.make() for _ in range(5)] == [second.make() for _ in range(5)]

    def test_workers_give_different_names(self) -> None:
        """Factories of different workers give different names, with the same seed too."""
        names = {PersonFactory(7, f"run1-gw{worker}-").make().username for worker in range(8)}
        assert len(names) == 8

    def test_names_are_unique(self) -> None:
        """No two people of a factory share a username or an address."""
        factory = PersonFactory(3, "run1-gw0-")
        people = [factory.make() for _ in range(300)]
        assert len({person.username for person in people}) == 300
        assert len({person.email for person in people}) == 300

    def test_names_begin_with_the_namespace(self) -> None:
        """Whatever a run makes can be told by how its name begins."""
        person = PersonFactory(3, "run1-gw0-").make()
        assert person.username.startswith("run1-gw0-")
        assert person.email.startswith("run1-gw0-")

    @given(st.integers())
    def test_addresses_and_numbers_are_reserved(self, seed: int) -> None:
        """Addresses are on domains that RFC 2606 reserves, numbers in the range for fiction."""
        person = PersonFactory(seed, "a" * 40).make(phone_number=True)
        local, domain = person.email.split("@")
        assert domain in {"example.com", "example.net", "example.org"}
        assert len(local) <= 64
        assert re.fullmatch(r"\+1[2-9]\d\d55501\d\d", person.phone_number or "")
        assert person.attributes["phone_number"] == person.phone_number

    @pytest.mark.parametrize(
        ("sign_in_name", "username_is_email", "types_email"),
        [("username", False, False), ("email", True, True), ("email_alias", False, True)],
    )
    def test_username_fits_the_kind_of_pool(
        self, sign_in_name: SignInName, username_is_email: bool, types_email: bool
    ) -> None:
        """The username is an address only where it must be: alias pools refuse one (A018)."""
        person = PersonFactory(1, sign_in_name=sign_in_name).make()
        assert (person.username == person.email) is username_is_email
        assert ("@" in person.username) is username_is_email
        assert (person.sign_in_as == person.email) is types_email

    def test_attributes_are_address_and_name(self) -> None:
        """SignUp gets the address and the name; a phone number only when asked for."""
        person = PersonFactory(1).make()
        assert person.attributes == {"email": person.email, "given_name": person.given_name}
        assert person.phone_number is None

    def test_people_have_what_the_app_may_write(self) -> None:
        """An attribute that the app client may not write is not among those of SignUp."""
        factory = PersonFactory(1, required=["email", "locale"], writable=["email", "locale"])
        person = factory.make()
        assert person.attributes == {"email": person.email, "locale": "en-US"}

    def test_values_keep_the_limits_of_the_schema(self) -> None:
        """Texts are filled up or cut, and numbers are raised, so that the pool accepts them."""
        limits = [
            AttributeLimits("given_name", 20, 30),
            AttributeLimits("name", 1, 3),
            AttributeLimits("updated_at", 7),
        ]
        person = PersonFactory(1, required=["name", "updated_at"], limits=limits).make()
        assert 20 <= len(person.given_name) <= 30
        assert person.attributes["given_name"] == person.given_name
        assert person.attributes["name"] == "Exa"
        assert person.attributes["updated_at"] == "7"

    def test_limits_that_no_address_keeps_are_refused(self) -> None:
        """An address cannot be cut, so that a limit that it breaks is named."""
        factory = PersonFactory(1, limits=[AttributeLimits("email", 1, 5)])
        with pytest.raises(ConfigurationError, match=r"Schema attribute email.*from 1 to 5"):
            factory.make()

    def test_people_of_different_factories_share_no_phone_number(self) -> None:
        """Numbers can be aliases, which two users of a pool cannot share; seeds decide them."""
        drawn = [
            [
                PersonFactory(seed, "alias-", phone_numbers=True).make().phone_number
                for _ in range(9)
            ]
            for seed in range(800)
        ]
        firsts = [numbers[0] for numbers in drawn]
        assert len(set(firsts)) == len(firsts)
        assert all(set(numbers) == {numbers[0]} for numbers in drawn)

    def test_one_factory_repeats_no_phone_number(self) -> None:
        """A thousand people of one factory have a thousand numbers."""
        factory = PersonFactory(5, "many-", phone_numbers=True)
        assert len({factory.make().phone_number for _ in range(1000)}) == 1000

    def test_phone_numbers_are_names_that_nobody_shares(self) -> None:
        """Where the number is the username, no two people of a process have the same one."""
        made = [PersonFactory(1, sign_in_name="phone_number").make() for _ in range(50)]
        assert len({person.username for person in made}) == 50
        for person in made:
            assert person.username == person.sign_in_as == person.attributes["phone_number"]

    def test_verified_attributes_mark_each_contact(self) -> None:
        """An administrator marks the address, and the number of those who have one."""
        plain = PersonFactory(1, writable=[]).make().verified_attributes
        both = PersonFactory(1, phone_numbers=True).make().verified_attributes
        assert (plain["email_verified"], plain.get("phone_number_verified")) == ("true", None)
        assert (both["email_verified"], both["phone_number_verified"]) == ("true", "true")

    def test_another_password_leaves_the_person_as_it_was(self) -> None:
        """Another password makes another value and leaves the person as it was."""
        person = PersonFactory(1).make()
        changed = person.with_password(Secret("New-Horse-1"))
        assert changed.password == Secret("New-Horse-1")
        assert changed.username == person.username
        assert person.password != changed.password

    def test_passwords_can_come_from_another_source(self) -> None:
        """Passwords come from another source where the seed is no secret; names do not change."""
        seeded = PersonFactory(1).make()
        unpredictable = PersonFactory(1, password_source=random.SystemRandom()).make()
        assert unpredictable.username == seeded.username
        assert unpredictable.password != seeded.password

    def test_password_is_not_shown(self) -> None:
        """A person's repr keeps the password to itself, and people can be set members."""
        person = PersonFactory(1).make()
        assert person.password.reveal() not in repr(person)
        assert len({person, person}) == 1

    @pytest.mark.parametrize(
        "more",
        [{"namespace": "Has Space"}, {"namespace": "a" * 41}, {"sign_in_name": "emial"}],
        ids=["characters", "length", "sign_in_name"],
    )
    def test_bad_settings_are_refused(self, more: dict[str, Any]) -> None:
        """A namespace that fits no address, and an unknown kind of username, are refused."""
        with pytest.raises(ConfigurationError, match=r"it must have at most|allowed"):
            PersonFactory(1, **more)
