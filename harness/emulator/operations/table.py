"""Every operation that the emulator can do, by its name in the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from harness.emulator.operations import (
    admin_create_user,
    devices,
    forgot_password,
    groups,
    initiate_auth,
    list_users,
    passwords,
    respond_to_challenge,
    sign_up,
    software_tokens,
    tags,
    tokens,
    user_attributes,
    user_pool_clients,
    user_pool_mfa,
    user_pools,
    users,
)

if TYPE_CHECKING:
    from harness.emulator.engine import Handler

_MODULES = (
    admin_create_user,
    devices,
    forgot_password,
    groups,
    initiate_auth,
    list_users,
    passwords,
    respond_to_challenge,
    sign_up,
    software_tokens,
    tags,
    tokens,
    user_attributes,
    user_pool_clients,
    user_pool_mfa,
    user_pools,
    users,
)

OPERATIONS: Mapping[str, Handler] = {
    name: handler for module in _MODULES for name, handler in module.OPERATIONS.items()
}
