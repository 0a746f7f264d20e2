"""The environment of an app under test that makes a boto3 client of its own."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import HarnessError
from harness.plugin.run.app_variables import (
    DEFAULT_NAMES,
    Names,
    Variables,
    boto3_variables,
    named_variables,
    region_variables,
)
from harness.redaction import Secret

if TYPE_CHECKING:
    from harness.pools.making.provision_spec import ProvisionedPool
    from harness.targets.base import Target

__all__ = ["AppEnvironment", "app_environment"]

_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class AppEnvironment:
    """What an app is told about the service and the pool of a test.

    Attributes:
        url: the URL of the service.
        region: its AWS region.
        user_pool_id: the id of the pool.
        client_id: the id of the app client.
        client_secret: the secret of the app client; ``None`` without one.
        variables: every environment variable that was set, with its value; ``None`` for those that
            were unset. It has the client secret in it, so it is not in the ``repr``.
    """

    url: str
    region: str
    user_pool_id: str
    client_id: str
    client_secret: Secret | None = None
    variables: Mapping[str, str | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def jwks_url(self) -> str:
        """Where the keys are that tokens of the pool are signed with."""
        return f"{self.url}/{self.user_pool_id}/.well-known/jwks.json"

    @property
    def issuer(self) -> str:
        """The ``iss`` of the pool's tokens, as the service's discovery document says.

        Raises:
            HarnessError: the service has no such document.
        """
        return _issuer(f"{self.url}/{self.user_pool_id}/.well-known/openid-configuration")

    def value_of(self, name: str) -> str | None:
        """Return one of the fields that a text of ``cognito_environment_names`` can name."""
        if name == "client_secret":
            return None if self.client_secret is None else self.client_secret.reveal()
        return str(getattr(self, name))


@contextmanager
def app_environment(
    target: Target, pool: ProvisionedPool, names: Names | None = None
) -> Iterator[AppEnvironment]:
    """Set the environment variables of an app inside the ``with`` block.

    Args:
        target: the service of the run.
        pool: the pool of the app.
        names: the names of the variables of the app; by default `DEFAULT_NAMES`.

    Raises:
        ConfigurationError: the names cannot be used.
    """
    url, app = target.url.rstrip("/"), pool.app
    told = AppEnvironment(url, target.region, pool.user_pool_id, app.client_id, app.client_secret)
    variables = _variables(target, url)
    variables.update(named_variables(DEFAULT_NAMES if names is None else names, told.value_of))
    session = nullcontext() if target.name == "aws" else _own_default_session()
    with pytest.MonkeyPatch.context() as patch, session:
        for name, value in variables.items():
            if value is None:
                patch.delenv(name, raising=False)
            else:
                patch.setenv(name, value)
        yield AppEnvironment(
            told.url,
            told.region,
            told.user_pool_id,
            told.client_id,
            told.client_secret,
            dict(variables),
        )


def _variables(target: Target, url: str) -> Variables:
    """Return the variables that make boto3 and the other SDKs call the target."""
    if target.name == "aws":
        return region_variables(target.region)
    made_up = target.name != "endpoint" or not _has_credentials()
    return boto3_variables(url, target.region, made_up_credentials=made_up)


def _has_credentials() -> bool:
    from harness.targets.clients import finds_credentials

    return finds_credentials()


def _own_default_session() -> AbstractContextManager[None]:
    from harness.targets.clients import own_default_session

    return own_default_session()


def _issuer(document_url: str) -> str:
    from harness.users.mailboxes.http import open_loopback

    # A proxy may lead to AWS, and never leads to this machine.
    is_local = not document_url.startswith("https://")
    open_url: Callable[..., Any] = open_loopback if is_local else _open
    try:
        with open_url(document_url, _TIMEOUT_SECONDS) as response:
            return str(json.loads(response.read())["issuer"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HarnessError(f"no issuer: {document_url} cannot be read: {error}") from error


def _open(url: str, timeout: float) -> Any:
    return urllib.request.urlopen(url, timeout=timeout)
