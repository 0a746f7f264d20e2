"""Let an engine answer one boto3 client, and change nothing else in the process.

A call needs moto only if moto is in the process already, where its IAM may know the access key, or
if the request is unusual.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

from harness.emulator.api.request import ACCOUNT, Caller
from harness.emulator.api.service_model import SERVICE, adopt
from harness.emulator.http import wire
from harness.emulator.http.region import partition_of, region_without_moto
from harness.emulator.moto_backend.arrival import arrived
from harness.emulator.moto_backend.async_clients import CognitoResponse
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.emulator.engine import Engine

#: botocore passes the finished request to this event, and sends it only if no handler answers.
_EVENT = "before-send.cognito-identity-provider"
_NEEDED = f"it takes a client of {SERVICE}"


def attach(engine: Engine, client: CognitoIdentityProviderClient) -> None:
    """Let the engine answer every call of a client, permanently.

    Raises:
        ConfigurationError: it is a client of another service.
    """
    service = client.meta.service_model.service_name
    if service != SERVICE:
        raise ConfigurationError("attach()", given=service, hint=_NEEDED)
    config: Any = client.meta.config
    patience: float | None = config.read_timeout

    def answer(request: AWSPreparedRequest, **_: Any) -> Any:
        response = arrived(_answered(engine, request), request.url, patience)
        headers = HTTPHeaders()
        for name, value in response.headers.items():
            headers[name] = value
        return CognitoResponse(request.url, response.status, headers, _RawBody(response.body))

    _remove_moto(client)
    client.meta.events.register(_EVENT, answer)
    adopt(client.meta.service_model)


def _remove_moto(client: CognitoIdentityProviderClient) -> None:
    """Remove moto's handler, which a client has that was made under moto's mock.

    botocore calls every handler, so that moto would carry out each call a second time.
    """
    if _has_moto():
        from harness.emulator.moto_backend.responses import botocore_stubber

        moto_handler: Any = botocore_stubber
        client.meta.events.unregister("before-send", moto_handler)


def _has_moto() -> bool:
    """Return whether this process has imported moto; one that is on its way holds nothing yet.

    Python marks a module whose import has not ended, and another thread that imports from it may
    find names missing.
    """
    found = sys.modules.get("moto.core")
    return found is not None and not getattr(found.__spec__, "_initializing", False)


def _through_moto(engine: Engine, request: AWSPreparedRequest) -> wire.HttpAnswer:
    from harness.emulator.moto_backend.responses import answer_client

    return answer_client(engine, request)


def _answered(engine: Engine, request: AWSPreparedRequest) -> wire.HttpAnswer:
    return _without_moto(engine, request) or _through_moto(engine, request)


def _without_moto(engine: Engine, request: AWSPreparedRequest) -> wire.HttpAnswer | None:
    """Carry out a request; return ``None`` if moto has to read it."""
    url = urlsplit(request.url)
    if _has_moto() or url.path not in ("", "/") or url.query:
        return None
    headers = {name.lower(): _text(value) for name, value in request.headers.items()}
    signature, agent = headers.get("authorization"), headers.get("user-agent", "")
    region = region_without_moto(headers, signature, url.netloc, agent)
    if region is None or not isinstance(request.body, bytes):
        return None
    caller = Caller(ACCOUNT, region, partition_of(region), user_agent=agent)
    target = headers.get("x-amz-target", "")
    return wire.answer(engine, target, request.body, caller, signed=signature is not None)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


class _RawBody(io.BytesIO):
    """The body of a response, in the form that botocore reads."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Yield the whole body in one piece."""
        yield self.read()
