"""A tracked device: what an app keeps of it between two sign-ins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from harness.redaction import Secret
from harness.srp.client import DeviceVerifier, make_device_verifier

__all__ = ["Device", "MakesDeviceVerifiers"]


class MakesDeviceVerifiers(Protocol):
    """The part of an SRP engine that a new device needs."""

    def device_verifier(self, device_group_key: str, device_key: str) -> tuple[str, DeviceVerifier]:
        """Return a new device password and its verifier."""
        ...


@dataclass(frozen=True)
class Device:
    """A device with its secrets; Cognito only sees the verifier of the password.

    Attributes:
        key: DeviceKey: the region, ``_`` and a UUID (D060).
        group_key: DeviceGroupKey: ``-`` and eight letters or digits (D061).
        password: secret password of the device, for its SRP proofs.
        name: DeviceName, if the user gave one.
        verifier: verifier to register with ConfirmDevice; by default made from the password.
    """

    key: str
    group_key: str
    password: Secret
    name: str | None = None
    verifier: DeviceVerifier | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_metadata(
        cls,
        metadata: Mapping[str, str],
        engine: MakesDeviceVerifiers,
        name: str | None = None,
    ) -> Device:
        """Make a device from NewDeviceMetadata, with a password and verifier from ``engine``."""
        key, group_key = metadata["DeviceKey"], metadata["DeviceGroupKey"]
        password, verifier = engine.device_verifier(group_key, key)
        return cls(key, group_key, Secret(password), name, verifier)

    def verifier_config(self) -> dict[str, str]:
        """Return DeviceSecretVerifierConfig of ConfirmDevice, both members in base64 (D028)."""
        verifier = self._registered_verifier
        return {"Salt": verifier.salt, "PasswordVerifier": verifier.password_verifier}

    @cached_property
    def _registered_verifier(self) -> DeviceVerifier:
        # Cached, since each new verifier has another salt.
        if self.verifier is not None:
            return self.verifier
        return make_device_verifier(self.group_key, self.key, self.password.reveal())
