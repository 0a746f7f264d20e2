"""Refusals about tracked devices."""

from __future__ import annotations

from harness.emulator.refusals.refusal import Refusal


def device_not_found() -> Refusal:
    """A key that is unknown, forgotten, unconfirmed or another user's (D106; clients match it)."""
    return Refusal("ResourceNotFoundException", "Device does not exist.")


def device_key_invalid() -> Refusal:
    """ConfirmDevice with a key that was not issued to this user (section B7)."""
    return Refusal("InvalidParameterException", "Invalid device key given.")


def device_key_exists() -> Refusal:
    """ConfirmDevice a second time (section D, 13; text unknown)."""
    return Refusal("DeviceKeyExistsException", "Device key already exists.")


def device_verifier_invalid(reason: str) -> Refusal:
    """ConfirmDevice with a verifier that could never sign in (section D, 14; text unknown)."""
    return Refusal("InvalidParameterException", f"Invalid DeviceSecretVerifierConfig: {reason}")
