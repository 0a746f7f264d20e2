"""Every operation that the emulator supports, by its name in the API.

A module of operations is imported at the first call of one of them. All of them together, with what
they need, take longer to import than everything else at the start of an emulator.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.emulator.api.request import Request
    from harness.emulator.service import Handler, Service

__all__ = ["OPERATIONS", "import_operations", "merged"]

#: The operations that each module of this folder gives.
_NAMES = {
    "admin_create_user": "AdminCreateUser",
    "auth_factors": "GetUserAuthFactors AdminGetUserAuthFactors",
    "client_secrets": (
        "AddUserPoolClientSecret ListUserPoolClientSecrets DeleteUserPoolClientSecret"
    ),
    "devices": (
        "ConfirmDevice UpdateDeviceStatus GetDevice ListDevices ForgetDevice AdminGetDevice "
        "AdminListDevices AdminForgetDevice AdminUpdateDeviceStatus"
    ),
    "forgot_password": "ForgotPassword ConfirmForgotPassword",
    "groups": (
        "CreateGroup GetGroup UpdateGroup DeleteGroup ListGroups AdminListGroupsForUser "
        "ListUsersInGroup AdminAddUserToGroup AdminRemoveUserFromGroup"
    ),
    "initiate_auth": "InitiateAuth AdminInitiateAuth",
    "list_users": "ListUsers",
    "managed_login_branding": (
        "CreateManagedLoginBranding DescribeManagedLoginBranding "
        "DescribeManagedLoginBrandingByClient UpdateManagedLoginBranding "
        "DeleteManagedLoginBranding"
    ),
    "mfa_preferences": "SetUserMFAPreference AdminSetUserMFAPreference",
    "passkeys": (
        "StartWebAuthnRegistration CompleteWebAuthnRegistration ListWebAuthnCredentials "
        "DeleteWebAuthnCredential"
    ),
    "passwords": "ChangePassword AdminSetUserPassword AdminResetUserPassword",
    "resource_servers": (
        "CreateResourceServer DescribeResourceServer UpdateResourceServer DeleteResourceServer "
        "ListResourceServers"
    ),
    "respond_to_challenge": "RespondToAuthChallenge AdminRespondToAuthChallenge",
    "sign_up": "SignUp ConfirmSignUp ResendConfirmationCode",
    "software_tokens": "AssociateSoftwareToken VerifySoftwareToken AdminDeleteSoftwareToken",
    "tags": "TagResource UntagResource ListTagsForResource",
    "tokens": "GlobalSignOut AdminUserGlobalSignOut RevokeToken GetTokensFromRefreshToken",
    "user_attributes": (
        "UpdateUserAttributes AdminUpdateUserAttributes DeleteUserAttributes "
        "AdminDeleteUserAttributes GetUserAttributeVerificationCode VerifyUserAttribute"
    ),
    "user_pool_clients": (
        "CreateUserPoolClient DescribeUserPoolClient UpdateUserPoolClient DeleteUserPoolClient "
        "ListUserPoolClients"
    ),
    "user_pool_domains": (
        "CreateUserPoolDomain DescribeUserPoolDomain UpdateUserPoolDomain DeleteUserPoolDomain"
    ),
    "user_import": (
        "GetCSVHeader CreateUserImportJob StartUserImportJob StopUserImportJob "
        "DescribeUserImportJob ListUserImportJobs"
    ),
    "user_pool_mfa": "SetUserPoolMfaConfig GetUserPoolMfaConfig",
    "user_pools": (
        "CreateUserPool DescribeUserPool UpdateUserPool DeleteUserPool ListUserPools "
        "AddCustomAttributes"
    ),
    "user_settings": "SetUserSettings AdminSetUserSettings",
    "users": (
        "AdminGetUser GetUser AdminConfirmSignUp AdminDeleteUser DeleteUser AdminDisableUser "
        "AdminEnableUser"
    ),
}


def merged(names: Mapping[str, str]) -> dict[str, Handler]:
    """Return one table of all operations, each with a handler that first imports its module.

    Args:
        names: the operations of each module, with spaces between them.

    Raises:
        ValueError: two modules define the same operation.
    """
    operations: dict[str, Handler] = {}
    for module, listed in names.items():
        for name in listed.split():
            if name in operations:
                raise ValueError(f"the operation {name} is defined twice")
            operations[name] = _first_call(module)
    return operations


def _first_call(module: str) -> Handler:
    def handler(service: Service, request: Request) -> dict[str, Any]:
        # Not by the table, where something that wraps this handler may be.
        return _import(module)[request.operation](service, request)

    return handler


def _import(module: str) -> dict[str, Handler]:
    """Import a module and return its handlers; put them in the place of those that import it.

    What a test has put there instead stays.
    """
    handlers: dict[str, Handler] = import_module(f"{__package__}.{module}").OPERATIONS
    for name, handler in handlers.items():
        if OPERATIONS[name] is _AT_FIRST[name]:
            OPERATIONS[name] = handler
    return handlers


#: A plain dictionary: to look up a handler enters no code.
OPERATIONS: dict[str, Handler] = merged(_NAMES)
_AT_FIRST = dict(OPERATIONS)


def import_operations() -> None:
    """Import every module of operations, so that no call has to."""
    for module in _NAMES:
        _import(module)
