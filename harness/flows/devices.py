"""Confirming, remembering and forgetting the devices of a user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.errors import UnexpectedResult
from harness.flows.actions import Actions
from harness.redaction import Secret
from harness.users.device import Device

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import DeviceTypeTypeDef

__all__ = [
    "confirm_device",
    "do_not_remember_device",
    "every_device",
    "forget_device",
    "remember_device",
    "track_device",
]


def confirm_device(actions: Actions, access_token: Secret, device: Device) -> bool:
    """Register the device's verifier; return UserConfirmationNecessary.

    False means that the device is remembered by now, true that the user has to be asked first:
    that is the pool's DeviceOnlyRememberedOnUserPrompt (D051).
    """
    answer = actions.confirm_device(
        access_token, device.key, device.verifier_config(), device_name=device.name
    )
    return bool(answer.get("UserConfirmationNecessary", False))


def remember_device(actions: Actions, access_token: Secret, device: Device) -> None:
    """Say that the user wants the device remembered."""
    actions.update_device_status(access_token, device.key, "remembered")


def do_not_remember_device(actions: Actions, access_token: Secret, device: Device) -> None:
    """Say that the user does not want the device remembered; it stays tracked."""
    actions.update_device_status(access_token, device.key, "not_remembered")


def forget_device(actions: Actions, access_token: Secret, device: Device) -> None:
    """Have the device's record deleted; its key is of no use from then on (D124)."""
    actions.forget_device(access_token, device.key)


def track_device(actions: Actions, access_token: Secret, device: Device | None) -> Device:
    """Confirm a new device and see that it is remembered, as an app does whose user says yes.

    Raises:
        UnexpectedResult: the sign-in brought no device.
    """
    if device is None:
        raise UnexpectedResult("the sign-in brought no NewDeviceMetadata, so no device to confirm")
    if confirm_device(actions, access_token, device):
        remember_device(actions, access_token, device)
    return device


def every_device(
    actions: Actions, access_token: Secret, *, limit: int | None = None
) -> Iterator[DeviceTypeTypeDef]:
    """Yield the user's remembered devices, page by page; ``limit`` is the size of a page."""
    token: str | None = None
    while True:
        page = actions.list_devices(access_token, limit=limit, pagination_token=token)
        yield from page.get("Devices", [])
        token = page.get("PaginationToken")
        if not token:
            return
