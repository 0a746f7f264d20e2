"""Groups and their members."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.expect import START, refused

ROLE = "arn:aws:iam::123456789012:role/admins"


@pytest.fixture
def alice(call: Call, pool_id: str) -> str:
    """The name of a user."""
    call("AdminCreateUser", UserPoolId=pool_id, Username="alice")
    return "alice"


def create(call: Call, pool_id: str, name: str = "admins", **settings: Any) -> dict[str, Any]:
    """Make a group and return its description."""
    return dict(call("CreateGroup", UserPoolId=pool_id, GroupName=name, **settings)["Group"])


def add(call: Call, pool_id: str, username: str, group: str) -> dict[str, Any]:
    """Put a user into a group."""
    names = {"UserPoolId": pool_id, "Username": username, "GroupName": group}
    return call("AdminAddUserToGroup", **names)


def groups_of(call: Call, pool_id: str, username: str) -> list[str]:
    """The names of a user's groups."""
    answer = call("AdminListGroupsForUser", UserPoolId=pool_id, Username=username)
    return [group["GroupName"] for group in answer["Groups"]]


def test_a_group_comes_back_as_set(call: Call, pool_id: str) -> None:
    """What was given is described, what was not is absent."""
    bare = {
        "GroupName": "bare",
        "UserPoolId": pool_id,
        "LastModifiedDate": START,
        "CreationDate": START,
    }
    assert create(call, pool_id, "bare") == bare
    settings: dict[str, Any] = {"Description": "Those", "RoleArn": ROLE, "Precedence": 0}
    created = create(call, pool_id, **settings)
    assert created == {**bare, "GroupName": "admins", **settings}
    assert call("GetGroup", UserPoolId=pool_id, GroupName="admins")["Group"] == created
    listed = call("ListGroups", UserPoolId=pool_id)["Groups"]
    assert [group["GroupName"] for group in listed] == ["bare", "admins"]


def test_a_group_is_made_once(call: Call, pool_id: str) -> None:
    """A second group of the name is refused."""
    create(call, pool_id)
    with refused("GroupExistsException", "A group with the name already exists."):
        create(call, pool_id)


def test_an_update_changes_what_it_names(call: Call, engine: Engine, pool_id: str) -> None:
    """The rest stays."""
    create(call, pool_id, Description="Those who may", Precedence=1)
    engine.clock.advance(5)
    answer = call("UpdateGroup", UserPoolId=pool_id, GroupName="admins", Precedence=2)
    group = answer["Group"]
    assert (group["Description"], group["Precedence"]) == ("Those who may", 2)
    assert (group["CreationDate"], group["LastModifiedDate"]) == (START, START + 5)


@pytest.mark.parametrize(
    "operation",
    [
        "GetGroup",
        "UpdateGroup",
        "DeleteGroup",
        "ListUsersInGroup",
        "AdminAddUserToGroup",
        "AdminRemoveUserFromGroup",
    ],
)
def test_an_unknown_group_is_not_found(
    call: Call, pool_id: str, alice: str, operation: str
) -> None:
    """Every operation on a group says so."""
    user = {"Username": alice} if operation.startswith("Admin") else {}
    with refused("ResourceNotFoundException", "Group not found."):
        call(operation, UserPoolId=pool_id, GroupName="nobody", **user)


@pytest.mark.fact("A064")
@pytest.mark.parametrize("operation", ["AdminAddUserToGroup", "AdminRemoveUserFromGroup"])
def test_an_unknown_user_is_not_found(call: Call, pool_id: str, operation: str) -> None:
    """Members are users of the pool."""
    create(call, pool_id)
    with refused("UserNotFoundException", "User does not exist."):
        call(operation, UserPoolId=pool_id, GroupName="admins", Username="nobody")


def test_members_come_and_go(call: Call, pool_id: str, alice: str) -> None:
    """Adding twice is adding once; both sides show it."""
    create(call, pool_id)
    assert add(call, pool_id, alice, "admins") == {}
    add(call, pool_id, alice, "admins")
    members = call("ListUsersInGroup", UserPoolId=pool_id, GroupName="admins")["Users"]
    assert members == call("ListUsers", UserPoolId=pool_id)["Users"]
    assert groups_of(call, pool_id, alice) == ["admins"]
    names = {"UserPoolId": pool_id, "Username": alice, "GroupName": "admins"}
    assert call("AdminRemoveUserFromGroup", **names) == {}
    assert groups_of(call, pool_id, alice) == []
    assert call("ListUsersInGroup", UserPoolId=pool_id, GroupName="admins")["Users"] == []
    assert call("AdminRemoveUserFromGroup", **names) == {}


def test_a_deleted_group_leaves_its_members(call: Call, pool_id: str, alice: str) -> None:
    """They are in the pool and no longer in the group."""
    create(call, pool_id)
    add(call, pool_id, alice, "admins")
    assert call("DeleteGroup", UserPoolId=pool_id, GroupName="admins") == {}
    assert groups_of(call, pool_id, alice) == []
    assert call("ListGroups", UserPoolId=pool_id)["Groups"] == []


def test_a_deleted_user_leaves_his_groups(call: Call, pool_id: str, alice: str) -> None:
    """Nobody is left in the group, also when the name is used again."""
    create(call, pool_id)
    add(call, pool_id, alice, "admins")
    call("AdminDeleteUser", UserPoolId=pool_id, Username=alice)
    call("AdminCreateUser", UserPoolId=pool_id, Username=alice)
    assert call("ListUsersInGroup", UserPoolId=pool_id, GroupName="admins")["Users"] == []
    assert groups_of(call, pool_id, alice) == []


def test_groups_are_listed_in_pages(call: Call, pool_id: str, alice: str) -> None:
    """Groups, a user's groups and a group's users, some at a time, each by its own token."""
    for number in range(5):
        create(call, pool_id, f"group{number}")
        add(call, pool_id, alice, f"group{number}")
        call("AdminCreateUser", UserPoolId=pool_id, Username=f"user{number}")
        add(call, pool_id, f"user{number}", "group0")
    tokens = []
    for operation, member, names, total in (
        ("ListGroups", "Groups", {}, 5),
        ("AdminListGroupsForUser", "Groups", {"Username": alice}, 5),
        ("ListUsersInGroup", "Users", {"GroupName": "group0"}, 6),
    ):
        request = {"UserPoolId": pool_id, **names}
        everything = call(operation, **request)
        assert "NextToken" not in everything
        first = call(operation, **request, Limit=3)
        second = call(operation, **request, Limit=3, NextToken=first["NextToken"])
        assert first[member] + second[member] == everything[member]
        assert (len(first[member]), len(everything[member])) == (3, total)
        assert "NextToken" not in second
        tokens.append(first["NextToken"])
    with refused("InvalidParameterException", "Invalid pagination token."):
        call("ListGroups", UserPoolId=pool_id, NextToken=tokens[1])


@pytest.mark.fact("A292")
def test_a_user_is_in_a_hundred_groups(call: Call, pool_id: str, alice: str) -> None:
    """The hundred-and-first is refused, but one he is in already is not."""
    for number in range(101):
        create(call, pool_id, f"group{number}")
    for number in range(100):
        add(call, pool_id, alice, f"group{number}")
    with refused("LimitExceededException"):
        add(call, pool_id, alice, "group100")
    add(call, pool_id, alice, "group0")


@pytest.mark.fact("A292")
def test_ten_thousand_groups(call: Call, pool_id: str) -> None:
    """The next one is refused."""
    for number in range(10_000):
        create(call, pool_id, f"group{number}")
    with refused("LimitExceededException"):
        create(call, pool_id, "more")


def test_groups_belong_to_their_pool(
    call: Call, pool_id: str, make_pool: Callable[..., str]
) -> None:
    """Another pool's group of the name is another group."""
    create(call, pool_id)
    with refused("ResourceNotFoundException", "Group not found."):
        call("GetGroup", UserPoolId=make_pool(), GroupName="admins")
