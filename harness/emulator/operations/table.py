"""Every operation that the emulator supports, by its name in the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.emulator.operations import (
    admin_create_user,
    devices,
    forgot_password,
    groups,
    initiate_auth,
    list_users,
    mfa_preferences,
    passwords,
    resource_servers,
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
from harness.emulator.service import Handler

_MODULES = (
    admin_create_user,
    devices,
    forgot_password,
    groups,
    initiate_auth,
    list_users,
    mfa_preferences,
    passwords,
    resource_servers,
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


def merged(tables: Iterable[Mapping[str, Handler]]) -> dict[str, Handler]:
    """Return one table of all operations.

    Raises:
        ValueError: two modules define the same operation.
    """
    operations: dict[str, Handler] = {}
    for table in tables:
        for name, handler in table.items():
            if name in operations:
                raise ValueError(f"the operation {name} is defined twice")
            operations[name] = handler
    return operations


OPERATIONS: Mapping[str, Handler] = merged(module.OPERATIONS for module in _MODULES)
