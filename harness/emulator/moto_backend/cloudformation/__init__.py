"""Add Cognito's resources to moto's CloudFormation, which has none.

The emulator's own operations create, change and delete each resource, so a stack gets the same
results and the same errors as the API. moto finds these classes because they derive from its model.
They have CloudFormation's type names only while an emulator is installed.

moto's CloudFormation is imported only where it is used: it imports half of moto, and needs the
extra ``cloudformation``.
"""

from harness.emulator.moto_backend.cloudformation.managed_login import (
    ManagedLoginBrandingResource,
    UserPoolDomainResource,
    UserPoolIdentityProviderResource,
)
from harness.emulator.moto_backend.cloudformation.of_pool import (
    UserPoolClientResource,
    UserPoolGroupResource,
    UserPoolResourceServerResource,
    UserPoolUserResource,
)
from harness.emulator.moto_backend.cloudformation.pool import UserPoolResource

__all__ = [
    "ManagedLoginBrandingResource",
    "UserPoolClientResource",
    "UserPoolDomainResource",
    "UserPoolGroupResource",
    "UserPoolIdentityProviderResource",
    "UserPoolResource",
    "UserPoolResourceServerResource",
    "UserPoolUserResource",
]
