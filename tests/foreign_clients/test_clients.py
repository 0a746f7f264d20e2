"""Every client, unmodified, the slower ones first."""

from __future__ import annotations

from tests.foreign_clients import roster
from tests.foreign_clients.contract import Contract


class TestAwsCli(Contract):
    """The AWS CLI; a process for each command."""

    client = roster.AWS_CLI


class TestAmplifyInChromium(Contract):
    """aws-amplify in a page, whose QR code is read from the screen."""

    client = roster.AMPLIFY_IN_CHROMIUM


class TestAmplifyOnNode(Contract):
    """aws-amplify, with a storage of ours."""

    client = roster.AMPLIFY_ON_NODE


class TestAwsSdk(Contract):
    """@aws-sdk/client-cognito-identity-provider with cognito-srp-helper."""

    client = roster.AWS_SDK


class TestIdentityJs(Contract):
    """amazon-cognito-identity-js on Node."""

    client = roster.IDENTITY_JS


class TestPycognito(Contract):
    """pycognito, its user and its SRP."""

    client = roster.PYCOGNITO


class TestWarrant(Contract):
    """warrant's AWSSRP on boto3."""

    client = roster.WARRANT


class TestBoto3(Contract):
    """boto3 with the harness' own SRP."""

    client = roster.BOTO3
