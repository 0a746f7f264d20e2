"""Watches what the boto3 clients of an app in this process do, whoever has made them, and when.

Only the class of all clients knows of every client, also of those that an app keeps since its
import. Tracing libraries for boto3 begin at the same place:
https://github.com/open-telemetry/opentelemetry-python-contrib/tree/main/instrumentation/opentelemetry-instrumentation-botocore
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import botocore.client
import botocore.endpoint

__all__ = ["watched_clients"]

_SERVICE = "cognito-idp"


@contextmanager
def watched_clients(
    calls: Callable[[Any, str, Any], None], leaves: Callable[[str], None]
) -> Iterator[None]:
    """Tell of every call of Cognito by a boto3 client of this process, inside the ``with`` block.

    Args:
        calls: gets the client, the name of the operation and its parameters, before the call.
        leaves: gets the URL of a request that is about to leave this process: neither moto nor a
            stub has answered it. It can raise an error, and nothing is sent then.
    """
    clients: Any = botocore.client.BaseClient
    endpoints: Any = botocore.endpoint.Endpoint
    make, send = clients._make_api_call, endpoints._send
    watching = [True]

    def make_api_call(self: Any, operation_name: str, api_params: Any) -> Any:
        if watching and self.meta.service_model.service_name == _SERVICE:
            calls(self, operation_name, api_params)
        return make(self, operation_name, api_params)

    def send_request(self: Any, request: Any) -> Any:
        if watching and self._endpoint_prefix == _SERVICE:
            leaves(request.url)
        return send(self, request)

    clients._make_api_call, endpoints._send = make_api_call, send_request
    try:
        yield
    finally:
        watching.clear()
        # Another library may have wrapped ours meanwhile; then ours stays, and does nothing.
        if clients._make_api_call is make_api_call:
            clients._make_api_call = make
        if endpoints._send is send_request:
            endpoints._send = send
