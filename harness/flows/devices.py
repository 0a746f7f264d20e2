"""Flows of tracked devices: confirm, remember and forget a device."""

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
    """Register the verifier of a device, and return UserConfirmationNecessary.

    If it is false, the device is remembered already. If it is true, the app must ask the user
    first, because of the pool's DeviceOnlyRememberedOnUserPrompt (D051).
    """
    response = actions.confirm_device(
        access_token, device.key, device.verifier_config(), device_name=device.name
    )
    return bool(response.get("UserConfirmationNecessary", False))


def remember_device(actions: Actions, access_token: Secret, device: Device) -> None:
    """Have the device remembered, as the user wants."""
    actions.update_device_status(access_token, device.key, "remembered")


def do_not_remember_device(actions: Actions, access_token: Secret, device: Device) -> None:
    """Have the device not remembered, as the user wants; it stays tracked."""
    actions.update_device_status(access_token, device.key, "not_remembered")


def forget_device(actions: Actions, access_token: Secret, device: Device) -> None:
    """Delete the record of the device; its key cannot be used after that (D124)."""
    actions.forget_device(access_token, device.key)


def track_device(actions: Actions, access_token: Secret, device: Device | None) -> Device:
    """Confirm a new device and have it remembered, like an app whose user agrees.

    Raises:
        UnexpectedResult: the sign-in returned no new device.
    """
    if device is None:
        raise UnexpectedResult("no device to confirm: the sign-in returned no NewDeviceMetadata")
    if confirm_device(actions, access_token, device):
        remember_device(actions, access_token, device)
    return device


def every_device(
    actions: Actions, access_token: Secret, *, limit: int | None = None
) -> Iterator[DeviceTypeTypeDef]:
    """Yield the user's devices, page by page; ``limit`` is the size of a page."""
    token: str | None = None
    while True:
        page = actions.list_devices(access_token, limit=limit, pagination_token=token)
        yield from page.get("Devices", [])
        token = page.get("PaginationToken")
        if not token:
            return
