"""Callback URLs of an app client: added for a test, or listened at where they are fixed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from harness.errors import ConfigurationError, MissingCapability
from harness.flows.managed_login.app_callback import AppCallback

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.flows.api.caller import AppClient

__all__ = ["listening_at", "registered"]

#: Hosts of this machine that a callback can listen at.
_HOSTS = ("localhost", "127.0.0.1")


@contextmanager
def registered(client: CognitoIdentityProviderClient, app: AppClient, url: str) -> Iterator[None]:
    """Have the app client take a callback URL inside the ``with`` block.

    UpdateUserPoolClient sets whatever it does not get to its default, so it gets everything.

    Args:
        client: a boto3 client with an administrator's credentials.
        app: the app client.
        url: the callback URL.
    """
    described: dict[str, Any] = dict(
        client.describe_user_pool_client(UserPoolId=app.user_pool_id, ClientId=app.client_id)[
            "UserPoolClient"
        ]
    )
    model = client.meta.service_model.operation_model("UpdateUserPoolClient").input_shape
    known: set[str] = set(getattr(model, "members", ()))
    settings: Any = {name: value for name, value in described.items() if name in known}
    before = list(settings.get("CallbackURLs", ()))
    client.update_user_pool_client(**{**settings, "CallbackURLs": [*before, url]})
    try:
        yield
    finally:
        client.update_user_pool_client(**{**settings, "CallbackURLs": before})


def listening_at(urls: Sequence[str], target: str) -> AppCallback:
    """Return a callback at the first of these URLs that is on a port of this machine.

    Args:
        urls: CallbackURLs of the app client.
        target: the name of the target, for the reason why a test is skipped.

    Raises:
        MissingCapability: none of them is.
        ConfigurationError: another program listens there.
    """
    for url in urls:
        parts = urlsplit(url)
        if parts.scheme == "http" and parts.hostname in _HOSTS:
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            try:
                return AppCallback(parts.port or 80, path, host=parts.hostname)
            except OSError as error:
                hint = f"a test cannot listen there: {error.strerror or type(error).__name__}"
                raise ConfigurationError("CallbackURLs", given=url, hint=hint) from error
    raise MissingCapability(
        "app_callback", target, "no callback URL of the app client is on a port of this machine"
    )
