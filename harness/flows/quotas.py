"""Cognito's default request quotas.

Each is a number of requests per second for a whole account in one region, by category. Some can be
raised:
https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html (as of 2023).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = [
    "BEYOND",
    "CATEGORIES",
    "EMAILS_A_DAY",
    "RATES",
    "RATE_IN_A_POOL",
    "RATE_OF_A_USER",
    "THROTTLED",
    "category_of",
    "is_per_pool",
    "kind_of_user_calls",
    "throttles",
]

#: Requests per second of each category.
RATES: dict[str, int] = {
    "UserAuthentication": 120,
    # It has a quota of its own, three times that of the calls that start a sign-in.
    "RespondToAuthChallenge": 360,
    "UserCreation": 50,
    "UserAccountRecovery": 30,
    "UserRead": 120,
    "UserList": 30,
    "UserToken": 120,
    "UserUpdate": 25,
    "UserResourceRead": 50,
    "UserResourceUpdate": 25,
    "UserPoolRead": 15,
    "UserPoolUpdate": 15,
    "UserPoolResourceRead": 20,
    "UserPoolResourceUpdate": 15,
    "UserPoolClientRead": 15,
    "UserPoolClientUpdate": 15,
}

#: The operations of each category that the harness calls.
CATEGORIES: dict[str, tuple[str, ...]] = {
    "UserAuthentication": ("InitiateAuth", "AdminInitiateAuth", "GetTokensFromRefreshToken"),
    "RespondToAuthChallenge": ("RespondToAuthChallenge", "AdminRespondToAuthChallenge"),
    "UserCreation": ("SignUp", "ConfirmSignUp", "AdminCreateUser", "AdminConfirmSignUp"),
    "UserAccountRecovery": (
        "ForgotPassword",
        "ConfirmForgotPassword",
        "ChangePassword",
        "AdminResetUserPassword",
        "AdminSetUserPassword",
    ),
    "UserRead": ("GetUser", "AdminGetUser", "GetUserAuthFactors", "AdminGetUserAuthFactors"),
    "UserList": ("ListUsers",),
    "UserToken": ("RevokeToken",),
    "UserUpdate": (
        "UpdateUserAttributes",
        "AdminUpdateUserAttributes",
        "DeleteUserAttributes",
        "VerifyUserAttribute",
        "DeleteUser",
        "AdminDeleteUser",
        "AdminEnableUser",
        "AdminDisableUser",
        "GlobalSignOut",
        "AdminUserGlobalSignOut",
    ),
    "UserResourceRead": (
        "GetDevice",
        "ListDevices",
        "AdminGetDevice",
        "AdminListDevices",
        "ResendConfirmationCode",
        "GetUserAttributeVerificationCode",
        "ListWebAuthnCredentials",
    ),
    "UserResourceUpdate": (
        "AssociateSoftwareToken",
        "VerifySoftwareToken",
        "SetUserMFAPreference",
        "AdminSetUserMFAPreference",
        "ConfirmDevice",
        "UpdateDeviceStatus",
        "AdminUpdateDeviceStatus",
        "ForgetDevice",
        "AdminForgetDevice",
        # The quotas of passkeys are not in the copy of the page; they write as devices do.
        "StartWebAuthnRegistration",
        "CompleteWebAuthnRegistration",
        "DeleteWebAuthnCredential",
    ),
    "UserPoolRead": ("DescribeUserPool", "ListUserPools"),
    "UserPoolUpdate": ("CreateUserPool", "UpdateUserPool", "DeleteUserPool"),
    "UserPoolResourceRead": (
        "GetUserPoolMfaConfig",
        "DescribeUserPoolDomain",
        "ListResourceServers",
        # The quotas of branding are not in the copy of the page; they count as of domains.
        "DescribeManagedLoginBrandingByClient",
    ),
    "UserPoolResourceUpdate": (
        "SetUserPoolMfaConfig",
        "CreateResourceServer",
        "CreateUserPoolDomain",
        "DeleteUserPoolDomain",
        "CreateManagedLoginBranding",
    ),
    "UserPoolClientRead": ("DescribeUserPoolClient", "ListUserPoolClients"),
    "UserPoolClientUpdate": ("CreateUserPoolClient", "UpdateUserPoolClient"),
}

#: The rate of a single operation on one pool, in the categories with a limit per pool.
RATE_IN_A_POOL = 5
_PER_POOL = frozenset(
    {
        "UserPoolResourceRead",
        "UserPoolResourceUpdate",
        "UserPoolClientRead",
        "UserPoolClientUpdate",
    }
)

#: The category that counts the calls beyond the quota of another one (A279).
BEYOND = {"RespondToAuthChallenge": "UserAuthentication"}

#: Reads per second, and writes per second, of one user (A288).
RATE_OF_A_USER = 10
_READS = frozenset({"UserAuthentication", "RespondToAuthChallenge", "UserRead", "UserResourceRead"})
_WRITES = frozenset({"UserCreation", "UserAccountRecovery", "UserUpdate", "UserResourceUpdate"})

#: The errors for too many requests. LimitExceededException is not one of them: it says that the
#: emails of a day or the attempts of an hour are used up, and a retry uses up more.
_THROTTLES = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling"})

#: Why a throttled call was sent again.
THROTTLED = "throttled"

#: The emails that Cognito's own sender sends per day, for all pools of an account.
EMAILS_A_DAY = 50

_CATEGORY = {name: category for category, names in CATEGORIES.items() for name in names}


def category_of(operation: str) -> str | None:
    """Return the category of an operation, or ``None`` if it is not known."""
    return _CATEGORY.get(operation)


def is_per_pool(category: str) -> bool:
    """Return whether the operations of a category also have a limit per pool."""
    return category in _PER_POOL


def kind_of_user_calls(category: str) -> str | None:
    """Return whether a category counts as ``reads`` or ``writes`` of its user; else ``None``."""
    if category in _READS:
        return "reads"
    return "writes" if category in _WRITES else None


def throttles(parsed: Mapping[str, Any]) -> bool:
    """Return whether a parsed response says that there were too many requests."""
    return parsed.get("Error", {}).get("Code") in _THROTTLES
