"""Tracked devices: the user's calls with an access token, and the administrator's."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.rules.tokens import Authorized, authorized_under_lock
from harness.emulator.service import Service
from harness.srp.group import N, SrpError
from harness.srp.server import decode_integer


def confirm_device(service: Service, request: Request) -> dict[str, Any]:
    """Give an issued device its verifier (D066); remembered at once unless the user is asked.

    The token may be of another sign-in of the same user than the one that issued the key (D065).
    """
    params = request.params
    with _authorized(service, request) as authorized:
        tracking = authorized.pool.device_configuration
        device = _issued(authorized, params["DeviceKey"])
        if tracking is None or device is None:
            raise refusals.device_key_invalid()
        if device.confirmed:
            raise refusals.device_key_exists()
        salt, verifier = _verifier(params.get("DeviceSecretVerifierConfig") or {})
        asked = tracking["DeviceOnlyRememberedOnUserPrompt"]
        name = params.get("DeviceName")
        device.confirm(salt, verifier, name=name, remembered=not asked)
        device.modified = service.clock.time()
        return {"UserConfirmationNecessary": asked}


def _issued(authorized: Authorized, key: str) -> TrackedDevice | None:
    """The issued device of this user; one that hangs on an alias is not his (D081)."""
    device = authorized.user.devices.issued(key)
    if device is None or device.owner != authorized.user.username:
        return None
    return device


def _verifier(config: dict[str, str]) -> tuple[int, int]:
    """Salt and verifier of DeviceSecretVerifierConfig, refused where none could sign in.

    Both are two's complement: a missing zero byte makes them negative (D028, section D, 14).
    """
    return _positive(config, "Salt"), _positive(config, "PasswordVerifier", modulus=N)


def _positive(config: dict[str, str], member: str, modulus: int | None = None) -> int:
    text = config.get(member)
    if not text:
        raise refusals.device_verifier_invalid(f"{member} is missing.")
    try:
        number = decode_integer(text)
    except SrpError as error:
        raise refusals.device_verifier_invalid(f"{member} is not base64.") from error
    if number <= 0 or (modulus is not None and number % modulus == 0):
        raise refusals.device_verifier_invalid(f"{member} is not positive.")
    return number


def update_device_status(service: Service, request: Request) -> dict[str, Any]:
    """Remember or not remember one of the user's confirmed devices (D067, D079)."""
    with _authorized(service, request) as authorized:
        return _set_status(service, request, authorized.user.devices.confirmed(_key(request)))


def get_device(service: Service, request: Request) -> dict[str, Any]:
    """Show one of the user's remembered devices (D068, D078)."""
    with _authorized(service, request) as authorized:
        return {"Device": authorized.user.devices.remembered(_key(request)).shown_to_user()}


def list_devices(service: Service, request: Request) -> dict[str, Any]:
    """Show the user's remembered devices, page by page (D069, D078)."""
    params = request.params
    with _authorized(service, request) as authorized:
        devices, token = authorized.user.devices.page(
            params.get("Limit"), params.get("PaginationToken"), remembered_only=True
        )
        return _page([device.shown_to_user() for device in devices], token)


def forget_device(service: Service, request: Request) -> dict[str, Any]:
    """Drop one of the user's confirmed devices, remembered or not (D070, D124)."""
    with _authorized(service, request) as authorized:
        authorized.user.devices.forget(_key(request))
        return {}


def admin_get_device(service: Service, request: Request) -> dict[str, Any]:
    """Show a confirmed device with all its attributes (D071, D075)."""
    with service.locked_user(request) as (pool, user):
        device = user.devices.confirmed(_key(request))
        return {"Device": device.shown_to_administrator(pool.device_owner(user))}


def admin_list_devices(service: Service, request: Request) -> dict[str, Any]:
    """Show all confirmed devices of a user, page by page (D071, D078)."""
    params = request.params
    with service.locked_user(request) as (pool, user):
        devices, token = user.devices.page(
            params.get("Limit"), params.get("PaginationToken"), remembered_only=False
        )
        owner = pool.device_owner(user)
        return _page([device.shown_to_administrator(owner) for device in devices], token)


def admin_forget_device(service: Service, request: Request) -> dict[str, Any]:
    """As `forget_device`, by an administrator."""
    with service.locked_user(request) as (_, user):
        user.devices.forget(_key(request))
        return {}


def admin_update_device_status(service: Service, request: Request) -> dict[str, Any]:
    """As `update_device_status`, by an administrator."""
    with service.locked_user(request) as (_, user):
        return _set_status(service, request, user.devices.confirmed(_key(request)))


def _authorized(service: Service, request: Request) -> AbstractContextManager[Authorized]:
    """The access token, which GetDevice and ForgetDevice have as optional in the model only."""
    token = request.params.get("AccessToken")
    if token is None:
        raise refusals.missing_required_parameter("AccessToken")
    return authorized_under_lock(service, token)


def _key(request: Request) -> str:
    key: str = request.params["DeviceKey"]
    return key


def _set_status(service: Service, request: Request, device: TrackedDevice) -> dict[str, Any]:
    """Without DeviceRememberedStatus there is nothing to set (section D, 18)."""
    status = request.params.get("DeviceRememberedStatus")
    if status is None:
        raise refusals.missing_required_parameter("DeviceRememberedStatus")
    device.remembered = status == "remembered"
    device.modified = service.clock.time()
    return {}


def _page(devices: list[dict[str, Any]], token: str | None) -> dict[str, Any]:
    return {"Devices": devices, **({"PaginationToken": token} if token else {})}


OPERATIONS = {
    "ConfirmDevice": confirm_device,
    "UpdateDeviceStatus": update_device_status,
    "GetDevice": get_device,
    "ListDevices": list_devices,
    "ForgetDevice": forget_device,
    "AdminGetDevice": admin_get_device,
    "AdminListDevices": admin_list_devices,
    "AdminForgetDevice": admin_forget_device,
    "AdminUpdateDeviceStatus": admin_update_device_status,
}
