"""The smallest IAM policy for each way of working on a real account.

sts:GetCallerIdentity is not in it, because AWS allows that call to everyone:
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

from harness.errors import ConfigurationError

__all__ = ["MODES", "Mode", "actions_of", "policy_for"]

Mode = Literal["existing-pool", "provision", "audit"]
MODES: tuple[Mode, ...] = get_args(Mode)

#: What the tests do with users as an administrator.
_ON_USERS = (
    "AdminConfirmSignUp",
    "AdminCreateUser",
    "AdminDeleteUser",
    "AdminDisableUser",
    "AdminEnableUser",
    "AdminForgetDevice",
    "AdminGetDevice",
    "AdminGetUser",
    "AdminGetUserAuthFactors",
    "AdminInitiateAuth",
    "AdminListDevices",
    "AdminResetUserPassword",
    "AdminRespondToAuthChallenge",
    "AdminSetUserMFAPreference",
    "AdminSetUserPassword",
    "AdminUpdateDeviceStatus",
    "AdminUpdateUserAttributes",
    "AdminUserGlobalSignOut",
    "ListUsers",
)
_ON_A_POOL: dict[Mode, tuple[str, ...]] = {
    "existing-pool": (
        "DescribeUserPool",
        "DescribeUserPoolClient",
        "GetUserPoolMfaConfig",
        *_ON_USERS,
    ),
    "provision": (
        "CreateManagedLoginBranding",
        "CreateResourceServer",
        "CreateUserPoolClient",
        "CreateUserPoolDomain",
        "DeleteUserPool",
        "DeleteUserPoolDomain",
        "DescribeUserPool",
        "SetUserPoolMfaConfig",
        *_ON_USERS,
    ),
    "audit": (
        "DescribeManagedLoginBrandingByClient",
        "DescribeUserPool",
        "DescribeUserPoolClient",
        "GetUserPoolMfaConfig",
        "ListResourceServers",
        "ListUserPoolClients",
    ),
}
#: Actions without a resource type in IAM:
#: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
_ON_NO_POOL: dict[Mode, tuple[str, ...]] = {
    "existing-pool": ("DescribeUserPoolDomain",),
    "provision": ("CreateUserPool", "ListUserPools"),
    "audit": ("DescribeUserPoolDomain",),
}


def actions_of(mode: Mode) -> tuple[str, ...]:
    """Return the names of all signed operations that a mode calls."""
    return (*_ON_NO_POOL[mode], *_ON_A_POOL[mode])


def policy_for(
    mode: Mode, *, account: str = "*", region: str = "*", pool_ids: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the policy document.

    Args:
        mode: ``existing-pool`` for runs in an existing pool, ``provision`` for runs that create
            their pools and for the sweep, ``audit`` for reading a pool's settings.
        account: the account of the pools.
        region: the region of the pools.
        pool_ids: the pools; without them, all pools of the account and region.

    Raises:
        ConfigurationError: pools are named for runs that create their own.
    """
    if mode == "provision" and pool_ids:
        raise ConfigurationError(
            "--user-pool-id",
            given=", ".join(pool_ids),
            hint="--mode provision is for runs that create their own pools, so it takes no ids",
        )
    arn = f"arn:{_partition(region)}:cognito-idp:{region}:{account}:userpool"
    pools = [f"{arn}/{pool_id}" for pool_id in pool_ids or ("*",)]
    statements = [_statement("Pools", _ON_A_POOL[mode], pools)]
    if _ON_NO_POOL[mode]:
        statements.insert(0, _statement("Account", _ON_NO_POOL[mode], ["*"]))
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(name: str, operations: Sequence[str], resources: list[str]) -> dict[str, Any]:
    actions = [f"cognito-idp:{operation}" for operation in operations]
    return {"Sid": name, "Effect": "Allow", "Action": actions, "Resource": resources}


def _partition(region: str) -> str:
    beginnings = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    found = (name for beginning, name in beginnings.items() if region.startswith(beginning))
    return next(found, "aws")
