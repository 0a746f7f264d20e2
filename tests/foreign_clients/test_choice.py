"""Tests of clients that sign in by choice, with passwords and codes, the slower ones first."""

from __future__ import annotations

from tests.foreign_clients import clients
from tests.foreign_clients.choice_steps import CHOICE, SRP_BY_CHOICE
from tests.foreign_clients.contract import Contract


class _Choice(Contract):
    walk = CHOICE


class TestAwsCliByChoice(_Choice):
    """The AWS CLI, with pycognito's SRP."""

    client = clients.AWS_CLI


class TestAmplifyInChromiumByChoice(_Choice):
    """aws-amplify in a page, with autoSignIn after the confirmation."""

    client = clients.AMPLIFY_IN_CHROMIUM


class TestAmplifyOnNodeByChoice(_Choice):
    """aws-amplify on Node, with autoSignIn after the confirmation."""

    client = clients.AMPLIFY_ON_NODE


class TestAwsSdkByChoice(_Choice):
    """@aws-sdk/client-cognito-identity-provider with cognito-srp-helper."""

    client = clients.AWS_SDK


class TestBoto3ByChoice(_Choice):
    """boto3 with the harness's own SRP."""

    client = clients.BOTO3


class TestPycognitoByChoice(Contract):
    """pycognito, whose SRP and token checks work, with help; it knows no other factor."""

    client, walk = clients.PYCOGNITO_CHOICE, SRP_BY_CHOICE
