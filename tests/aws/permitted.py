"""A served emulator that checks IAM on every call, and IAM users with a policy each."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3

from harness.emulator import Emulator
from harness.emulator.moto_backend.permissions import AccessKey, enforcing_permissions
from harness.emulator.server import EmulatorServer

_NUMBERS = itertools.count(1)


@dataclass
class Permitted:
    """The emulator, and the key of its administrator."""

    server: EmulatorServer
    administrator: AccessKey = field(repr=False)

    def client(self, service: str, key: AccessKey | None = None) -> Any:
        """Return a client that signs with a key, by default the administrator's."""
        key = key or self.administrator
        return boto3.client(
            service,  # type: ignore[call-overload]
            region_name="us-east-1",
            endpoint_url=self.server.url,
            aws_access_key_id=key.id,
            aws_secret_access_key=key.secret,
        )

    def grant(self, policy: Mapping[str, Any]) -> AccessKey:
        """Make a user with one policy, and return a key of it."""
        iam, name = self.client("iam"), f"user-{next(_NUMBERS)}"
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return AccessKey(key["AccessKeyId"], key["SecretAccessKey"])

    def environment(self, key: AccessKey) -> dict[str, str]:
        """Return what leads boto3 here, with a key."""
        return {
            "AWS_ENDPOINT_URL": self.server.url,
            "AWS_ACCESS_KEY_ID": key.id,
            "AWS_SECRET_ACCESS_KEY": key.secret,
            "AWS_REGION": "us-east-1",
        }


@contextmanager
def permitted_server() -> Iterator[Permitted]:
    """Serve an emulator that checks every signature and every policy."""
    with (
        enforcing_permissions() as key,
        EmulatorServer(emulator=Emulator(mock=False)) as server,
    ):
        yield Permitted(server, key)


def without(policy: Mapping[str, Any], operation: str) -> dict[str, Any]:
    """Return a policy less one action."""
    action = f"cognito-idp:{operation}"
    statements = [
        {**statement, "Action": [found for found in statement["Action"] if found != action]}
        for statement in policy["Statement"]
    ]
    return {**policy, "Statement": [found for found in statements if found["Action"]]}
