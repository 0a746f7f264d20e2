"""The base of all groups of operations: the app client, SECRET_HASH and two boto3 clients."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore

from harness.errors import HarnessError
from harness.redaction import Secret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef

__all__ = ["AppClient", "OperationCaller", "attribute_list", "given", "known_to", "reveal"]


@dataclass(frozen=True)
class AppClient:
    """An app client of a user pool, with its secret if it has one."""

    user_pool_id: str
    client_id: str
    client_secret: Secret | None = None

    def secret_hash(self, username: str) -> str | None:
        """Return SECRET_HASH for ``username``, or ``None`` if the app client has no secret.

        It is base64(HMAC-SHA256(client secret, username + client id)) (A119).
        """
        if self.client_secret is None:
            return None
        key = self.client_secret.reveal().encode()
        message = (username + self.client_id).encode()
        return base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()


class OperationCaller:
    """Calls one user pool through one app client.

    Args:
        client: boto3 client for the operations of a user, which need no AWS credentials (A301).
        app: app client that the calls are made for.
        admin: boto3 client for the operations that need AWS credentials, Admin* and ListUsers;
            often the same client.
    """

    def __init__(
        self,
        client: CognitoIdentityProviderClient,
        app: AppClient,
        admin: CognitoIdentityProviderClient | None = None,
    ) -> None:
        self.client = client
        self.app = app
        self._admin = admin

    @property
    def admin(self) -> CognitoIdentityProviderClient:
        """The boto3 client for the operations that need AWS credentials.

        Raises:
            HarnessError: there is no such client.
        """
        if self._admin is None:
            raise HarnessError(
                "this operation needs a client with AWS credentials; "
                "pass one as Actions(client, app, admin=...)"
            )
        return self._admin

    def _secret_hash(self, username: str) -> dict[str, Any]:
        return given(SecretHash=self.app.secret_hash(username))

    def _with_secret_hash(
        self, parameters: Mapping[str, str], username: str | None = None
    ) -> dict[str, str]:
        """Return ``parameters`` with SECRET_HASH for ``username``, by default for USERNAME.

        An existing SECRET_HASH stays, so that a test can send a wrong one.
        """
        complete = dict(parameters)
        name = parameters.get("USERNAME") if username is None else username
        if self.app.client_secret is None or name is None or "SECRET_HASH" in complete:
            return complete
        complete["SECRET_HASH"] = self.app.secret_hash(name) or ""
        return complete


def given(**members: Any) -> dict[str, Any]:
    """Return the members that are not ``None``, with secrets revealed for the request."""
    return {
        name: reveal(value) if isinstance(value, Secret) else value
        for name, value in members.items()
        if value is not None
    }


def known_to(
    client: CognitoIdentityProviderClient, operation: str, member: str | None = None
) -> CognitoIdentityProviderClient:
    """Return the client, if its release of boto3 has an operation and a member of its requests.

    Raises:
        HarnessError: the release is too old.
    """
    model = client.meta.service_model
    known = operation in model.operation_names
    if known and member is not None:
        shape = model.operation_model(operation).input_shape
        known = shape is not None and member in shape.members
    if not known:
        what = operation if member is None else f"{member} of {operation}"
        raise HarnessError(
            f"boto3 with botocore {botocore.__version__} does not know {what}; "
            "pip install --upgrade boto3"
        )
    return client


def reveal(value: Secret | str) -> str:
    """Return the text of a secret, or a plain text as it is."""
    return value.reveal() if isinstance(value, Secret) else value


def attribute_list(attributes: Mapping[str, str]) -> list[AttributeTypeTypeDef]:
    """Return user attributes in the form that Cognito's requests have."""
    return [{"Name": name, "Value": value} for name, value in attributes.items()]
