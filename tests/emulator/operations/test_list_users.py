"""ListUsers: filter, order, pages (section 1.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.emulator.domain.directory import UserDirectory
from harness.emulator.domain.users import User
from harness.emulator.engine import Engine
from harness.emulator.rules.user_filter import parse_filter
from tests.emulator.conftest import Call
from tests.emulator.support.expect import HOUR, PASSWORD, START, Person, as_dict, pairs, refused


@pytest.fixture
def people(
    call: Call, pool_id: str, client: dict[str, Any], confirmed_user: Callable[..., Person]
) -> list[Person]:
    """Bob, Alice and Anna, in this order; Anna is disabled, Bob has a temporary password."""
    found = [
        confirmed_user(pool_id, client, "bob", family_name="Reddy", phone_number="+15555550100"),
        confirmed_user(pool_id, client, "alice", name='Al "Ice"', given_name="Alice"),
        confirmed_user(pool_id, client, "anna", preferred_username="ann"),
    ]
    call("AdminDisableUser", UserPoolId=pool_id, Username="anna")
    call("AdminSetUserPassword", UserPoolId=pool_id, Username="bob", Password=PASSWORD)
    return found


def names(call: Call, pool_id: str, condition: str | None = None) -> list[str]:
    """Return the usernames that a filter finds, in the order of the response."""
    members = {} if condition is None else {"Filter": condition}
    users = call("ListUsers", UserPoolId=pool_id, **members)["Users"]
    return [user["Username"] for user in users]


@pytest.mark.fact("A076")
@pytest.mark.parametrize("condition", [None, ""])
def test_without_filter_all_users_are_listed(
    call: Call, pool_id: str, people: list[Person], condition: str | None
) -> None:
    """A missing or empty filter lists all users."""
    assert names(call, pool_id, condition) == ["bob", "alice", "anna"]


@pytest.mark.fact("A076", "A077", "A080")
@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('username = "alice"', ["alice"]),
        ('username="alice"', ["alice"]),
        ('  username  =  "alice"  ', ["alice"]),
        ('username ^= "a"', ["alice", "anna"]),
        ('username = "a"', []),
        ('username = "Alice"', []),
        ('email = "bob@example.com"', ["bob"]),
        ('email ^= "bob@"', ["bob"]),
        ('email ^= "b"', ["bob"]),
        ('email = "Bob@example.com"', []),
        ('phone_number = "+15555550100"', ["bob"]),
        ('family_name = "Reddy"', ["bob"]),
        ('name = "Al \\"Ice\\""', ["alice"]),
        ('given_name ^= "Ali"', ["alice"]),
        ('preferred_username = "ann"', ["anna"]),
        ('status = "Enabled"', ["bob", "alice"]),
        ('status = "Disabled"', ["anna"]),
        ('status = "enabled"', []),
        ('cognito:user_status = "CONFIRMED"', ["alice", "anna"]),
        ('cognito:user_status = "confirmed"', ["alice", "anna"]),
        ('cognito:user_status ^= "force"', ["bob"]),
        ('username ^= ""', ["alice", "anna", "bob"]),
    ],
)
def test_filter_finds_matches(
    call: Call, pool_id: str, people: list[Person], condition: str, found: list[str]
) -> None:
    """Equality and prefix work for each searchable attribute with its case rule."""
    assert names(call, pool_id, condition) == found


@pytest.mark.fact("A077")
def test_sub_is_searchable(call: Call, pool_id: str, people: list[Person]) -> None:
    """A whole sub or its beginning finds the user."""
    sub = people[1].sub
    assert names(call, pool_id, f'sub = "{sub}"') == ["alice"]
    assert names(call, pool_id, f'sub ^= "{sub[:8]}"') == ["alice"]


@pytest.mark.fact("A076", "A078")
@pytest.mark.parametrize(
    "condition",
    [
        "username",
        "username = alice",
        "username = 'alice'",
        'username == "alice"',
        'username != "alice"',
        'username = "alice" and email = "x"',
        'username = "alice',
        'username = "al"ice"',
        '= "alice"',
    ],
)
def test_invalid_filter_is_refused(call: Call, pool_id: str, condition: str) -> None:
    """A filter must be one attribute and one value in double quotes."""
    with refused("InvalidParameterException", "Error while parsing filter."):
        names(call, pool_id, condition)


@pytest.mark.fact("A077", "A078")
@pytest.mark.parametrize("attribute", ["custom:foo", "gender", "email_verified", "nothing"])
def test_unsearchable_attribute_is_refused(call: Call, pool_id: str, attribute: str) -> None:
    """Custom attributes and most standard attributes cannot be searched."""
    with refused("InvalidParameterException", f"Invalid search attribute: {attribute}"):
        names(call, pool_id, f'{attribute} = "x"')


@pytest.mark.fact("A079")
def test_username_means_the_sub_in_email_pools(
    call: Call,
    make_pool: Callable[..., str],
    make_client: Callable[..., dict[str, Any]],
    confirmed_user: Callable[..., Person],
) -> None:
    """If email addresses are usernames, ``username`` matches the sub."""
    pool_id = make_pool(UsernameAttributes=["email"])
    person = confirmed_user(pool_id, make_client(pool_id), "a@example.com")
    assert names(call, pool_id, 'username = "a@example.com"') == []
    assert names(call, pool_id, f'username = "{person.sub}"') == [person.sub]


def test_search_follows_changes(call: Call, pool_id: str, people: list[Person]) -> None:
    """A changed address is found; the old one and a deleted user's are not."""
    request = {"UserPoolId": pool_id, "Username": "alice"}
    call("AdminUpdateUserAttributes", **request, UserAttributes=pairs(email="new@example.com"))
    assert names(call, pool_id, 'email = "new@example.com"') == ["alice"]
    assert names(call, pool_id, 'email = "alice@example.com"') == []
    call("AdminDeleteUser", **request)
    assert names(call, pool_id, 'email = "new@example.com"') == []
    assert names(call, pool_id) == ["bob", "anna"]


def test_shared_address_finds_all_its_users(
    call: Call, pool_id: str, client: dict[str, Any], confirmed_user: Callable[..., Person]
) -> None:
    """If addresses are not aliases, equality finds every user with that address."""
    for name in ("alice", "bob"):
        confirmed_user(pool_id, client, name, email="both@example.com")
    assert names(call, pool_id, 'email = "both@example.com"') == ["alice", "bob"]


@pytest.mark.fact("A080")
def test_entry_describes_the_user(call: Call, pool_id: str, people: list[Person]) -> None:
    """Each entry has name, attributes, dates, status and whether the user is enabled."""
    user = call("ListUsers", UserPoolId=pool_id, Filter='username = "anna"')["Users"][0]
    attributes = as_dict(user.pop("Attributes"))
    assert user == {
        "Username": "anna",
        "UserCreateDate": START,
        "UserLastModifiedDate": START,
        "Enabled": False,
        "UserStatus": "CONFIRMED",
    }
    assert attributes["sub"] == people[2].sub


@pytest.mark.fact("A080")
def test_attributes_to_get_narrows_each_entry(
    call: Call, pool_id: str, people: list[Person]
) -> None:
    """Each entry has only the requested attributes; an unknown one is refused."""
    request = {"UserPoolId": pool_id, "Filter": 'username = "bob"'}
    answer = call("ListUsers", **request, AttributesToGet=["email", "sub"])
    assert set(as_dict(answer["Users"][0]["Attributes"])) == {"email", "sub"}
    assert call("ListUsers", **request, AttributesToGet=[])["Users"][0]["Attributes"] == []
    text = "One or more requested attributes do not exist."
    with refused("InvalidParameterException", text):
        call("ListUsers", **request, AttributesToGet=["custom:role"])


@pytest.fixture
def crowd(engine: Engine, pool_id: str) -> list[str]:
    """Return the names of 130 users."""
    created = [f"user{number:03d}" for number in range(130)]
    for name in created:
        engine.call(
            "AdminCreateUser",
            {"UserPoolId": pool_id, "Username": name, "MessageAction": "SUPPRESS"},
        )
    return created


def pages(call: Call, pool_id: str, **members: Any) -> Iterator[list[str]]:
    """Return the usernames on each page."""
    token: dict[str, str] = {}
    while True:
        answer = call("ListUsers", UserPoolId=pool_id, **members, **token)
        yield [user["Username"] for user in answer["Users"]]
        if "PaginationToken" not in answer:
            return
        token = {"PaginationToken": answer["PaginationToken"]}


@pytest.mark.fact("A080")
@pytest.mark.parametrize("members", [{}, {"Filter": 'username ^= "user"'}])
@pytest.mark.parametrize(
    ("limit", "sizes"),
    [(None, [60, 60, 10]), (0, [60, 60, 10]), (50, [50, 50, 30]), (60, [60, 60, 10])],
)
def test_pages_hold_each_user_once(
    call: Call,
    pool_id: str,
    crowd: list[str],
    members: dict[str, str],
    limit: int | None,
    sizes: list[int],
) -> None:
    """Pages of sixty by default list each user once; the last page has no token."""
    limited = {} if limit is None else {"Limit": limit}
    found = list(pages(call, pool_id, **members, **limited))
    assert [len(page) for page in found] == sizes
    assert [name for page in found for name in page] == crowd


@pytest.mark.fact("A080")
@pytest.mark.parametrize("members", [{}, {"Filter": 'username ^= "user"'}])
def test_full_last_page_has_no_token(
    call: Call, pool_id: str, crowd: list[str], members: dict[str, str]
) -> None:
    """If the last page is full, it has no token for an empty page after it."""
    assert [len(page) for page in pages(call, pool_id, Limit=26, **members)] == [26] * 5


@pytest.mark.fact("A080")
@pytest.mark.parametrize("members", [{}, {"Filter": 'username ^= "user"'}])
def test_deletions_between_pages_skip_only_deleted_users(
    call: Call, pool_id: str, crowd: list[str], members: dict[str, str]
) -> None:
    """Users deleted between two pages are missing, and no other user is."""
    found = pages(call, pool_id, Limit=60, **members)
    next(found)
    for name in ("user059", "user060", "user129"):
        call("AdminDeleteUser", UserPoolId=pool_id, Username=name)
    rest = [name for page in found for name in page]
    assert rest == crowd[61:129]


@pytest.mark.fact("A080")
def test_pagination_token_lives_one_hour(
    call: Call, engine: Engine, pool_id: str, crowd: list[str]
) -> None:
    """A pagination token works repeatedly for one hour."""
    request = {"UserPoolId": pool_id, "Limit": 10}
    token = call("ListUsers", **request)["PaginationToken"]
    engine.clock.advance(HOUR - 1)
    first = call("ListUsers", **request, PaginationToken=token)["Users"]
    assert call("ListUsers", **request, PaginationToken=token)["Users"] == first
    engine.clock.advance(1)
    with refused("InvalidParameterException"):
        call("ListUsers", **request, PaginationToken=token)


def test_pagination_token_belongs_to_its_list(
    call: Call, pool_id: str, make_pool: Callable[..., str], crowd: list[str]
) -> None:
    """Garbage and tokens of another pool or filter are refused."""
    token = call("ListUsers", UserPoolId=pool_id, Limit=10)["PaginationToken"]
    for members in (
        {"UserPoolId": pool_id, "PaginationToken": "garbage"},
        {"UserPoolId": make_pool(), "PaginationToken": token},
        {"UserPoolId": pool_id, "PaginationToken": token, "Filter": 'username ^= "user"'},
    ):
        with refused("InvalidParameterException"):
            call("ListUsers", **members)


@given(st.text())
def test_quoted_value_may_contain_anything(value: str) -> None:
    """A value may hold any characters if quotes and backslashes are escaped."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    condition = parse_filter(f'name = "{escaped}"')
    assert condition is not None
    assert condition.value == value


@pytest.mark.parametrize("attribute", ["username", "sub", "email", "phone_number"])
def test_equality_uses_an_index(
    call: Call,
    pool_id: str,
    people: list[Person],
    monkeypatch: pytest.MonkeyPatch,
    attribute: str,
) -> None:
    """An equality filter does not look at every user."""

    def walk(directory: UserDirectory) -> Iterator[User]:
        pytest.fail("every user was looked at")

    monkeypatch.setattr(UserDirectory, "__iter__", walk)
    value = {"username": "bob", "sub": people[0].sub, "email": people[0].email}
    wanted = value.get(attribute, "+15555550100")
    assert names(call, pool_id, f'{attribute} = "{wanted}"') == ["bob"]


def test_later_page_does_not_start_over(
    call: Call, pool_id: str, crowd: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later page looks only at its own users and one more."""
    seen: list[int] = []
    after = UserDirectory.after

    def watched(directory: UserDirectory, number: int) -> Iterator[tuple[int, User]]:
        for found in after(directory, number):
            seen.append(found[0])
            yield found

    monkeypatch.setattr(UserDirectory, "after", watched)
    found = pages(call, pool_id, Limit=50)
    next(found)
    seen.clear()
    next(found)
    assert len(seen) == 51
