"""One boto3 client answered by an engine, and nothing else in the process changed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from harness.emulator.moto_backend.responses import answer_client, botocore_stubber

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.emulator.engine import Engine

#: botocore hands out the finished request here, and sends it only when no handler answers.
_EVENT = "before-send.cognito-identity-provider"


def attach(engine: Engine, client: CognitoIdentityProviderClient) -> None:
    """Answer every call of a client by the engine, for good."""

    def answer(request: AWSPreparedRequest, **_: Any) -> Any:
        found = answer_client(engine, request)
        headers = HTTPHeaders()
        for name, value in found.headers.items():
            headers[name] = value
        return AWSResponse(request.url, found.status, headers, _RawBody(found.body))

    # botocore asks every handler, so moto's, which clients made under its mock have, would carry
    # out each call a second time.
    moto_handler: Any = botocore_stubber
    client.meta.events.unregister("before-send", moto_handler)
    client.meta.events.register(_EVENT, answer)


class _RawBody(io.BytesIO):
    """What botocore reads an answer's body from."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Yield the body at once."""
        yield self.read()
