"""What a user is like, as an entry of a seed document."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.passkeys import PasskeyRecord
from harness.emulator.domain.passwords import PasswordRecord
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User
from harness.emulator.refusals import Refusal
from harness.emulator.rules.passkey_keys import public_key_of
from harness.emulator.rules.password_policy import check_policy
from harness.emulator.rules.relying_party import relying_party
from harness.emulator.seeds.as_is import keeps_rules
from harness.emulator.seeds.attributes import written_attributes
from harness.srp.group import encode
from harness.srp.server import make_verifier

__all__ = ["rendered_user", "username_of"]

_Entry = Mapping[str, Any]


def username_of(pool: Pool, user: User) -> str:
    """Return the username that a seed file has: what AdminCreateUser took.

    In a pool with UsernameAttributes it is one of these attributes; without any, the sub is left.
    """
    for attribute in pool.username_attributes:
        if attribute in user.attributes:
            return user.attributes[attribute]
    return user.username


def rendered_user(pool: Pool, user: User, given: Mapping[str, _Entry]) -> dict[str, Any]:
    """Return a user as an entry of a seed document.

    Args:
        pool: their pool.
        user: the user.
        given: the entries of the newest seed, by sub; secrets of it that hold are kept.
    """
    username = username_of(pool, user)
    known = given.get(user.sub, {})
    entry: dict[str, Any] = {"username": username, "sub": user.sub, "status": user.status}
    if not user.enabled:
        entry["enabled"] = False
    entry |= _password(pool, user, known)
    attributes = _attributes(pool, user, username)
    if attributes:
        entry["attributes"] = attributes
    if not keeps_rules(pool, user):
        entry["as_is"] = True
    if user.groups:
        entry["groups"] = list(user.groups)
    entry |= _mfa(pool, user)
    devices = [_device(pool, each, known) for each in user.devices if each.confirmed]
    passkeys = [_passkey(pool, passkey, known) for passkey in user.passkeys]
    lists = {"devices": devices, "passkeys": passkeys}
    return {**entry, **{name: found for name, found in lists.items() if found}}


def _attributes(pool: Pool, user: User, username: str) -> dict[str, Any]:
    """Return the attributes without the one that the username becomes (A020)."""
    attributes = dict(user.attributes)
    for attribute in pool.username_attributes:
        if attributes.get(attribute) == username:
            del attributes[attribute]
    return written_attributes(attributes)


def _password(pool: Pool, user: User, known: _Entry) -> dict[str, Any]:
    record = user.password
    if record is None:
        return {}
    password = known.get("password")
    if password is not None and record.matches(password) and _fits_policy(pool, password):
        return {"password": password}
    return {"password_hash": _hash(record)}


def _fits_policy(pool: Pool, password: str) -> bool:
    try:
        check_policy(pool, password)
    except Refusal:
        return False
    return True


def _hash(record: PasswordRecord) -> dict[str, str]:
    return {"salt": f"{record.salt:x}", "hash": f"{record.private_key:x}"}


def _mfa(pool: Pool, user: User) -> dict[str, Any]:
    """Return the preferences and the authenticator app.

    The preferences are left out where a new user, or one who has just set up an app, has the same.
    """
    entry: dict[str, Any] = {}
    listed, token = user.mfa.listed(), user.software_token
    is_as_new = not listed and token is None
    undecided = not listed and token is not None and token.undecided and pool.mfa.mode == "ON"
    if not is_as_new and not undecided:
        preferred = {"preferred": user.mfa.preferred} if user.mfa.preferred else {}
        entry["mfa"] = {"enabled": listed, **preferred}
    if user.sms_by_settings:
        entry["sms_by_settings"] = True
    if token is not None:
        name = {} if token.friendly_name is None else {"name": token.friendly_name}
        entry["totp"] = {"secret": token.secret, **name}
    return entry


def _device(pool: Pool, device: TrackedDevice, known: _Entry) -> dict[str, Any]:
    entry: dict[str, Any] = {"key": device.key}
    if device.name is not None:
        entry["name"] = device.name
    if not device.remembered:
        entry["remembered"] = False
    if not device.mfa_proven:
        entry["mfa_proven"] = False
    given = _entry_with(known.get("devices") or (), "key", device.key).get("password")
    salt, verifier = device.salt or 0, device.verifier or 0
    owner = (pool.device_group_key, device.key)
    if given is not None and make_verifier(*owner, given, salt) == verifier:
        return {**entry, "password": given}
    return {**entry, "salt": _base64(salt), "verifier": _base64(verifier)}


def _base64(number: int) -> str:
    return base64.b64encode(encode(number)).decode()


def _passkey(pool: Pool, passkey: PasskeyRecord, known: _Entry) -> dict[str, Any]:
    entry: dict[str, Any] = {"credential_id": passkey.credential_id}
    entry |= _key(passkey, known)
    party = relying_party(pool)
    if party is None or party.party_id != passkey.relying_party_id:
        entry["relying_party_id"] = passkey.relying_party_id
    members = {
        "sign_count": (passkey.sign_count, 0),
        "name": (passkey.name, "Passkey"),
        "user_verified": (passkey.user_verified, True),
        "backup_eligible": (passkey.backup_eligible, False),
        "attachment": (passkey.attachment, None),
        "transports": (list(passkey.transports), ["internal"]),
    }
    return {**entry, **{name: now for name, (now, usual) in members.items() if now != usual}}


def _key(passkey: PasskeyRecord, known: _Entry) -> dict[str, str]:
    entry = _entry_with(known.get("passkeys") or (), "credential_id", passkey.credential_id)
    private_key = entry.get("private_key")
    if private_key is not None and public_key_of(private_key) == passkey.public_key:
        return {"private_key": private_key}
    return {"public_key": passkey.public_key}


def _entry_with(entries: Iterable[_Entry], name: str, value: str) -> _Entry:
    return next((entry for entry in entries if entry[name] == value), {})
