"""Tracked devices: issued at a sign-in, confirmed with a verifier, perhaps remembered.

The life of a device: a sign-in without DEVICE_KEY issues a key (D055). ConfirmDevice gives it a
verifier (D066). It is remembered at once, or when the user chooses so (section B1). Until
ForgetDevice it may be presented at sign-ins, and its sign-ins may be refreshed.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harness.emulator import refusals

#: The page size of ListDevices without a Limit, or with 0 (section D, 24).
DEFAULT_PAGE = 60


class DeviceOwner(NamedTuple):
    """The user of a device as administrators see them: a name, and the ARN with that name."""

    name: str
    arn: str


@dataclass(eq=False)
class TrackedDevice:
    """One device of one user. Times are epoch seconds by the emulator's clock.

    Attributes:
        owner: USERNAME of the sign-in's last challenge response; the user cannot confirm a device
            that was issued to an alias (D081).
        number: counts the user's devices; it keeps the order of creation if the clock stands still.
        salt: the salt of DeviceSecretVerifierConfig; ``None`` until ConfirmDevice.
        verifier: the verifier of DeviceSecretVerifierConfig; ``None`` until ConfirmDevice.
        mfa_proven: whether an MFA sign-in issued the key, or used it while the device was
            remembered (D101).
    """

    key: str
    owner: str
    created: float
    source_ip: str
    sdk: str
    modified: float
    authenticated: float
    number: int = 0
    name: str | None = None
    salt: int | None = field(default=None, repr=False)
    verifier: int | None = field(default=None, repr=False)
    remembered: bool = False
    mfa_proven: bool = False

    @property
    def confirmed(self) -> bool:
        """Whether ConfirmDevice was called for it."""
        return self.verifier is not None

    def confirm(self, salt: int, verifier: int, *, name: str | None, remembered: bool) -> None:
        """Confirm the device: set its verifier, its name, and whether it is remembered."""
        self.salt, self.verifier = salt, verifier
        self.name, self.remembered = name, remembered

    def use(self, now: float, source_ip: str, *, mfa_passed: bool) -> None:
        """Record a sign-in with the device; MFA counts only if it is remembered (D076, D101)."""
        self.modified = self.authenticated = now
        self.source_ip = source_ip
        self.mfa_proven = self.mfa_proven or (mfa_passed and self.remembered)

    def status(self) -> str:
        """Return ``dev:device_remembered_status``."""
        return "remembered" if self.remembered else "not_remembered"

    def shown_to_user(self) -> dict[str, Any]:
        """Return DeviceType as GetDevice and ListDevices show it, in order (D074)."""
        return self._described(
            ("device_status", "valid"), ("device_name", self.name), ("last_ip_used", self.source_ip)
        )

    def shown_to_administrator(self, owner: DeviceOwner) -> dict[str, Any]:
        """Return DeviceType as AdminGetDevice and AdminListDevices show it, in order (D075)."""
        return self._described(
            ("device_status", "valid"),
            ("device_name", self.name),
            ("dev:device_arn", f"{owner.arn}/device/{self.key}"),
            ("dev:device_owner", owner.name),
            ("last_ip_used", self.source_ip),
            ("dev:device_remembered_status", self.status()),
            ("dev:device_sdk", self.sdk),
        )

    def _described(self, *attributes: tuple[str, str | None]) -> dict[str, Any]:
        """Return DeviceType with these attributes.

        Creation and modification dates have milliseconds, the last authentication whole seconds
        (D076).
        """
        return {
            "DeviceKey": self.key,
            "DeviceAttributes": [
                {"Name": name, "Value": value} for name, value in attributes if value is not None
            ],
            "DeviceCreateDate": round(self.created, 3),
            "DeviceLastModifiedDate": round(self.modified, 3),
            "DeviceLastAuthenticatedDate": float(int(self.authenticated)),
        }


class DeviceBook:
    """The devices of one user, in the order in which their keys were issued."""

    def __init__(self) -> None:
        self._devices: dict[str, TrackedDevice] = {}
        self._issued = 0

    def __iter__(self) -> Iterator[TrackedDevice]:
        return iter(list(self._devices.values()))

    def issue(self, device: TrackedDevice) -> None:
        """Add a new device, which is not confirmed yet."""
        self._issued += 1
        device.number = self._issued
        self._devices[device.key] = device

    def issued(self, key: str) -> TrackedDevice | None:
        """Return the device with that key, confirmed or not."""
        return self._devices.get(key)

    def confirmed(self, key: str) -> TrackedDevice:
        """Return the confirmed device with that key; an unconfirmed one is not found (D106)."""
        device = self._devices.get(key)
        if device is None:
            raise refusals.device_not_found().because("no device of this user has this key")
        if not device.confirmed:
            raise refusals.device_not_found().because("this device was never confirmed")
        return device

    def remembered(self, key: str) -> TrackedDevice:
        """Return the remembered device with that key; users see only those (D078)."""
        device = self.confirmed(key)
        if not device.remembered:
            raise refusals.device_not_found().because("this device is not remembered")
        return device

    def forget(self, key: str) -> None:
        """Delete a confirmed device; its key never works again (D124)."""
        del self._devices[self.confirmed(key).key]

    def page(
        self, limit: int | None, token: str | None, *, remembered_only: bool
    ) -> tuple[list[TrackedDevice], str | None]:
        """Return one page of confirmed devices in order of creation, and the next page's token.

        The token names the last device of its page, so that no page skips or repeats a device
        when others are deleted.
        """
        listed = [device for device in self._devices.values() if device.confirmed]
        if remembered_only:
            listed = [device for device in listed if device.remembered]
        if token is not None:
            after = _read_token(token)
            listed = [device for device in listed if device.number > after]
        page = listed[: limit or DEFAULT_PAGE]
        return page, _write_token(page[-1]) if len(listed) > len(page) else None


def _write_token(last: TrackedDevice) -> str:
    return base64.urlsafe_b64encode(f"after device {last.number}".encode()).decode()


def _read_token(token: str) -> int:
    try:
        text = base64.urlsafe_b64decode(token.encode()).decode()
        return int(text.removeprefix("after device "))
    except (binascii.Error, ValueError) as error:
        raise refusals.invalid_parameter("Invalid pagination token.") from error
