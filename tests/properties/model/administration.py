"""The model of showing, disabling, enabling, signing out and deleting users."""

from __future__ import annotations

from tests.properties.model.case import Answer, Case, Params
from tests.properties.model.checks import authorized, user_of_pool
from tests.properties.model.records import Account
from tests.properties.model.rules import Finding, Rule
from tests.properties.model.world import World


def get_user(world: World, params: Params) -> Case:
    """GetUser: a token shows only its own user (A071)."""
    case = Case()
    account = authorized(world, case, params["AccessToken"])

    def accepted(answer: Answer) -> None:
        if account is None or answer["Username"] != account.name:
            raise Finding("GetUser showed another user", [Rule.ISSUED])

    case.then = accepted
    return case


def list_devices(world: World, params: Params) -> Case:
    """ListDevices: the user's remembered devices and no others (D078)."""
    case = Case()
    account = authorized(world, case, params["AccessToken"])

    def accepted(answer: Answer) -> None:
        assert account is not None
        shown = {device["DeviceKey"] for device in answer["Devices"]}
        if shown != {key for key, device in account.devices.items() if device.remembered}:
            raise Finding("ListDevices showed other devices", [Rule.RECORD])

    case.then = accepted
    return case


def global_sign_out(world: World, params: Params) -> Case:
    """GlobalSignOut and AdminUserGlobalSignOut: every token of the user is revoked (A271)."""
    case, account = _whose(world, params)
    if account is not None:
        case.then = lambda _answer: revoke(world, account)
    return case


def delete_user(world: World, params: Params) -> Case:
    """DeleteUser and AdminDeleteUser (A069, A075)."""
    case, account = _whose(world, params)

    def accepted(_answer: Answer) -> None:
        assert account is not None
        account.deleted = True
        revoke(world, account)
        for device in account.devices.values():  # Devices are deleted with their user (D125).
            device.forgotten, device.remembered = True, False

    case.then = accepted
    return case


def admin_disable_user(world: World, params: Params) -> Case:
    """AdminDisableUser, which revokes the user's tokens as well (A068)."""
    case, account = _whose(world, params)

    def accepted(_answer: Answer) -> None:
        assert account is not None
        account.enabled = False
        revoke(world, account)

    case.then = accepted
    return case


def admin_enable_user(world: World, params: Params) -> Case:
    """AdminEnableUser; revoked tokens stay revoked."""
    case, account = _whose(world, params)

    def accepted(_answer: Answer) -> None:
        assert account is not None
        account.enabled = True

    case.then = accepted
    return case


def revoke(world: World, account: Account) -> None:
    """Revoke every token that the user has so far, and every sign-in in progress."""
    account.sign_outs += 1
    for token in (*world.access.values(), *world.refresh.values()):
        if token.grant.account is account:
            token.grant.revoked = True


def _whose(world: World, params: Params) -> tuple[Case, Account | None]:
    case = Case()
    if "AccessToken" in params:
        return case, authorized(world, case, params["AccessToken"])
    case.account = user_of_pool(world, case, params)
    return case, case.account
