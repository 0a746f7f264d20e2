"""The ids that a seed does not fix: they follow from those that it does, the same at every start.

They look as Cognito's do. An app client's secret that follows from a file is no secret, which a
test does not need either.
"""

from __future__ import annotations

import hashlib
import string
import uuid

__all__ = ["branding_id", "client_id", "client_secret", "device_group_key", "sub"]

_LOWER = string.ascii_lowercase + string.digits


def client_id(pool_id: str, name: str) -> str:
    """Return the id of a pool's app client by its name: 26 lower-case letters and digits (A027)."""
    return _characters(f"client/{pool_id}/{name}", 26, _LOWER)


def client_secret(pool_id: str, name: str) -> str:
    """Return the secret of a pool's app client by its name: 51 lower-case letters and digits."""
    return _characters(f"secret/{pool_id}/{name}", 51, _LOWER)


def device_group_key(pool_id: str) -> str:
    """Return the key for the devices of a pool: ``-`` and eight letters or digits (D061)."""
    return "-" + _characters(f"devices/{pool_id}", 8, string.ascii_letters + string.digits)


def branding_id(pool_id: str, client_id: str) -> str:
    """Return the id of an app client's style: a UUID of version 4."""
    number = int.from_bytes(_digest(f"branding/{pool_id}/{client_id}")[:16], "big")
    return str(uuid.UUID(int=number, version=4))


def sub(pool_id: str, username: str) -> str:
    """Return the sub of a user by their username: a UUID (A022)."""
    text = _digest(f"sub/{pool_id}/{username}").hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:32]}"


def _characters(name: str, count: int, alphabet: str) -> str:
    number = int.from_bytes(_digest(name) + _digest(f"{name}/more"), "big")
    found = ""
    while len(found) < count:
        number, place = divmod(number, len(alphabet))
        found += alphabet[place]
    return found


def _digest(name: str) -> bytes:
    return hashlib.sha256(f"cognito-harness seed/{name}".encode()).digest()
