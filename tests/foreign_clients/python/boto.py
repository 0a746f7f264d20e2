"""boto3, with the harness's own SRP."""

from __future__ import annotations

from typing import Any

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError

from harness.srp.engines import load_engine
from tests.foreign_clients.python.choice_api import ChoiceClient
from tests.foreign_clients.python.conversation import Refused, Settings, converse


class BotoCall:
    """Sends requests with boto3, which finds the endpoint in the environment."""

    def __init__(self, settings: Settings) -> None:
        self._client: Any = boto3.client("cognito-idp", region_name=settings.region)

    def __call__(self, operation: str, /, **members: Any) -> dict[str, Any]:
        """Return the response of boto3's method for an operation."""
        try:
            answer: dict[str, Any] = getattr(self._client, xform_name(operation))(**members)
        except ClientError as error:
            raise Refused(error.response["Error"]["Code"]) from error
        return answer


def make_client(settings: Settings) -> ChoiceClient:
    """Return the client of the tests."""
    return ChoiceClient(settings, BotoCall(settings), load_engine("native"))


if __name__ == "__main__":
    converse(make_client)
