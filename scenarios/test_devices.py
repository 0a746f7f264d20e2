"""Confirming, remembering and forgetting devices, and who can see them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from harness import (
    Actions,
    Device,
    Secret,
    check,
    confirm_device,
    do_not_remember_device,
    every_device,
    forget_device,
    remember_device,
)
from scenarios.support import expectations, refusals
from scenarios.support.answers import (
    attributes_in,
    expect_attribute,
    expect_equal,
    expect_member,
    expect_number,
    member_of,
    the_only,
)
from scenarios.support.members import UNKNOWN_DEVICE, Member, MemberSignIn, TrackedMember
from scenarios.support.pool_under_test import REMEMBERED_DEVICES, TRACKED_DEVICES, requires
from scenarios.support.refusals import refused
from scenarios.support.steps import expect_device, expect_no_device
from scenarios.support.variants import (
    OPT_IN,
    TRACKED,
    Client,
    Devices,
    Mfa,
    SignInName,
    Variant,
    varied,
)
from scenarios.support.watching import Unchanged

pytestmark = pytest.mark.cognito_needs("admin")

DEVICE_ATTRIBUTES = "Device.DeviceAttributes"


@varied(mfa=Mfa, devices=TRACKED, client=Client)
def test_confirmed_device_is_shown_as_the_pool_tracks_it(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, variant: Variant
) -> None:
    """ConfirmDevice says whether the user must opt in, and remembers the device if not."""
    actions, username = cognito_actions, member.person.username
    result = sign_in(member, device_name="laptop")
    device = expect_device(result.new_device)
    access = result.tokens.access
    has_to_confirm = confirm_device(actions, access, device)
    expect_equal(
        "UserConfirmationNecessary of ConfirmDevice",
        has_to_confirm,
        expectations.user_has_to_confirm(variant.devices),
        facts="D051",
    )
    expect_shown(
        actions, access, username, device, expectations.shown_after_confirmation(variant.devices)
    )


@varied(devices=[Devices.NOT_TRACKED], mfa=Mfa)
def test_pool_without_tracking_issues_no_device(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """Where devices are not tracked, no sign-in issues one, and none can be confirmed."""
    result = sign_in(member)
    expect_no_device(result)
    with unchanged(member.person), refused(refusals.INVALID_DEVICE_KEY):
        confirm_device(cognito_actions, result.tokens.access, UNKNOWN_DEVICE)


@varied(devices=OPT_IN, client=Client)
def test_user_decides_about_being_remembered_again_and_again(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """Where users opt in, they see the device only while it is remembered."""
    actions, username = cognito_actions, member.person.username
    result = sign_in(member)
    device, access = expect_device(result.new_device), result.tokens.access
    confirm_device(actions, access, device)
    for _ in range(2):
        remember_device(actions, access, device)
        expect_shown(actions, access, username, device, expectations.shown(remembered=True))
        do_not_remember_device(actions, access, device)
        expect_shown(actions, access, username, device, expectations.shown(remembered=False))


@varied(devices=TRACKED)
def test_remembering_a_remembered_device_changes_nothing(
    cognito_actions: Actions, sign_in: MemberSignIn, tracked_member: TrackedMember
) -> None:
    """UpdateDeviceStatus accepts the status that the device already has."""
    member, device = tracked_member.member, tracked_member.device
    access = sign_in(member, device=device).tokens.access
    remember_device(cognito_actions, access, device)
    shown = expectations.shown(remembered=True)
    expect_shown(cognito_actions, access, member.person.username, device, shown)


@varied(devices=TRACKED)
def test_forgotten_device_is_gone(
    cognito_actions: Actions,
    sign_in: MemberSignIn,
    tracked_member: TrackedMember,
    unchanged: Unchanged,
) -> None:
    """After ForgetDevice nobody can see the device, and it cannot be remembered again."""
    actions, person, device = (
        cognito_actions,
        tracked_member.member.person,
        tracked_member.device,
    )
    access = sign_in(tracked_member.member, device=device).tokens.access
    forget_device(actions, access, device)
    check(
        device.key not in keys_seen_by_user(actions, access),
        "ListDevices shows a forgotten device",
        facts="D124",
    )
    check(
        device.key not in keys_seen_by_admin(actions, person.username),
        "AdminListDevices shows a forgotten device",
        facts="D124",
    )
    with unchanged(person), refused(refusals.UNKNOWN_DEVICE):
        actions.get_device(access, device.key)
    with unchanged(person), refused(refusals.UNKNOWN_DEVICE):
        remember_device(actions, access, device)
    with unchanged(person), refused(refusals.UNKNOWN_DEVICE):
        actions.admin_get_device(person.username, device.key)


@varied(devices=TRACKED)
def test_sign_in_after_forgetting_brings_another_device(
    cognito_actions: Actions, sign_in: MemberSignIn, tracked_member: TrackedMember
) -> None:
    """After ForgetDevice the next sign-in issues a new key, which can be remembered."""
    actions, member, old = cognito_actions, tracked_member.member, tracked_member.device
    access = sign_in(member, device=old).tokens.access
    forget_device(actions, access, old)
    result = sign_in(member)
    new = expect_device(result.new_device)
    check(new.key != old.key, "the key of a forgotten device was issued again", facts="D124")
    confirm_device(actions, result.tokens.access, new)
    remember_device(actions, result.tokens.access, new)
    devices = every_device(actions, result.tokens.access)
    listed = the_only(devices, "devices", by="ListDevices")
    expect_member(listed, "DeviceKey", new.key, of="ListDevices")


@requires(TRACKED_DEVICES)
def test_every_sign_in_without_a_device_brings_another(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """Each sign-in that presents no device issues a new one, all in the pool's one group."""
    results = [sign_in(member) for _ in range(3)]
    devices = [expect_device(result.new_device) for result in results]
    keys, groups = ({device.key for device in devices}, {device.group_key for device in devices})
    check(len(keys) == 3, f"three sign-ins brought {len(keys)} different device keys", facts="D055")
    check(len(groups) == 1, f"one pool issued {len(groups)} different device group keys")
    for device in devices:
        confirm_device(cognito_actions, results[-1].tokens.access, device)
    seen = keys_seen_by_admin(cognito_actions, member.person.username)
    check(keys <= seen, "AdminListDevices does not show every confirmed device", facts="D078")


@varied(devices=TRACKED)
def test_device_is_confirmed_only_once(
    cognito_actions: Actions,
    sign_in: MemberSignIn,
    tracked_member: TrackedMember,
    unchanged: Unchanged,
) -> None:
    """ConfirmDevice is refused for a device that is already confirmed."""
    member, device = tracked_member.member, tracked_member.device
    access = sign_in(member, device=device).tokens.access
    with unchanged(member.person), refused(refusals.DEVICE_CONFIRMED_BEFORE):
        confirm_device(cognito_actions, access, device)


@requires(TRACKED_DEVICES)
def test_device_of_another_person_cannot_be_confirmed(
    another_member: Member,
    cognito_actions: Actions,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """ConfirmDevice is refused for a key that was issued to another user."""
    theirs = expect_device(sign_in(another_member).new_device)
    access = sign_in(member).tokens.access
    with (
        unchanged(member.person, another_member.person),
        refused(refusals.INVALID_DEVICE_KEY),
    ):
        confirm_device(cognito_actions, access, theirs)


def test_device_of_another_person_cannot_be_seen_or_changed(
    another_member: Member,
    cognito_actions: Actions,
    sign_in: MemberSignIn,
    tracked_member: TrackedMember,
    unchanged: Unchanged,
) -> None:
    """GetDevice, UpdateDeviceStatus and ForgetDevice are refused for another user's device."""
    actions, owner, device = cognito_actions, tracked_member.member.person, tracked_member.device
    access = sign_in(another_member).tokens.access
    with unchanged(owner, another_member.person):
        with refused(refusals.UNKNOWN_DEVICE):
            actions.get_device(access, device.key)
        with refused(refusals.UNKNOWN_DEVICE):
            do_not_remember_device(actions, access, device)
        with refused(refusals.UNKNOWN_DEVICE):
            forget_device(actions, access, device)


@varied(devices=TRACKED)
def test_unconfirmed_device_is_no_device_yet(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A device that was issued and not confirmed is neither shown nor remembered."""
    result = sign_in(member)
    device, access = expect_device(result.new_device), result.tokens.access
    expect_number(every_device(cognito_actions, access), 0, "devices", by="ListDevices")
    with unchanged(member.person), refused(refusals.UNKNOWN_DEVICE):
        cognito_actions.get_device(access, device.key)
    with unchanged(member.person), refused(refusals.UNKNOWN_DEVICE):
        remember_device(cognito_actions, access, device)


@requires(TRACKED_DEVICES)
@varied(client=Client)
def test_device_is_confirmed_with_the_token_of_an_earlier_sign_in(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """ConfirmDevice accepts any valid access token of the user, not only that of the sign-in."""
    earlier = sign_in(member).tokens.access
    device = expect_device(sign_in(member).new_device)
    confirm_device(cognito_actions, earlier, device)
    seen = keys_seen_by_admin(cognito_actions, member.person.username)
    check(device.key in seen, "AdminListDevices does not show a confirmed device", facts="D078")


@requires(TRACKED_DEVICES)
@varied(sign_in_name=SignInName)
def test_user_and_administrator_read_what_concerns_them(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """The user sees a device's status, name and IP address; an administrator its owner too."""
    actions = cognito_actions
    result = sign_in(member, device_name="laptop")
    device, access = expect_device(result.new_device), result.tokens.access
    confirm_device(actions, access, device)
    remember_device(actions, access, device)
    shown_to_user = actions.get_device(access, device.key)
    by_user = attributes_in(shown_to_user, DEVICE_ATTRIBUTES, of="GetDevice")
    shown_to_admin = actions.admin_get_device(member.person.username, device.key)
    by_admin = attributes_in(shown_to_admin, DEVICE_ATTRIBUTES, of="AdminGetDevice")
    names = sorted(expectations.DEVICE_ATTRIBUTES_FOR_USER)
    expect_equal("the device's attributes for a user", sorted(by_user), names, facts="D074")
    names = sorted(expectations.DEVICE_ATTRIBUTES_FOR_ADMIN)
    expect_equal("those for an administrator", sorted(by_admin), names, facts="D075")
    for attributes in (by_user, by_admin):
        expect_attribute(attributes, "device_name", "laptop")
        expect_attribute(attributes, "device_status", "valid")
    pool_id = actions.app.user_pool_id
    expect_attribute(by_admin, "dev:device_owner", f"{result.username}.{pool_id}")


@varied(devices=TRACKED)
def test_administrator_remembers_and_forgets_for_the_user(
    cognito_actions: Actions, sign_in: MemberSignIn, tracked_member: TrackedMember
) -> None:
    """AdminUpdateDeviceStatus and AdminForgetDevice do the same as the user's own calls."""
    actions, member, device = cognito_actions, tracked_member.member, tracked_member.device
    username = member.person.username
    access = sign_in(member, device=device).tokens.access
    actions.admin_update_device_status(username, device.key, "not_remembered")
    expect_shown(actions, access, username, device, expectations.shown(remembered=False))
    actions.admin_update_device_status(username, device.key, "remembered")
    expect_shown(actions, access, username, device, expectations.shown(remembered=True))
    actions.admin_forget_device(username, device.key)
    expect_number(every_device(actions, access), 0, "devices", by="ListDevices")
    with refused(refusals.UNKNOWN_DEVICE):
        actions.admin_forget_device(username, device.key)


@requires(REMEMBERED_DEVICES)
def test_devices_are_listed_page_by_page(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """ListDevices with a limit returns every remembered device exactly once."""
    results = [sign_in(member) for _ in range(3)]
    access = results[-1].tokens.access
    keys = []
    for result in results:
        device = expect_device(result.new_device)
        confirm_device(cognito_actions, access, device)
        keys.append(device.key)
    page = cognito_actions.list_devices(access, limit=2)
    expect_number(member_of(page, "Devices", of="ListDevices"), 2, "devices", by="ListDevices")
    listed = keys_in(every_device(cognito_actions, access, limit=2))
    expect_equal("the keys on all pages of ListDevices", sorted(listed), sorted(keys))


def expect_shown(
    actions: Actions,
    access: Secret,
    username: str,
    device: Device,
    shown: expectations.DeviceShown,
) -> None:
    """Expect that the user and an administrator see a device as they should."""
    listed = device.key in keys_seen_by_user(actions, access)
    which = "a remembered device" if shown.to_user else "a device that is not remembered"
    shows = "shows" if listed else "does not show"
    check(listed == shown.to_user, f"ListDevices {shows} {which}", facts="D077, D078")
    if shown.to_user:
        got = actions.get_device(access, device.key)
        expect_member(got, "Device.DeviceKey", device.key, of="GetDevice")
    else:
        with refused(refusals.DEVICE_NOT_SHOWN):
            actions.get_device(access, device.key)
    seen = keys_seen_by_admin(actions, username)
    check(device.key in seen, "AdminListDevices does not show a confirmed device", facts="D078")
    by_admin = actions.admin_get_device(username, device.key)
    attributes = attributes_in(by_admin, DEVICE_ATTRIBUTES, of="AdminGetDevice")
    expect_attribute(attributes, "dev:device_remembered_status", shown.status)


def keys_seen_by_admin(actions: Actions, username: str) -> set[str]:
    """Return the keys that AdminListDevices shows."""
    page = actions.admin_list_devices(username)
    return set(keys_in(member_of(page, "Devices", of="AdminListDevices")))


def keys_seen_by_user(actions: Actions, access: Secret) -> set[str]:
    """Return the keys that ListDevices shows."""
    return set(keys_in(every_device(actions, access)))


def keys_in(devices: Iterable[Any]) -> list[str]:
    """Return the keys of listed devices."""
    return [member_of(each, "DeviceKey", of="a list of devices") for each in devices]
