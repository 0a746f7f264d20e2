"""The clients that are tested: the command that starts each, and the pool it needs."""

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
from tests.foreign_clients.driver import started_driver
from tests.foreign_clients.install_packages import NODE, browser
from tests.foreign_clients.person import Person
from tests.foreign_clients.steps import EXPECTED, Report, run_steps
from tests.support.sources import ROOT

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

REGION = "us-east-1"

#: The variables that name a certificate authority for boto3 and the AWS CLI, Node, and requests.
_TRUST = ("AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE")
#: If the set-up is not a challenge, the user signs in first and sets up TOTP by access token.
_OPTIONAL = {
    "sign_in_with_right_password": "signed in",
    "set_up_totp_with_right_code": "done",
}


@dataclass(frozen=True)
class Client:
    """One client and its driver.

    Attributes:
        name: the name of its package, and where it runs.
        command: starts the driver.
        directory: where to start it.
        mfa: MfaConfiguration of its pool. A client that cannot respond to MFA_SETUP gets OPTIONAL.
        quicker: arguments that save time without leaving anything of the client out; for the runs
            on a faulty emulator.
    """

    name: str
    command: tuple[str, ...]
    directory: Path = ROOT
    mfa: Mfa = "ON"
    quicker: tuple[str, ...] = ()

    def expected(self) -> dict[str, str]:
        """Return the expected outcome of each step."""
        return EXPECTED if self.mfa == "ON" else {**EXPECTED, **_OPTIONAL}


def _node(name: str, script: str, *arguments: str) -> Client:
    return Client(name, ("node", script, *arguments), NODE)


def _python(name: str, module: str, mfa: Mfa, *quicker: str) -> Client:
    # The libraries' warnings about newer versions of Python tell nothing here.
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
    """Run a client through all steps on a served emulator, with its own pool and person.

    Args:
        quickly: add the arguments that save time.
        authority: the certificate to trust, if the emulator speaks HTTPS.
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
    with started_driver(command, client.directory, {**environment(url), **trust}) as driver:
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
        return run_steps(driver, person, client.expected())


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
    """Return the environment of a driver: the emulator's URL, no credentials and no settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
