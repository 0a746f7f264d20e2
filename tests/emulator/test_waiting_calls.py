"""A call that waits for its pool's lock acts on the state that it finds once it has the lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.core.locks import PoolLock
from harness.emulator.engine import Engine
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, pairs, refused
from tests.emulator.support.walker import ALWAYS, Walker, new_walker, tokens_of


class OvertakenLock(PoolLock):
    """A lock that lets another call go first, once, before it is acquired."""

    def __init__(self, first: Callable[[], Any]) -> None:
        super().__init__()
        self._first: Callable[[], Any] | None = first

    def __enter__(self) -> None:
        first, self._first = self._first, None
        if first is not None:
            first()
        super().__enter__()

    @property
    def overtaken(self) -> bool:
        """Whether the other call went first."""
        return self._first is None


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user of a tracking pool with optional MFA."""
    return new_walker(engine, mfa="OPTIONAL", devices=ALWAYS)


def overtake(walker: Walker, first: Callable[[], Any]) -> OvertakenLock:
    """Run `first` just before the next call acquires the lock of the walker's pool."""
    lock = walker.engine.pools[walker.user_pool_id].lock = OvertakenLock(first)
    return lock


BY_TOKEN: dict[str, dict[str, Any]] = {
    "GetUser": {},
    "DeleteUser": {},
    "GlobalSignOut": {},
    "ChangePassword": {"PreviousPassword": PASSWORD, "ProposedPassword": OTHER_PASSWORD},
    "UpdateUserAttributes": {"UserAttributes": pairs(name="Alice")},
    "DeleteUserAttributes": {"UserAttributeNames": ["name"]},
    "GetUserAttributeVerificationCode": {"AttributeName": "email"},
    "VerifyUserAttribute": {"AttributeName": "email", "Code": "000000"},
    "AssociateSoftwareToken": {},
    "VerifySoftwareToken": {"UserCode": "000000"},
    "SetUserMFAPreference": {},
    "ConfirmDevice": {"DeviceKey": "d"},
    "UpdateDeviceStatus": {"DeviceKey": "d", "DeviceRememberedStatus": "remembered"},
    "GetDevice": {"DeviceKey": "d"},
    "ListDevices": {},
    "ForgetDevice": {"DeviceKey": "d"},
}


@pytest.mark.parametrize("operation", BY_TOKEN)
def test_token_revoked_during_the_wait_is_refused(walker: Walker, operation: str) -> None:
    """An access token that is revoked while a call waits is refused."""
    token = tokens_of(walker.by_password())["AccessToken"]
    lock = overtake(walker, lambda: walker.administer("AdminUserGlobalSignOut"))
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        walker.call(operation, AccessToken=token, **BY_TOKEN[operation])
    assert lock.overtaken


BY_ADMINISTRATOR: dict[str, dict[str, Any]] = {
    "AdminGetUser": {},
    "AdminConfirmSignUp": {},
    "AdminDeleteUser": {},
    "AdminDisableUser": {},
    "AdminEnableUser": {},
    "AdminUserGlobalSignOut": {},
    "AdminSetUserPassword": {"Password": OTHER_PASSWORD},
    "AdminResetUserPassword": {},
    "AdminUpdateUserAttributes": {"UserAttributes": pairs(name="Alice")},
    "AdminDeleteUserAttributes": {"UserAttributeNames": ["name"]},
    "AdminSetUserMFAPreference": {},
    "AdminDeleteSoftwareToken": {},
    "AdminListGroupsForUser": {},
    "AdminAddUserToGroup": {"GroupName": "g"},
    "AdminRemoveUserFromGroup": {"GroupName": "g"},
    "AdminGetDevice": {"DeviceKey": "d"},
    "AdminListDevices": {},
    "AdminForgetDevice": {"DeviceKey": "d"},
    "AdminUpdateDeviceStatus": {"DeviceKey": "d", "DeviceRememberedStatus": "remembered"},
}


@pytest.mark.parametrize("operation", BY_ADMINISTRATOR)
def test_user_deleted_during_the_wait_is_not_found(walker: Walker, operation: str) -> None:
    """A user who is deleted while a call waits is not found."""
    lock = overtake(walker, lambda: walker.administer("AdminDeleteUser"))
    with refused("UserNotFoundException", "User does not exist."):
        walker.administer(operation, **BY_ADMINISTRATOR[operation])
    assert lock.overtaken


def recreate(walker: Walker) -> None:
    """Delete the walker's user and create another with the same name."""
    walker.administer("AdminDeleteUser")
    walker.administer("AdminCreateUser", UserAttributes=pairs(email="alice@example.com"))


def test_administrator_call_applies_to_the_recreated_user(walker: Walker) -> None:
    """If the user is recreated while a call waits, the call changes the new user."""
    overtake(walker, lambda: recreate(walker))
    walker.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=True)
    assert walker.administer("AdminGetUser")["UserStatus"] == "CONFIRMED"


def test_token_does_not_apply_to_the_recreated_user(walker: Walker) -> None:
    """A late DeleteUser does not delete a new user of the same name."""
    token = tokens_of(walker.by_password())["AccessToken"]
    overtake(walker, lambda: recreate(walker))
    with refused("UserNotFoundException"):
        walker.call("DeleteUser", AccessToken=token)
    assert walker.administer("AdminGetUser")["UserStatus"] == "FORCE_CHANGE_PASSWORD"


def test_pool_deleted_during_the_wait_is_refused(walker: Walker) -> None:
    """A token of a pool that is deleted while a call waits is refused."""
    token = tokens_of(walker.by_password())["AccessToken"]
    pool = walker.engine.pools[walker.user_pool_id]
    overtake(walker, lambda: walker.engine.remove_pool(pool))
    with refused("NotAuthorizedException"):
        walker.call("GetUser", AccessToken=token)


def test_removing_a_user_twice_keeps_a_new_one_of_the_name(walker: Walker) -> None:
    """Removing the old user again does not remove the new one."""
    users = walker.engine.pools[walker.user_pool_id].users
    old = users.by_username("alice")
    assert old is not None
    recreate(walker)
    new = users.by_username("alice")
    users.remove(old)
    assert new is not old
    assert new is not None
    assert users.by_username("alice") is new
    assert users.by_sub(new.sub) is new
    assert new in list(users)
    assert users.by_value("email", "alice@example.com") == [new]
