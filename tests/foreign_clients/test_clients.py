"""Tests of every client, unmodified, the slower ones first."""

from __future__ import annotations

from tests.foreign_clients import clients
from tests.foreign_clients.contract import Contract


class TestAwsCli(Contract):
    """The AWS CLI; each command is a process."""

    client = clients.AWS_CLI


class TestAmplifyInChromium(Contract):
    """aws-amplify in a page; the QR code is read from the screen."""

    client = clients.AMPLIFY_IN_CHROMIUM


class TestAmplifyOnNode(Contract):
    """aws-amplify on Node, with our storage."""

    client = clients.AMPLIFY_ON_NODE


class TestAwsSdk(Contract):
    """@aws-sdk/client-cognito-identity-provider with cognito-srp-helper."""

    client = clients.AWS_SDK


class TestIdentityJs(Contract):
    """amazon-cognito-identity-js on Node."""

    client = clients.IDENTITY_JS


class TestPycognito(Contract):
    """pycognito, its user and its SRP."""

    client = clients.PYCOGNITO


class TestWarrant(Contract):
    """warrant's AWSSRP on boto3."""

    client = clients.WARRANT


class TestBoto3(Contract):
    """boto3 with the harness's own SRP."""

    client = clients.BOTO3
