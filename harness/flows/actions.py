"""Every Cognito operation the flows use, as one typed class over boto3 clients.

The methods have boto3's names and return boto3's typed answers. They add nothing but what an app
has to add itself: ClientId, UserPoolId, and SECRET_HASH when the app client has a secret. What
Cognito refuses arrives as botocore's ``ClientError``, unchanged.
"""

from __future__ import annotations

from harness.flows.api.account import AccountActions
from harness.flows.api.admin import AdminActions
from harness.flows.api.caller import AppClient, Caller
from harness.flows.api.devices import DeviceActions
from harness.flows.api.mfa import MfaActions
from harness.flows.api.sign_in import SignInActions
from harness.flows.api.sign_up import SignUpActions

__all__ = ["Actions", "AppClient", "Caller"]


class Actions(
    SignUpActions, SignInActions, MfaActions, DeviceActions, AccountActions, AdminActions
):
    """All operations on one user pool through one app client.

    Each parent is usable alone and knows nothing of the others.
    """
