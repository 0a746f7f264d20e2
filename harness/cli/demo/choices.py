"""The options of the demo, checked before it starts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from harness.cli.options import ENDPOINT_VARIABLES, usable
from harness.errors import ConfigurationError, HarnessError
from harness.flows.progress import AuthFlow
from harness.redaction import Secret
from harness.settings import values as rules

__all__ = [
    "Choices",
    "PoolChoice",
    "existing_pool",
    "passwordless_only",
    "served_emulator",
    "usable_auth_flow",
    "usable_picture",
]

#: The flows that start a sign-in without an administrator.
PasswordFlow = Literal["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]

_DEFAULT_REGION = "us-east-1"
_EMULATOR_ONLY = (
    "nobody has tried the passkeys of a software authenticator on Cognito, so it runs on the "
    "emulator alone, in a pool of its own"
)
_SECRET_VARIABLE = "COGNITO_HARNESS_CLIENT_SECRET"


@dataclass(frozen=True)
class PoolChoice:
    """The existing user pool that the demo uses, and one of its app clients."""

    user_pool_id: str
    client_id: str
    client_secret: Secret | None
    region: str
    endpoint_url: str
    is_emulator: bool = False

    @property
    def is_aws(self) -> bool:
        """Whether the pool is on AWS itself."""
        return rules.is_aws(rules.host_of(self.endpoint_url))


@dataclass(frozen=True)
class Choices:
    """The checked options of the demo.

    Attributes:
        automatic: whether the demo answers its own questions.
        png: the file for the QR code; ``None`` if the user named none.
        region: the region of the emulated pool.
        auth_flow: the flow that starts a sign-in.
        existing: the pool to use; ``None`` creates one in an emulator.
        served_url: the served emulator to create it in; ``None`` is one in this process.
        passwordless: whether the demo shows a sign-in without a password.
    """

    automatic: bool
    png: Path | None
    region: str
    auth_flow: AuthFlow
    existing: PoolChoice | None
    served_url: str | None = None
    passwordless: bool = False

    def __post_init__(self) -> None:
        """Refuse --auto with a pool whose emails the demo cannot read."""
        if self.automatic and self.existing is not None and not self.existing.is_emulator:
            hint = (
                f"{self.existing.endpoint_url} is not served by `cognito-harness serve`, so the "
                "demo can neither read the emails of its users nor move its clock; leave --auto out"
            )
            raise ConfigurationError("--auto", given=self.existing.user_pool_id, hint=hint)


def usable_region(text: str | None) -> str:
    """Return the region of an emulated pool."""
    return usable("--region", rules.region, text) if text else _DEFAULT_REGION


def passwordless_only(**others: object) -> None:
    """Refuse options that ``--passwordless`` does not obey.

    Args:
        others: the options by their names, ``None`` where they are not given.

    Raises:
        ConfigurationError: one of them is given.
    """
    reasons = {
        "--auth-flow": "it always starts with USER_AUTH",
        "--png": "it has no authenticator app",
        "--user-pool-id": f"{_EMULATOR_ONLY}; is COGNITO_HARNESS_USER_POOL_ID set?",
        "--client-id": f"{_EMULATOR_ONLY}; is COGNITO_HARNESS_CLIENT_ID set?",
    }
    for name, given in others.items():
        option = f"--{name.replace('_', '-')}"
        if given is not None:
            hint = f"--passwordless does not go with it: {reasons[option]}"
            raise ConfigurationError(option, given=str(given), hint=hint)


def usable_auth_flow(text: str | None) -> AuthFlow:
    """Return the flow that starts a sign-in.

    Raises:
        ConfigurationError: a user cannot start this flow.
    """
    if text is None:
        return "USER_SRP_AUTH"
    if text not in get_args(PasswordFlow):
        raise ConfigurationError("--auth-flow", given=text, allowed=get_args(PasswordFlow))
    return cast("PasswordFlow", text)


def usable_picture(path: Path | None) -> Path | None:
    """Return the absolute path of the picture, if the user named one.

    Checks it early, because the demo writes the picture only halfway through.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    if path is None:
        return None
    full = path.expanduser().absolute()
    try:
        rules.latencies(str(full))
    except rules.Unusable as error:
        raise ConfigurationError("--png", given=str(path), hint=error.hint) from None
    return full


def existing_pool(
    user_pool_id: str | None, client_id: str | None, region: str | None, endpoint_url: str | None
) -> PoolChoice | None:
    """Return the existing pool in the options, or ``None``.

    Raises:
        ConfigurationError: a value cannot be used, or one of the values is missing.
    """
    if user_pool_id is None:
        if client_id is not None:
            raise ConfigurationError("--user-pool-id", hint="--client-id needs it")
        return None
    if client_id is None:
        raise ConfigurationError("--client-id", hint="--user-pool-id needs it")
    pool_id = usable("--user-pool-id", rules.user_pool_id, user_pool_id)
    where = _region_of(pool_id, region)
    secret = os.environ.get(_SECRET_VARIABLE)
    url = _endpoint_url(endpoint_url)
    return PoolChoice(
        user_pool_id=pool_id,
        client_id=usable("--client-id", rules.client_id, client_id),
        client_secret=usable(_SECRET_VARIABLE, rules.client_secret, secret) if secret else None,
        region=where,
        endpoint_url=url or _aws_url(where),
        is_emulator=url is not None and _why_no_emulator(url) is None,
    )


def served_emulator(user_pool_id: str | None, endpoint_url: str | None) -> str | None:
    """Return the URL of the served emulator in which the demo makes its own pool, or ``None``.

    Raises:
        ConfigurationError: another service is there, in which the demo can use a pool that exists.
    """
    if user_pool_id is not None or endpoint_url is None:
        return None
    url = usable("--endpoint-url", rules.endpoint_url, endpoint_url)
    why = _why_no_emulator(url)
    if why is None:
        return url
    if why.startswith("no emulator at") and "start one" in why:
        raise HarnessError(why)
    hint = f"--endpoint-url needs it, unless `cognito-harness serve` serves it: {why}"
    raise ConfigurationError("--user-pool-id", hint=hint)


def _why_no_emulator(url: str) -> str | None:
    """Return why a service is no emulator of this program; ``None`` if it is one."""
    from harness.targets.control import ControlSurface

    try:
        ControlSurface(url).version()
    except HarnessError as error:
        return str(error)
    return None


def _region_of(pool_id: str, region: str | None) -> str:
    of_pool = rules.region_of(pool_id)
    named = usable("--region", rules.region, region) if region else None
    if of_pool is not None and named not in (None, of_pool):
        raise ConfigurationError(
            "--region", given=named, hint=f"the user pool {pool_id} is in {of_pool}"
        )
    return of_pool or named or _DEFAULT_REGION


def _endpoint_url(text: str | None) -> str | None:
    if text is not None:
        return usable("--endpoint-url", rules.endpoint_url, text)
    for variable in ENDPOINT_VARIABLES:
        if text := os.environ.get(variable):
            return usable(variable, rules.endpoint_url, text)
    return None


def _aws_url(region: str) -> str:
    # https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://cognito-idp.{region}.{domain}"
