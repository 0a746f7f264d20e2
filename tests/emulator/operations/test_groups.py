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
    """Create a group and return its description."""
    return dict(call("CreateGroup", UserPoolId=pool_id, GroupName=name, **settings)["Group"])


def add(call: Call, pool_id: str, username: str, group: str) -> dict[str, Any]:
    """Add a user to a group."""
    names = {"UserPoolId": pool_id, "Username": username, "GroupName": group}
    return call("AdminAddUserToGroup", **names)


def groups_of(call: Call, pool_id: str, username: str) -> list[str]:
    """Return the names of a user's groups."""
    answer = call("AdminListGroupsForUser", UserPoolId=pool_id, Username=username)
    return [group["GroupName"] for group in answer["Groups"]]


@pytest.mark.fact("M097")
def test_group_is_described_as_set(call: Call, pool_id: str) -> None:
    """The description has the members that were set and no others."""
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


def test_second_group_of_a_name_is_refused(call: Call, pool_id: str) -> None:
    """A second group with the same name is refused."""
    create(call, pool_id)
    with refused("GroupExistsException", "A group with the name already exists."):
        create(call, pool_id)


@pytest.mark.fact("M097")
def test_update_changes_only_named_members(call: Call, engine: Engine, pool_id: str) -> None:
    """UpdateGroup leaves members that it does not name unchanged."""
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
def test_unknown_group_is_not_found(call: Call, pool_id: str, alice: str, operation: str) -> None:
    """Every operation on an unknown group is refused."""
    user = {"Username": alice} if operation.startswith("Admin") else {}
    with refused("ResourceNotFoundException", "Group not found."):
        call(operation, UserPoolId=pool_id, GroupName="nobody", **user)


@pytest.mark.fact("A064")
@pytest.mark.parametrize("operation", ["AdminAddUserToGroup", "AdminRemoveUserFromGroup"])
def test_unknown_user_is_not_found(call: Call, pool_id: str, operation: str) -> None:
    """Only a user of the pool can be added to a group."""
    create(call, pool_id)
    with refused("UserNotFoundException", "User does not exist."):
        call(operation, UserPoolId=pool_id, GroupName="admins", Username="nobody")


def test_user_is_added_and_removed(call: Call, pool_id: str, alice: str) -> None:
    """Adding a user twice counts once; both lists show the membership."""
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


def test_deleting_a_group_keeps_its_users(call: Call, pool_id: str, alice: str) -> None:
    """The users of a deleted group stay in the pool."""
    create(call, pool_id)
    add(call, pool_id, alice, "admins")
    assert call("DeleteGroup", UserPoolId=pool_id, GroupName="admins") == {}
    assert groups_of(call, pool_id, alice) == []
    assert call("ListGroups", UserPoolId=pool_id)["Groups"] == []


def test_deleting_a_user_removes_them_from_groups(call: Call, pool_id: str, alice: str) -> None:
    """A deleted user is in no group, and a new user of that name is not either."""
    create(call, pool_id)
    add(call, pool_id, alice, "admins")
    call("AdminDeleteUser", UserPoolId=pool_id, Username=alice)
    call("AdminCreateUser", UserPoolId=pool_id, Username=alice)
    assert call("ListUsersInGroup", UserPoolId=pool_id, GroupName="admins")["Users"] == []
    assert groups_of(call, pool_id, alice) == []


def test_lists_are_paged(call: Call, pool_id: str, alice: str) -> None:
    """Groups, a user's groups and a group's users are listed in pages, each by its own token."""
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
def test_user_is_in_at_most_100_groups(call: Call, pool_id: str, alice: str) -> None:
    """The hundred-and-first group is refused; adding to an existing one is not."""
    for number in range(101):
        create(call, pool_id, f"group{number}")
    for number in range(100):
        add(call, pool_id, alice, f"group{number}")
    with refused("LimitExceededException"):
        add(call, pool_id, alice, "group100")
    add(call, pool_id, alice, "group0")


@pytest.mark.fact("A292")
def test_pool_has_at_most_10000_groups(call: Call, pool_id: str) -> None:
    """The group after the ten-thousandth is refused."""
    for number in range(10_000):
        create(call, pool_id, f"group{number}")
    with refused("LimitExceededException"):
        create(call, pool_id, "more")


def test_groups_are_separate_per_pool(
    call: Call, pool_id: str, make_pool: Callable[..., str]
) -> None:
    """Groups of the same name in two pools are separate."""
    create(call, pool_id)
    with refused("ResourceNotFoundException", "Group not found."):
        call("GetGroup", UserPoolId=make_pool(), GroupName="admins")
