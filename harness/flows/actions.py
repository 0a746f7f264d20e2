"""Every Cognito operation that the flows use, as one typed class over boto3 clients.

The methods have boto3's names and return boto3's typed responses. They add only what an app has to
add itself: ClientId, UserPoolId, and SECRET_HASH if the app client has a secret. Cognito's errors
arrive as botocore's ``ClientError``, unchanged.
"""

from __future__ import annotations

from harness.flows.api.account import AccountActions
from harness.flows.api.admin import AdminActions
from harness.flows.api.caller import AppClient
from harness.flows.api.devices import DeviceActions
from harness.flows.api.mfa import MfaActions
from harness.flows.api.passkeys import PasskeyActions
from harness.flows.api.sign_in import SignInActions
from harness.flows.api.sign_up import SignUpActions

__all__ = ["Actions", "AppClient"]


class Actions(
    SignUpActions,
    SignInActions,
    MfaActions,
    PasskeyActions,
    DeviceActions,
    AccountActions,
    AdminActions,
):
    """All operations on one user pool through one app client.

    ``Actions(client, app).sign_up("alice", password)`` calls SignUp.

    Each base class has the operations of one theme and works alone.

    Args:
        client: boto3 client for the operations of a user, which need no AWS credentials (A301).
        app: app client that the calls are made for.
        admin: boto3 client for the operations that are signed with AWS credentials, Admin* and
            ListUsers; often the same client.
    """
