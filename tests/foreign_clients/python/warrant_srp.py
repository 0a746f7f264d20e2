"""warrant's AWSSRP, with boto3 for everything that is not SRP.

warrant does not support devices. So its class does the whole sign-in without a device, and only
computes the SRP with one.
"""

from __future__ import annotations

import importlib
from typing import Any

import boto3
from botocore.exceptions import ClientError

from harness.srp.engines import load_engine
from tests.foreign_clients.python.api import ApiClient
from tests.foreign_clients.python.boto import BotoCall
from tests.foreign_clients.python.conversation import Refused, Settings, converse


class WarrantClient(ApiClient):
    """The actions of the tests, with ``AWSSRP.authenticate_user``."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, BotoCall(settings), load_engine("warrant"))
        self._client: Any = boto3.client("cognito-idp", region_name=settings.region)
        self._srp: Any = importlib.import_module("warrant.aws_srp").AWSSRP

    def sign_in(self, password: str) -> str:
        """Sign in with the class itself if there is no device."""
        if self.device is not None:
            return super().sign_in(password)
        settings = self.settings
        srp = self._srp(
            settings.username,
            password,
            settings.user_pool_id,
            settings.client_id,
            client=self._client,
        )
        try:
            return self.take(srp.authenticate_user())
        except ClientError as error:
            raise Refused(error.response["Error"]["Code"]) from error


if __name__ == "__main__":
    converse(WarrantClient)
