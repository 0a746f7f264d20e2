"""A lean client for Cognito's public operations, in the place of a boto3 client.

The public operations need no signature (A301), so a load generator needs neither boto3 nor its
model of the service. A call of boto3 takes many times the processor time of one of this client.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError
from botocore.hooks import HierarchicalEmitter, first_non_none_response

from harness.clock import SteadyClock, steady_seconds
from harness.load.connections import Endpoint, HttpConnections, HttpResponse
from harness.load.public_operations import public_operation, with_dates

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["SENT_AT", "LeanClient", "lean_client"]

#: Where the context of a call has the moment of its last attempt, by `steady_seconds`.
SENT_AT = "harness-sent-at"
_SERVICE = "cognito-identity-provider"
_TARGET = "AWSCognitoIdentityProviderService."


class UnreadableResponse(BotoCoreError):
    """A response says that a call has succeeded, and has no JSON object.

    A client of boto3 takes it for an empty response.
    """

    fmt = "the response of {operation} is not a JSON object"


@dataclass(frozen=True)
class ClientMeta:
    """What a boto3 client has as ``meta``, as far as the harness uses it."""

    events: HierarchicalEmitter
    region_name: str
    endpoint_url: str


def lean_client(
    endpoint_url: str, region: str, ca_bundle: str | None = None
) -> CognitoIdentityProviderClient:
    """Return a lean client, typed as the client of boto3 that it stands in for."""
    return cast("CognitoIdentityProviderClient", LeanClient(endpoint_url, region, ca_bundle))


class LeanClient:
    """Calls the public operations under boto3's names, and fires botocore's events.

    Like the boto3 clients of the targets, it sends each call once; a handler of ``needs-retry``
    such as a pacer's can have it sent again. It uses no proxy.

    Args:
        endpoint_url: URL of the service.
        region: AWS region of the service.
        ca_bundle: file of the certificates to trust; by default those that botocore trusts.

    Raises:
        ConfigurationError: the URL cannot be used.
    """

    def __init__(self, endpoint_url: str, region: str, ca_bundle: str | None = None) -> None:
        self.meta = ClientMeta(HierarchicalEmitter(), region, endpoint_url)
        endpoint = Endpoint.of(endpoint_url)
        self._connections = HttpConnections(endpoint, ca_bundle)
        self._head = (
            f"POST {endpoint.path} HTTP/1.1\r\nHost: {endpoint.host_header}\r\n"
            "User-Agent: cognito-mfa-harness\r\nContent-Type: application/x-amz-json-1.1\r\n"
            f"X-Amz-Target: {_TARGET}"
        )

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        """Return the operation with boto3's name.

        Raises:
            NeedsSignature: it is not a public operation.
        """
        if name.startswith("_"):
            raise AttributeError(name)
        call = partial(self._call, _Operation(public_operation(name), self._head))
        # Found without this method from now on.
        setattr(self, name, call)
        return call

    def close(self) -> None:
        """Close the idle connections."""
        self._connections.close()

    def _call(self, operation: _Operation, /, **parameters: Any) -> dict[str, Any]:
        context: dict[str, Any] = {"client_region": self.meta.region_name}
        emit = self.meta.events.emit
        given = emit(operation.given, params=parameters, model=operation, context=context)
        parameters = first_non_none_response(given, default=parameters)
        request = {"body": json.dumps(parameters).encode(), "context": context}
        emit(operation.before, model=operation, params=request, context=context)
        try:
            response, parsed = self._attempts(operation, request, context)
        except Exception as error:
            emit(operation.failed, exception=error, context=context)
            raise
        emit(
            operation.after,
            http_response=response,
            parsed=parsed,
            model=operation,
            context=context,
        )
        if response.status_code >= 300:
            # botocore's type says more than this: the members of a response are not known to it.
            raise ClientError(cast("Any", parsed), operation.name)
        return parsed

    def _attempts(
        self, operation: _Operation, request: Mapping[str, Any], context: dict[str, Any]
    ) -> tuple[HttpResponse, dict[str, Any]]:
        message = operation.message(request["body"])
        attempts = 1
        while True:
            answered: tuple[HttpResponse, dict[str, Any]] | None = None
            failure: BotoCoreError | None = None
            context[SENT_AT] = steady_seconds()
            try:
                response = self._connections.exchange(message)
                answered = response, _parsed(operation.name, response, attempts - 1)
            except BotoCoreError as error:
                failure = error
            pause = self._pause(operation, answered, failure, attempts, request)
            if pause is not None:
                attempts += 1
                _wait(pause)
                continue
            if answered is None:
                assert failure is not None
                raise failure
            return answered

    def _pause(
        self,
        operation: _Operation,
        answered: tuple[HttpResponse, dict[str, Any]] | None,
        failure: BotoCoreError | None,
        attempts: int,
        request: Mapping[str, Any],
    ) -> float | None:
        """Return the seconds after which to send the call again, or ``None``."""
        pauses = self.meta.events.emit(
            operation.retry,
            response=answered,
            operation=operation,
            attempts=attempts,
            caught_exception=failure,
            request_dict=request,
        )
        return cast("float | None", first_non_none_response(pauses))


class _Operation:
    """One operation: its name, its events, and the beginning of its requests."""

    def __init__(self, name: str, head: str) -> None:
        self.name = name
        self._head = f"{head}{name}\r\nContent-Length: ".encode()
        self.given, self.before, self.retry, self.after, self.failed = (
            f"{event}.{_SERVICE}.{name}"
            for event in (
                "provide-client-params",
                "before-call",
                "needs-retry",
                "after-call",
                "after-call-error",
            )
        )

    def message(self, body: bytes) -> bytes:
        return b"%s%d\r\n\r\n%s" % (self._head, len(body), body)


def _wait(seconds: float) -> None:
    if seconds:
        clock = SteadyClock()
        clock.wait_until(clock.time() + seconds)


def _parsed(operation: str, response: HttpResponse, retries: int) -> dict[str, Any]:
    """Return what botocore makes of a response."""
    if response.status_code >= 300:
        parsed = _error(response)
    else:
        parsed = with_dates(operation, _result(operation, response))
    headers = response.headers
    metadata: dict[str, Any] = {}
    if "x-amzn-requestid" in headers:
        metadata["RequestId"] = headers["x-amzn-requestid"]
    metadata["HTTPStatusCode"] = response.status_code
    metadata["HTTPHeaders"] = headers
    metadata["RetryAttempts"] = retries
    parsed["ResponseMetadata"] = metadata
    return parsed


def _result(operation: str, response: HttpResponse) -> dict[str, Any]:
    try:
        found: Any = json.loads(response.body or b"{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UnreadableResponse(operation=operation)
    return found


def _error(response: HttpResponse) -> dict[str, Any]:
    status, body = response.status_code, response.body.strip()
    if status >= 500 and (not body or body.startswith(b"<html>")):
        return {"Error": {"Message": http.client.responses.get(status, ""), "Code": str(status)}}
    try:
        found: Any = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        found = {"message": body.decode(errors="replace")}
    if not isinstance(found, dict):
        found = {"message": str(found)}
    code = str(found.get("__type", status)).partition(":")[0].rpartition("#")[2]
    error = {"Message": found.get("message", found.get("Message", "")), "Code": code}
    return {**{name: found[name] for name in found if name == "message"}, "Error": error}
