"""A seed document without secrets: what is left out, and what users and app clients have instead.

Signing in must not become easier: who had a password has to reset it, as after a state file without
secrets.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from harness.emulator.domain.next_challenge import SOFTWARE_TOKEN_MFA
from harness.emulator.domain.users import CONFIRMED, RESET_REQUIRED
from harness.emulator.rules.passkey_keys import public_key_of

__all__ = ["LEFT_OUT", "without_secrets"]

#: What is left out, and what that means, in the order in which a document lists it.
LEFT_OUT = (
    "passwords: confirmed users have to reset theirs, invited users need a new invitation",
    "TOTP secrets: users have to set up their authenticator app again",
    "devices: no device is tracked",
    "client secrets: each app client that had one gets another one",
    "private keys of passkeys: only the public keys are there",
)
_PASSWORDS, _TOTP, _DEVICES, _CLIENTS, _PASSKEYS = LEFT_OUT


def without_secrets(entries: Iterable[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the entries of pools without secrets, and which kinds of secrets they had.

    Args:
        entries: the entries, which do not change.
    """
    pools, found = copy.deepcopy(list(entries)), set[str]()
    for pool in pools:
        for client in pool.get("clients", ()):
            found |= _strip_client(client)
        for user in pool.get("users", ()):
            found |= _strip_user(user)
    return pools, [text for text in LEFT_OUT if text in found]


def _strip_client(client: dict[str, Any]) -> set[str]:
    had = [client.pop(name, None) for name in ("secret", "added_secrets")]
    if not any(had):
        return set()
    if "settings" in client:
        client["settings"] = {**client["settings"], "GenerateSecret": True}
    return {_CLIENTS}


def _strip_user(user: dict[str, Any]) -> set[str]:
    found = set()
    if any([user.pop("password", None), user.pop("password_hash", None)]):
        found.add(_PASSWORDS)
        if user.get("status", CONFIRMED) == CONFIRMED:
            user["status"] = RESET_REQUIRED
    if user.pop("totp", None):
        found.add(_TOTP)
        _strip_preferences(user)
    if user.pop("devices", None):
        found.add(_DEVICES)
    for passkey in user.get("passkeys", ()):
        if "private_key" in passkey:
            passkey["public_key"] = public_key_of(passkey.pop("private_key"))
            found.add(_PASSKEYS)
    return found


def _strip_preferences(user: dict[str, Any]) -> None:
    """Switch the authenticator app off; passkeys count as MFA only beside another factor (N036)."""
    mfa = user.get("mfa")
    if mfa is None:
        return
    enabled = [factor for factor in mfa.get("enabled", ()) if factor != SOFTWARE_TOKEN_MFA]
    if enabled == ["WEB_AUTHN_MFA"]:
        enabled = []
    mfa["enabled"] = enabled
    if mfa.get("preferred") not in enabled:
        mfa.pop("preferred", None)
