"""The operations, one module per theme; this is the whole list of what the emulator can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.emulator.engine import Handler

from . import answers, clients, devices, mfa, pool_mfa, pools, signin, signup, tokens

_MODULES = (answers, clients, devices, mfa, pool_mfa, pools, signin, signup, tokens)

OPERATIONS: dict[str, Handler] = {
    name: handler for module in _MODULES for name, handler in module.OPERATIONS.items()
}
