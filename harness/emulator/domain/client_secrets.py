"""The secrets of an app client: up to two at a time, so that they can be rotated.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

#: The most secrets of one app client, all of them valid.
MOST_SECRETS = 2


@dataclass(frozen=True)
class ClientSecret:
    """One secret of an app client.

    Attributes:
        secret_id: ClientSecretId.
        value: the secret itself.
        created: epoch seconds.
    """

    secret_id: str
    value: str = field(repr=False)
    created: float

    def equals(self, given: str) -> bool:
        """Return whether a text is the secret, in the same time either way."""
        return hmac.compare_digest(self.value.encode(), given.encode())

    def hash_of(self, message: str) -> str:
        """Return the SECRET_HASH of a message (A119)."""
        digest = hmac.new(self.value.encode(), message.encode(), hashlib.sha256).digest()
        return base64.b64encode(digest).decode()

    def gives_hash(self, message: str, given: str) -> bool:
        """Return whether a text is the SECRET_HASH of a message, in the same time either way."""
        return hmac.compare_digest(self.hash_of(message).encode(), given.encode())

    def described(self) -> dict[str, Any]:
        """Return ClientSecretDescriptorType without the value."""
        return {"ClientSecretId": self.secret_id, "ClientSecretCreateDate": self.created}


def secret_id(client_id: str, created: float, taken: Collection[str] = ()) -> str:
    """Return the ClientSecretId of a new secret: the client's id, ``--`` and the time.

    The unit of the time is not published; here it is milliseconds. Of two secrets that are made
    within one, the later has the next number.

    Args:
        client_id: the id of the app client.
        created: epoch seconds.
        taken: the ids of the client's other secrets.
    """
    moment = int(created * 1_000)
    while (made := f"{client_id}--{moment}") in taken:
        moment += 1
    return made
