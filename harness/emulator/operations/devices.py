"""The operations on tracked devices: the user's, with an access token, and the administrator's."""

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
    """Confirm an issued device with its verifier (D066).

    The device is remembered unless the pool is set to ask the user first. The access token may
    come from another sign-in of the same user than the device key (D065).
    """
    params = request.params
    with _authorized(service, request) as authorized:
        tracking = authorized.pool.device_configuration
        device = _issued_device(authorized, params["DeviceKey"])
        if tracking is None or device is None:
            raise refusals.device_key_invalid()
        if device.confirmed:
            raise refusals.device_key_exists()
        salt, verifier = _verifier(params.get("DeviceSecretVerifierConfig") or {})
        must_ask = tracking["DeviceOnlyRememberedOnUserPrompt"]
        name = params.get("DeviceName")
        device.confirm(salt, verifier, name=name, remembered=not must_ask)
        device.modified = service.clock.time()
        return {"UserConfirmationNecessary": must_ask}


def _issued_device(authorized: Authorized, key: str) -> TrackedDevice | None:
    """Return the issued device of a key; one that belongs to an alias does not count (D081)."""
    device = authorized.user.devices.issued(key)
    if device is None or device.owner != authorized.user.username:
        return None
    return device


def _verifier(config: dict[str, str]) -> tuple[int, int]:
    """Return salt and verifier of DeviceSecretVerifierConfig; refuse values that cannot sign in.

    Both are two's complement: a missing zero byte makes them negative (D028, section D, 14).
    """
    return _positive_number(config, "Salt"), _positive_number(config, "PasswordVerifier", modulus=N)


def _positive_number(config: dict[str, str], member: str, modulus: int | None = None) -> int:
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
    """Set whether one of the user's confirmed devices is remembered (D067, D079)."""
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
    """Forget one of the user's confirmed devices, remembered or not (D070, D124)."""
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
    """Do the same as `forget_device`, as an administrator."""
    with service.locked_user(request) as (_, user):
        user.devices.forget(_key(request))
        return {}


def admin_update_device_status(service: Service, request: Request) -> dict[str, Any]:
    """Do the same as `update_device_status`, as an administrator."""
    with service.locked_user(request) as (_, user):
        return _set_status(service, request, user.devices.confirmed(_key(request)))


def _authorized(service: Service, request: Request) -> AbstractContextManager[Authorized]:
    """Require the access token, which the service model marks as optional for some operations."""
    token = request.params.get("AccessToken")
    if token is None:
        raise refusals.missing_required_parameter("AccessToken")
    return authorized_under_lock(service, token)


def _key(request: Request) -> str:
    key: str = request.params["DeviceKey"]
    return key


def _set_status(service: Service, request: Request, device: TrackedDevice) -> dict[str, Any]:
    """Set DeviceRememberedStatus, which is required (section D, 18)."""
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
