"""The user directory: its indexes agree with a plain list after any sequence of changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.emulator.domain.codes import CodeBook
from harness.emulator.domain.devices import DeviceBook
from harness.emulator.domain.directory import UserDirectory
from harness.emulator.domain.passwords import Lockout
from harness.emulator.domain.users import CONFIRMED, User

NAMES = ["ann", "Ann", "ben"]
EMAILS = ["a@example.com", "A@example.com", "b@example.com"]

#: A step: add a user, give a user an address that does or does not sign in, or remove a user.
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(NAMES), st.none()),
        st.tuples(st.just("verified"), st.sampled_from(NAMES), st.sampled_from(EMAILS)),
        st.tuples(st.just("unverified"), st.sampled_from(NAMES), st.sampled_from(EMAILS)),
        st.tuples(st.just("remove"), st.sampled_from(NAMES), st.none()),
    ),
    max_size=30,
)


def new_user(name: str, number: int) -> User:
    """Return a user without attributes or factors."""
    return User(
        username=name,
        sub=f"sub-{number}",
        status=CONFIRMED,
        created=0.0,
        modified=0.0,
        password=None,
        lockout=Lockout(),
        codes=CodeBook(),
        devices=DeviceBook(),
    )


@given(case_sensitive=st.booleans(), steps=STEPS)
def test_indexes_agree_with_a_full_search(
    case_sensitive: bool, steps: list[tuple[str, str, str | None]]
) -> None:
    """Lookups by name, sub, alias and address find what a search through all users finds."""
    directory = UserDirectory(case_sensitive=case_sensitive)
    users: list[User] = []
    alias_of: dict[str, User] = {}

    def fold(text: str) -> str:
        return text if case_sensitive else text.lower()

    for number, (step, name, email) in enumerate(steps):
        user = next((u for u in users if fold(u.username) == fold(name)), None)
        if step == "add" and user is None:
            users.append(new_user(name, number))
            directory.add(users[-1])
        elif step == "remove" and user is not None:
            users.remove(user)
            directory.remove(user)
            alias_of = {key: owner for key, owner in alias_of.items() if owner is not user}
        elif user is not None and email is not None:
            alias_of = {key: owner for key, owner in alias_of.items() if owner is not user}
            signs_in = step == "verified" and fold(email) not in alias_of
            if signs_in:
                alias_of[fold(email)] = user
            directory.assign(user, {"email": email}, {"email": email} if signs_in else {})

        assert list(directory) == users
        assert len(directory) == len(users)
        assert [found for _, found in directory.after(0)] == users
        for name_asked in NAMES:
            same = [u for u in users if fold(u.username) == fold(name_asked)]
            assert directory.by_username(name_asked) is (same[0] if same else None)
        for asked in EMAILS:
            assert directory.by_alias("email", asked) is alias_of.get(fold(asked))
            having = {u for u in users if u.attributes.get("email") == asked}
            assert set(directory.by_value("email", asked)) == having
        for known in users:
            assert directory.by_sub(known.sub) is known
            assert known in directory


@pytest.mark.parametrize("gone", [0, 2, 4])
def test_listing_continues_after_a_deleted_user(gone: int) -> None:
    """The number of a deleted user still marks a place in the list and is not reused."""
    directory = UserDirectory(case_sensitive=True)
    users = [new_user(f"user{number}", number) for number in range(5)]
    for user in users:
        directory.add(user)
    numbers = [number for number, _ in directory.after(0)]
    directory.remove(users[gone])
    late = new_user("late", 5)
    directory.add(late)
    assert [user for _, user in directory.after(numbers[gone])] == [*users[gone + 1 :], late]


def test_removed_user_is_found_nowhere() -> None:
    """Removing a user twice has no further effect, and no lookup finds the user."""
    directory = UserDirectory(case_sensitive=True)
    user = new_user("ann", 1)
    directory.add(user)
    directory.assign(user, {"email": "a@example.com"}, {"email": "a@example.com"})
    directory.remove(user)
    directory.remove(user)
    assert user not in directory
    assert directory._by_value == {}
    assert directory.by_sub(user.sub) is None
    assert directory.by_alias("email", "a@example.com") is None
    assert directory.by_value("email", "a@example.com") == []
    assert list(directory.after(0)) == []


def test_added_user_is_found_by_initial_attributes() -> None:
    """A user is indexed by their attributes when added, not only after a change."""
    directory = UserDirectory(case_sensitive=True)
    user = new_user("ann", 1)
    user.attributes["email"] = "a@example.com"
    directory.add(user)
    assert directory.by_value("email", "a@example.com") == [user]


@pytest.mark.parametrize(
    ("attributes", "verified"),
    [
        ({}, False),
        ({"email": "a@example.com"}, False),
        ({"email_verified": "true"}, False),
        ({"email": "a@example.com", "email_verified": "false"}, False),
        ({"email": "a@example.com", "email_verified": "true"}, True),
        ({"email": "a@example.com", "email_verified": "True"}, True),
    ],
)
def test_contact_is_verified_only_with_value_and_flag(
    attributes: dict[str, str], verified: bool
) -> None:
    """A verified flag without a value does not count."""
    user = new_user("ann", 1)
    user.attributes.update(attributes)
    assert user.is_verified("email") is verified
