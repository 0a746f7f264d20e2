"""The tracked devices and the passkeys of a seeded user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.passkeys import PasskeyRecord
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User
from harness.emulator.refusals import Refusal
from harness.emulator.rules.passkey_keys import checked_public_key, public_key_of
from harness.emulator.rules.passkeys import relying_party
from harness.emulator.seeds.form import join
from harness.emulator.seeds.refused import SeedRefused, cannot_be_made
from harness.emulator.service import Service
from harness.srp.group import N, SrpError
from harness.srp.server import decode_integer, make_verifier, random_salt

__all__ = ["UserMaking", "add_devices", "add_passkeys"]

_HIDDEN = "[redacted]"


@dataclass(frozen=True)
class UserMaking:
    """What the users of one pool are made with.

    Attributes:
        service: the service.
        pool: the pool, with its groups and the users before.
        passkeys: the credential ids of the users before.
        fixed_group_key: whether the file has the pool's device_group_key.
        without_secrets: whether the document left secrets out, so that users may lack passwords.
    """

    service: Service
    pool: Pool
    passkeys: set[str]
    fixed_group_key: bool
    without_secrets: bool


def add_devices(making: UserMaking, user: User, entry: Mapping[str, Any], path: str) -> None:
    """Give the user the tracked devices of their entry, each confirmed.

    Raises:
        SeedRefused: the pool tracks no devices, a key is another region's or occurs twice, or a
            device has neither a password nor a verifier.
    """
    service, pool = making.service, making.pool
    for number, found in enumerate(entry.get("devices") or ()):
        place = join(join(path, "devices"), number)
        if pool.device_configuration is None and not entry.get("as_is"):
            raise cannot_be_made(place, "the pool tracks no devices (DeviceConfiguration)")
        _check_key(pool, user, found["key"], join(place, "key"))
        _require_group_key(found, making.fixed_group_key, place)
        now = service.clock.time()
        device = TrackedDevice(
            found["key"],
            user.username,
            created=now,
            source_ip="127.0.0.1",
            sdk="aws-sdk-unknown-unknown",
            modified=now,
            authenticated=now,
        )
        user.devices.issue(device)
        salt, verifier = _verifier(service, pool, found, place)
        remembered = found.get("remembered", True)
        device.confirm(salt, verifier, name=found.get("name"), remembered=remembered)
        device.mfa_proven = found.get("mfa_proven", True)


def _require_group_key(found: Mapping[str, Any], fixed: bool, path: str) -> None:
    """Refuse a password whose verifier nobody can know: the key of the pool is part of it (D008).

    An app has that key from the sign-in that issued the device, so the file must have it too.
    """
    if "password" in found and not fixed:
        hint = "a device with a password needs the pool's device_group_key, such as -Ab12Cd34"
        raise cannot_be_made(path, hint)


def _check_key(pool: Pool, user: User, key: str, path: str) -> None:
    if not key.startswith(f"{pool.region}_"):
        hint = f"the key of a device of this pool begins with {pool.region}_"
        raise SeedRefused(path, given=key, hint=hint)
    if user.devices.issued(key) is not None:
        raise SeedRefused(path, given=key, hint="it occurs twice")


def _verifier(service: Service, pool: Pool, found: Mapping[str, Any], path: str) -> tuple[int, int]:
    verifier = {name for name in ("salt", "verifier") if name in found}
    if ("password" in found) == bool(verifier) or len(verifier) == 1:
        raise cannot_be_made(path, "it needs either a password, or a salt and a verifier")
    if "password" in found:
        salt = random_salt(service.random.bytes)
        password = found["password"]
        return salt, make_verifier(pool.device_group_key, found["key"], password, salt)
    salt, number = _number(found, "salt", path), _number(found, "verifier", path)
    if number % N == 0:
        hint = "it must not be a multiple of N"
        raise SeedRefused(join(path, "verifier"), given=_HIDDEN, hint=hint)
    return salt, number


def _number(found: Mapping[str, Any], name: str, path: str) -> int:
    try:
        number = decode_integer(found[name])
    except SrpError:
        number = 0
    if number <= 0:
        hint = "it must be the base64 of a positive number in two's complement"
        raise SeedRefused(join(path, name), given=_HIDDEN, hint=hint)
    return number


def add_passkeys(making: UserMaking, user: User, entry: Mapping[str, Any], path: str) -> None:
    """Give the user the passkeys of their entry.

    Raises:
        SeedRefused: a passkey belongs to a user before, its key cannot be used, or the pool has no
            relying party.
    """
    service, pool, taken = making.service, making.pool, making.passkeys
    for number, found in enumerate(entry.get("passkeys") or ()):
        place = join(join(path, "passkeys"), number)
        known = found["credential_id"]
        if known in taken:
            hint = "a user has this passkey already"
            raise SeedRefused(join(place, "credential_id"), given=known, hint=hint)
        taken.add(known)
        user.passkeys.by_id[known] = PasskeyRecord(
            credential_id=known,
            public_key=_public_key(found, place),
            sign_count=found.get("sign_count", 0),
            user_verified=found.get("user_verified", True),
            backup_eligible=found.get("backup_eligible", False),
            relying_party_id=found.get("relying_party_id") or _party(pool, place),
            name=found.get("name", "Passkey"),
            created=service.clock.time(),
            attachment=found.get("attachment"),
            transports=tuple(found.get("transports", ("internal",))),
        )


def _party(pool: Pool, path: str) -> str:
    party = relying_party(pool)
    if party is None:
        hint = "the pool has neither RelyingPartyId nor a domain"
        raise SeedRefused(join(path, "relying_party_id"), hint=hint)
    return party.party_id


def _public_key(found: Mapping[str, Any], path: str) -> str:
    names = [name for name in ("public_key", "private_key") if name in found]
    if len(names) != 1:
        raise cannot_be_made(path, "it needs either a public_key or a private_key")
    make = checked_public_key if names == ["public_key"] else public_key_of
    try:
        return make(found[names[0]])
    except (Refusal, ValueError):
        shown = _HIDDEN if names == ["private_key"] else found[names[0]][:80]
        hint = "it must be the key of ES256 on P-256, or of RS256"
        raise SeedRefused(join(path, names[0]), given=shown, hint=hint) from None
