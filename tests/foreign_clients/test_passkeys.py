"""Tests of clients that register passkeys and sign in with them.

In Chromium, its virtual authenticator has the passkeys; beside the other clients, which only send
requests, the harness's software authenticator.
"""

from __future__ import annotations

from tests.foreign_clients import clients
from tests.foreign_clients.contract import Contract
from tests.foreign_clients.passkey_steps import PASSKEYS, PASSKEYS_AS_MFA
from tests.foreign_clients.ui_steps import UI


class TestAwsCliPasskeys(Contract):
    """The AWS CLI, which takes a credential as JSON."""

    client, walk = clients.AWS_CLI, PASSKEYS


class TestAwsCliPasskeysAsMfa(Contract):
    """The AWS CLI, where MFA is required."""

    client, walk = clients.AWS_CLI, PASSKEYS_AS_MFA


class TestAmplifyInChromiumPasskeys(Contract):
    """aws-amplify in a page; the browser makes the passkey."""

    client, walk = clients.AMPLIFY_IN_CHROMIUM, PASSKEYS


class TestAmplifyInChromiumPasskeysAsMfa(Contract):
    """aws-amplify in a page, where MFA is required."""

    client, walk = clients.AMPLIFY_IN_CHROMIUM, PASSKEYS_AS_MFA


class TestAwsSdkPasskeys(Contract):
    """@aws-sdk/client-cognito-identity-provider."""

    client, walk = clients.AWS_SDK, PASSKEYS


class TestAwsSdkPasskeysAsMfa(Contract):
    """@aws-sdk/client-cognito-identity-provider, where MFA is required."""

    client, walk = clients.AWS_SDK, PASSKEYS_AS_MFA


class TestBoto3Passkeys(Contract):
    """boto3."""

    client, walk = clients.BOTO3, PASSKEYS


class TestBoto3PasskeysAsMfa(Contract):
    """boto3, where MFA is required."""

    client, walk = clients.BOTO3, PASSKEYS_AS_MFA


class TestAmplifyUi(Contract):
    """The Authenticator of @aws-amplify/ui-react, which offers a passkey after the sign-up."""

    client, walk = clients.AMPLIFY_UI, UI
