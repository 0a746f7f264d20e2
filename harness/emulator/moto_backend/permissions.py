"""IAM on request: signatures checked and policies evaluated by moto, for all of its services.

moto counts the calls that it lets through unchecked; here that is none, so one administrator has to
be there from the beginning. What Cognito leaves to everybody stays open to everybody (A301).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.iam.models import iam_backends

__all__ = ["ACCOUNT", "AccessKey", "enforcing_permissions"]

#: moto's account, where an access key names no other.
ACCOUNT = "123456789012"
_PARTITION = "aws"
_ADMINISTRATOR = "harness-administrator"
_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


@dataclass(frozen=True)
class AccessKey:
    """An access key of the administrator.

    Attributes:
        id: AccessKeyId.
        secret: SecretAccessKey, good for this emulator alone.
    """

    id: str
    secret: str = field(repr=False)


@contextmanager
def enforcing_permissions() -> Iterator[AccessKey]:
    """Hold every signed call in this process to IAM, and give an administrator's access key."""
    before = settings.INITIAL_NO_AUTH_ACTION_COUNT, ActionAuthenticatorMixin.request_count
    key = _administrator()
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    try:
        yield key
    finally:
        settings.INITIAL_NO_AUTH_ACTION_COUNT, ActionAuthenticatorMixin.request_count = before
        _forget(key)


def _administrator() -> AccessKey:
    backend = iam_backends[ACCOUNT][_PARTITION]
    backend.create_user(region_name="us-east-1", user_name=_ADMINISTRATOR)
    backend.put_user_policy(_ADMINISTRATOR, "everything", json.dumps(_EVERYTHING))
    key = backend.create_access_key(_ADMINISTRATOR)
    return AccessKey(key.access_key_id, key.secret_access_key)


def _forget(key: AccessKey) -> None:
    backend = iam_backends[ACCOUNT][_PARTITION]
    if _ADMINISTRATOR in {user.name for user in backend.users.values()}:
        backend.delete_access_key(key.id, _ADMINISTRATOR)
        backend.delete_user_policy(_ADMINISTRATOR, "everything")
        backend.delete_user(_ADMINISTRATOR)
