"""The operations, one module per theme; this is the whole list of what the emulator can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.emulator.engine import Handler

from . import (
    answers,
    attributes,
    clients,
    devices,
    groups,
    invitations,
    listing,
    mfa,
    passwords,
    pool_mfa,
    pools,
    recovery,
    signin,
    signup,
    tags,
    tokens,
    users,
)

_MODULES = (
    answers,
    attributes,
    clients,
    devices,
    groups,
    invitations,
    listing,
    mfa,
    passwords,
    pool_mfa,
    pools,
    recovery,
    signin,
    signup,
    tags,
    tokens,
    users,
)

OPERATIONS: dict[str, Handler] = {
    name: handler for module in _MODULES for name, handler in module.OPERATIONS.items()
}
