"""The least privilege that each way of working on a real account needs, as an IAM policy.

sts:GetCallerIdentity is not in it, since AWS lets everybody ask that:
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

from harness.errors import ConfigurationError

__all__ = ["MODES", "Mode", "actions_of", "policy_for"]

Mode = Literal["existing-pool", "provision", "audit"]
MODES: tuple[Mode, ...] = get_args(Mode)

#: What an administrator does with users in the tests.
_ON_USERS = (
    "AdminConfirmSignUp",
    "AdminCreateUser",
    "AdminDeleteUser",
    "AdminDisableUser",
    "AdminEnableUser",
    "AdminForgetDevice",
    "AdminGetDevice",
    "AdminGetUser",
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
    "existing-pool": ("DescribeUserPool", "DescribeUserPoolClient", *_ON_USERS),
    "provision": (
        "CreateUserPoolClient",
        "DeleteUserPool",
        "DescribeUserPool",
        "SetUserPoolMfaConfig",
        *_ON_USERS,
    ),
    "audit": (
        "DescribeUserPool",
        "DescribeUserPoolClient",
        "GetUserPoolMfaConfig",
        "ListUserPoolClients",
    ),
}
#: IAM knows no resource for these:
#: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
_ON_NO_POOL: dict[Mode, tuple[str, ...]] = {
    "existing-pool": (),
    "provision": ("CreateUserPool", "ListUserPools"),
    "audit": (),
}


def actions_of(mode: Mode) -> tuple[str, ...]:
    """Return Cognito's names of all that a mode calls signed."""
    return (*_ON_NO_POOL[mode], *_ON_A_POOL[mode])


def policy_for(
    mode: Mode, *, account: str = "*", region: str = "*", pool_ids: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the policy document.

    Args:
        mode: ``existing-pool`` for runs in a pool that was there before, ``provision`` for runs
            that make their pools and for the sweep, ``audit`` for reading a pool's settings.
        account: the account of the pools.
        region: the region of the pools.
        pool_ids: the pools; all of that account and region without.

    Raises:
        ConfigurationError: a run makes its pools, and pools are named all the same.
    """
    if mode == "provision" and pool_ids:
        raise ConfigurationError(
            "--user-pool-id",
            given=", ".join(pool_ids),
            hint="runs that make their pools know no ids beforehand",
        )
    place = f"arn:{_partition(region)}:cognito-idp:{region}:{account}:userpool"
    pools = [f"{place}/{pool_id}" for pool_id in pool_ids or ("*",)]
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
