"""Let an engine answer one boto3 client, and change nothing else in the process."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

from harness.emulator.moto_backend.arrival import arrived
from harness.emulator.moto_backend.async_clients import CognitoResponse
from harness.emulator.moto_backend.responses import answer_client, botocore_stubber

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.emulator.engine import Engine

#: botocore passes the finished request to this event, and sends it only if no handler answers.
_EVENT = "before-send.cognito-identity-provider"


def attach(engine: Engine, client: CognitoIdentityProviderClient) -> None:
    """Let the engine answer every call of a client, permanently."""

    def answer(request: AWSPreparedRequest, **_: Any) -> Any:
        response = arrived(engine, request.url, lambda: answer_client(engine, request))
        headers = HTTPHeaders()
        for name, value in response.headers.items():
            headers[name] = value
        return CognitoResponse(request.url, response.status, headers, _RawBody(response.body))

    # botocore calls every handler. A client made under moto's mock has moto's handler as well,
    # which would carry out each call a second time.
    moto_handler: Any = botocore_stubber
    client.meta.events.unregister("before-send", moto_handler)
    client.meta.events.register(_EVENT, answer)


class _RawBody(io.BytesIO):
    """The body of a response, in the form that botocore reads."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Yield the whole body in one piece."""
        yield self.read()
