"""Cognito's resources for moto's CloudFormation, which has none of its own.

Each is made, changed and deleted by the emulator's own operations, so that a stack gets what the
API would have made, and is refused what the API refuses. moto finds the classes among those that
derive from its model; their type is CloudFormation's only while an emulator is installed.

moto's CloudFormation is imported by those who use it: it brings half of moto along, and needs the
extra ``cloudformation``.
"""

from harness.emulator.moto_backend.cloudformation.of_pool import (
    UserPoolClient,
    UserPoolDomain,
    UserPoolGroup,
    UserPoolUser,
)
from harness.emulator.moto_backend.cloudformation.pool import UserPool

__all__ = ["UserPool", "UserPoolClient", "UserPoolDomain", "UserPoolGroup", "UserPoolUser"]
