"""The clients that are tested: the command that starts each, and the pool it needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.pools.spec.pool_spec import Mfa
from tests.foreign_clients.administrator import REGION, Administrator, administrator
from tests.foreign_clients.driver import Driver, started_driver
from tests.foreign_clients.holders import BrowserHolder, Holder, SoftwareHolder
from tests.foreign_clients.install_packages import NODE, browser
from tests.foreign_clients.person import Person
from tests.foreign_clients.steps import PASSWORDS
from tests.foreign_clients.walk import Report, Visit, Walk, run_steps
from tests.support.sources import ROOT

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
        cannot: the steps that it has no way to take.
        has_authenticator: whether it makes passkeys itself.
    """

    name: str
    command: tuple[str, ...]
    directory: Path = ROOT
    mfa: Mfa = "ON"
    quicker: tuple[str, ...] = ()
    cannot: frozenset[str] = frozenset()
    has_authenticator: bool = False

    def expected(self, walk: Walk) -> dict[str, str]:
        """Return the expected outcome of each step of a walk that it can take."""
        different = _OPTIONAL if walk is PASSWORDS and self.mfa == "OPTIONAL" else {}
        every = {**walk.expected, **different}
        cannot = self.cannot if self.has_authenticator else self.cannot | _ONLY_IN_BROWSER
        return {step: outcome for step, outcome in every.items() if step not in cannot}

    def holder(self, driver: Driver, helper: Administrator) -> Holder:
        """Return where its passkeys are."""
        if self.has_authenticator:
            return BrowserHolder(driver)
        return SoftwareHolder(driver, helper)


def _node(name: str, script: str, *arguments: str, **more: Any) -> Client:
    return Client(name, ("node", script, *arguments), NODE, **more)


def _python(name: str, module: str, mfa: Mfa, *quicker: str) -> Client:
    # The libraries' warnings about newer versions of Python tell nothing here.
    command = (sys.executable, "-W", "ignore", "-m", f"tests.foreign_clients.python.{module}")
    return Client(name, command, mfa=mfa, quicker=quicker)


#: Amplify's updatePassword insists on the old password, and it has no GetUserAuthFactors.
_AMPLIFY_CANNOT = frozenset({"set_first_password", "list_factors"})
_ONLY_IN_BROWSER = frozenset({"authenticator_without_user_verification"})
#: A browser does not do these to a page.
_BROWSER_CANNOT = frozenset(
    {
        "register_on_another_site",
        "register_without_transports",
        "passkey_on_another_site",
        "cloned_passkey",
    }
)

IDENTITY_JS = _node("amazon-cognito-identity-js on Node", "identity_js.mjs")
AMPLIFY_ON_NODE = _node("aws-amplify on Node", "amplify.mjs", cannot=_AMPLIFY_CANNOT)
AMPLIFY_IN_CHROMIUM = _node(
    "aws-amplify in Chromium",
    "browser.mjs",
    browser() or "chromium",
    cannot=_AMPLIFY_CANNOT | _BROWSER_CANNOT,
    has_authenticator=True,
)
AMPLIFY_UI = _node(
    "@aws-amplify/ui-react in Chromium", "ui.mjs", browser() or "chromium", has_authenticator=True
)
AWS_SDK = _node("@aws-sdk/client-cognito-identity-provider", "aws_sdk.mjs")
PYCOGNITO = _python("pycognito", "pycognito_user", "OPTIONAL")
PYCOGNITO_CHOICE = _python("pycognito", "pycognito_choice", "OPTIONAL")
WARRANT = _python("warrant", "warrant_srp", "OPTIONAL")
BOTO3 = _python("boto3", "boto", "ON")
AWS_CLI = _python("awscli", "aws_cli", "OPTIONAL", "--in-process")


def run(
    client: Client,
    url: str,
    walk: Walk = PASSWORDS,
    *,
    quickly: bool = False,
    authority: Path | None = None,
) -> Report:
    """Run a client through all steps on a served emulator, with its own pool and person.

    Args:
        quickly: add the arguments that save time.
        authority: the certificate to trust, if the emulator speaks HTTPS.
    """
    command = (*client.command, *(client.quicker if quickly else ()))
    trust = {} if authority is None else dict.fromkeys(_TRUST, str(authority))
    expected = client.expected(walk)
    with (
        administrator(url, authority) as helper,
        started_driver(command, client.directory, {**environment(url), **trust}) as driver,
    ):
        walk.prepare(helper, client.mfa)
        person = _started(driver, url, helper)
        holder = client.holder(driver, helper)
        visit = Visit(driver, person, helper, holder, frozenset(expected))
        return run_steps(walk.take(visit), expected)


def _started(driver: Driver, url: str, helper: Administrator) -> Person:
    """Give a driver its settings, and return the person who uses it."""
    person = Person(url, helper.user_pool_id)
    started = driver.ask(
        "start",
        endpoint=url,
        region=REGION,
        user_pool_id=helper.user_pool_id,
        client_id=helper.client_id,
        username=person.username,
        email=person.email,
        phone_number=person.phone_number,
    )
    assert started["outcome"] == "done", driver.complaints()
    return person


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
