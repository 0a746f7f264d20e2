"""Optional IAM: moto checks signatures and evaluates policies, for all of its services.

moto lets a set number of calls pass unchecked. Here that number is 0, so an administrator with an
access key must exist from the start. Cognito's unsigned operations stay public (A301).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.iam.models import iam_backends

from harness.emulator.api.request import ACCOUNT

__all__ = ["AccessKey", "enforcing_permissions"]

_PARTITION = "aws"
_ADMINISTRATOR = "harness-administrator"
_ALLOW_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


@dataclass(frozen=True)
class AccessKey:
    """An access key of the administrator.

    Attributes:
        id: AccessKeyId.
        secret: SecretAccessKey, valid for this emulator only.
    """

    id: str
    secret: str = field(repr=False)


@contextmanager
def enforcing_permissions() -> Iterator[AccessKey]:
    """Enforce IAM for every signed call in this process; yield an administrator's access key."""
    before = settings.INITIAL_NO_AUTH_ACTION_COUNT, ActionAuthenticatorMixin.request_count
    key = _administrator()
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    try:
        yield key
    finally:
        settings.INITIAL_NO_AUTH_ACTION_COUNT, ActionAuthenticatorMixin.request_count = before
        _delete_administrator(key)


def _administrator() -> AccessKey:
    backend = iam_backends[ACCOUNT][_PARTITION]
    backend.create_user(region_name="us-east-1", user_name=_ADMINISTRATOR)
    backend.put_user_policy(_ADMINISTRATOR, "everything", json.dumps(_ALLOW_ALL))
    key = backend.create_access_key(_ADMINISTRATOR)
    return AccessKey(key.access_key_id, key.secret_access_key)


def _delete_administrator(key: AccessKey) -> None:
    backend = iam_backends[ACCOUNT][_PARTITION]
    if _ADMINISTRATOR in {user.name for user in backend.users.values()}:
        backend.delete_access_key(key.id, _ADMINISTRATOR)
        backend.delete_user_policy(_ADMINISTRATOR, "everything")
        backend.delete_user(_ADMINISTRATOR)
