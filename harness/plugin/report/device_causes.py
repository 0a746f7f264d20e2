"""Likely causes of refusals around devices, and of codes that are asked although there is one."""

from __future__ import annotations

import re

from harness.plugin.report.clues import INITIATE, RESPOND, Clues, Rule, sent_with

__all__ = ["DEVICE_RULES"]


def _device_unconfirmed(clues: Clues) -> str | None:
    if not re.search(
        r"Device does not exist|Invalid device key|Invalid Refresh Token", clues.message
    ):
        return None
    key = clues.device_key
    if key is None or not clues.was_issued(key):
        return None
    confirmed = [c for c in clues.earlier("ConfirmDevice") if c.parameters.get("DeviceKey") == key]
    if confirmed or "Invalid device key" in clues.message:
        return None
    return f"The device {key} was issued and never confirmed. Call ConfirmDevice first."


def _device_forgotten(clues: Clues) -> str | None:
    key = clues.device_key
    if "Device does not exist" not in clues.message or key is None:
        return None
    for call in clues.earlier("ForgetDevice", "AdminForgetDevice"):
        if call.parameters.get("DeviceKey") == key:
            return f"The device {key} was forgotten ({call.operation}). Sign in without its key."
    return (
        "The device key is not one of a confirmed device of this user. Look at DEVICE_KEY, and at "
        "whose device it is."
    )


def _device_of_an_alias(clues: Clues) -> str | None:
    if "Invalid device key given" not in clues.message:
        return None
    return (
        "ConfirmDevice has a key that was not issued to this user. The last challenge response may "
        "have had an alias as USERNAME instead of USER_ID_FOR_SRP: the device then belongs to that."
    )


def _refresh_without_device(clues: Clues) -> str | None:
    if "Invalid Refresh Token" not in clues.message or clues.device_key is not None:
        return None
    issued = any(
        "NewDeviceMetadata" in str(call.answer) for call in clues.earlier(*INITIATE, *RESPOND)
    )
    if not issued:
        return None
    return "The sign-in has a tracked device, so the refresh needs its DEVICE_KEY."


def _device_key_missing(clues: Clues) -> str | None:
    if "SOFTWARE_TOKEN_MFA" not in clues.text or not clues.calls:
        return None
    last = next((call for call in reversed(clues.calls) if call.operation in RESPOND), None)
    confirmed = any(call.operation == "ConfirmDevice" and call.ok for call in clues.calls)
    if last is None or not confirmed or "DEVICE_KEY" in sent_with(last):
        return None
    return (
        f"DEVICE_KEY is not in the response to {last.parameters.get('ChallengeName')}, so the "
        "device could not take the place of the code."
    )


def _device_beside_mfa(clues: Clues) -> str | None:
    if "unexpected challenge 'SOFTWARE_TOKEN_MFA'" not in clues.text:
        return None
    last = next((call for call in reversed(clues.calls) if call.operation in RESPOND), None)
    confirmed = {call.parameters.get("DeviceKey") for call in clues.earlier("ConfirmDevice")}
    if last is None or sent_with(last).get("DEVICE_KEY") not in confirmed:
        return None
    return (
        "The device is confirmed and its key was sent, and the pool asks for a code all the same. "
        "Look at DeviceConfiguration: a device replaces the code only where "
        "ChallengeRequiredOnNewDevice is true, and with DeviceOnlyRememberedOnUserPrompt only "
        "after UpdateDeviceStatus."
    )


#: The rules by the names of their causes.
DEVICE_RULES: dict[str, Rule] = {
    "the device is not confirmed": _device_unconfirmed,
    "the device is forgotten or unknown": _device_forgotten,
    "the device is of another name": _device_of_an_alias,
    "the refresh lacks DEVICE_KEY": _refresh_without_device,
    "DEVICE_KEY is missing": _device_key_missing,
    "the device does not replace the code": _device_beside_mfa,
}
