"""The clients: what starts each, and what sort of pool it is taken through."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from harness.pools.making.provision_spec import provision
from harness.pools.spec.pool_spec import DeviceTracking, Mfa, PoolSpec
from harness.targets.clients import offline_client
from tests.foreign_clients.person import Person
from tests.foreign_clients.story import EXPECTED, Report, go_through
from tests.foreign_clients.surroundings import NODE, browser
from tests.foreign_clients.talking import talking
from tests.support.sources import ROOT

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

REGION = "us-east-1"

#: By which variables boto3 and the AWS CLI, Node, and requests are told whom to trust.
_TRUST = ("AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE")
#: Where the set-up is no challenge, the user signs in first and sets up by the access token.
_OPTIONAL = {
    "sign_in_with_right_password": "signed in",
    "set_up_totp_with_right_code": "done",
}


@dataclass(frozen=True)
class Client:
    """One client and its driver.

    Attributes:
        name: of its package, and where it runs.
        command: what starts the driver.
        directory: where.
        mfa: MfaConfiguration of its pool. A client that cannot answer MFA_SETUP gets OPTIONAL.
        quicker: arguments that spare time without leaving anything of the client out; for the
            runs against a faulty emulator.
    """

    name: str
    command: tuple[str, ...]
    directory: Path = ROOT
    mfa: Mfa = "ON"
    quicker: tuple[str, ...] = ()

    def expected(self) -> dict[str, str]:
        """Return the outcome of each step."""
        return EXPECTED if self.mfa == "ON" else {**EXPECTED, **_OPTIONAL}


def _node(name: str, script: str, *arguments: str) -> Client:
    return Client(name, ("node", script, *arguments), NODE)


def _python(name: str, module: str, mfa: Mfa, *quicker: str) -> Client:
    # Of the libraries, and of what they are on a newer Python, nothing is to be learned here.
    command = (sys.executable, "-W", "ignore", "-m", f"tests.foreign_clients.python.{module}")
    return Client(name, command, mfa=mfa, quicker=quicker)


IDENTITY_JS = _node("amazon-cognito-identity-js on Node", "identity_js.mjs")
AMPLIFY_ON_NODE = _node("aws-amplify on Node", "amplify.mjs")
AMPLIFY_IN_CHROMIUM = _node("aws-amplify in Chromium", "browser.mjs", browser() or "chromium")
AWS_SDK = _node("@aws-sdk/client-cognito-identity-provider", "aws_sdk.mjs")
PYCOGNITO = _python("pycognito", "pycognito_user", "OPTIONAL")
WARRANT = _python("warrant", "warrant_srp", "OPTIONAL")
BOTO3 = _python("boto3", "boto", "ON")
AWS_CLI = _python("awscli", "aws_cli", "OPTIONAL", "--in-process")


def run(
    client: Client, url: str, *, quickly: bool = False, authority: Path | None = None
) -> Report:
    """Take a client through the story at a served emulator, with a pool and a person of its own.

    Args:
        authority: the certificate by which an emulator that speaks HTTPS is to be trusted.
    """
    tracking = DeviceTracking(
        challenge_required_on_new_device=True, device_only_remembered_on_user_prompt=True
    )
    spec = PoolSpec(mfa=client.mfa, device_tracking=tracking)
    administrator = offline_client(REGION, url) if authority is None else _trusting(url, authority)
    try:
        pool = provision(administrator, spec, name_prefix="", tags={})
    finally:
        administrator.close()
    person = Person(url, pool.user_pool_id)
    command = (*client.command, *(client.quicker if quickly else ()))
    trust = {} if authority is None else dict.fromkeys(_TRUST, str(authority))
    with talking(command, client.directory, {**environment(url), **trust}) as driver:
        started = driver.ask(
            "start",
            endpoint=url,
            region=REGION,
            user_pool_id=pool.user_pool_id,
            client_id=pool.app.client_id,
            username=person.username,
            email=person.email,
        )
        assert started["outcome"] == "done", driver.complaints()
        return go_through(driver, person, client.expected())


def _trusting(url: str, authority: Path) -> CognitoIdentityProviderClient:
    return boto3.client(
        "cognito-idp",
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id="made-up",
        aws_secret_access_key="made-up",
        verify=str(authority),
    )


def environment(url: str) -> Mapping[str, str]:
    """The surroundings of a driver: no credentials, no settings, and where the emulator is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
