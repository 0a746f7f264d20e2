"""What PreventUserExistenceErrors ENABLED answers about users who are not there (A083, A099)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from harness.emulator.domain.attribute_values import is_email, is_phone_number
from harness.emulator.domain.codes import delivery_details

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def simulated_details(pool: Pool, name: str) -> dict[str, str]:
    """CodeDeliveryDetails for nobody: the same each time for a pool and a name (A051, A083).

    An address or number is masked as it is; any other name gets an address or number made up
    from it, by what the pool verifies.
    """
    if is_email(name):
        return delivery_details("email", name)
    if is_phone_number(name):
        return delivery_details("phone_number", name)
    digest = hashlib.sha256(f"{pool.pool_id}/{name}".encode()).digest()
    if pool.auto_verified == ["phone_number"]:
        return delivery_details("phone_number", f"+{int.from_bytes(digest[:8], 'big'):020d}")
    local, domain = (_LETTERS[byte % len(_LETTERS)] for byte in digest[:2])
    return delivery_details("email", f"{local}@{domain}")
