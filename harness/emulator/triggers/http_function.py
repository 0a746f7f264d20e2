"""A function behind an HTTP endpoint with Lambda's Invoke API.

`sam local start-lambda` serves the API for every function of a template, by its logical id. A
Lambda runtime interface emulator serves one function, whose name is ``function``:
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-local-start-lambda.html
https://github.com/aws/aws-lambda-runtime-interface-emulator
"""

from __future__ import annotations

import json
import re
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from harness.emulator.triggers.invocation import (
    MOST_BYTES,
    CallLimits,
    FunctionError,
    InvocationError,
    error_in,
    message_of,
)
from harness.emulator.triggers.responses import ResponseError
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.emulator.triggers.events import LambdaContext

_PATH = "/2015-03-31/functions/{name}/invocations"
_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f]")
_USER_INFO = re.compile("//.*@", re.DOTALL)
_ERROR_TYPE = re.compile(r"[A-Za-z]{1,80}")


@dataclass
class _Exchange:
    """One request to the endpoint, which runs in a thread of its own.

    A timeout of the socket would begin again with every byte of the response.
    """

    connection: HTTPConnection
    path: str
    body: bytes = field(repr=False)
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = field(default=b"", repr=False)
    error: Exception | None = None

    def run(self) -> None:
        """Send the request and read the response."""
        try:
            self._run()
        except (OSError, HTTPException, ValueError) as error:
            self.error = error
        finally:
            self.connection.close()

    def _run(self) -> None:
        headers = {"Content-Type": "application/json", "X-Amz-Invocation-Type": "RequestResponse"}
        self.connection.request("POST", self.path, self.body, headers)
        response = self.connection.getresponse()
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.content = response.read(MOST_BYTES + 1)

    def finished_in(self, seconds: float) -> bool:
        """Return whether it ends in time; end it otherwise."""
        thread = Thread(target=self.run, name="lambda-endpoint", daemon=True)
        thread.start()
        thread.join(seconds)
        if not thread.is_alive():
            return not isinstance(self.error, TimeoutError)
        sock = self.connection.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        return False


@dataclass(frozen=True)
class HttpFunction:
    """A function at an endpoint; it is called like a handler.

    Attributes:
        url: the endpoint as it was given.
        path: the path of the function; without one, that of the name that LambdaConfig has.
        limits: how long one try may take, and how many there are.
    """

    url: str
    path: str
    limits: CallLimits

    @classmethod
    def at(cls, url: str, setting: str, limits: CallLimits) -> HttpFunction:
        """Return the function at a URL.

        Raises:
            ConfigurationError: the URL cannot be that of Lambda's Invoke API.
        """
        try:
            parts = urlsplit(url)
            usable = bool(parts.hostname) and parts.port != 0 and not _UNPRINTABLE.search(url)
        except ValueError:
            usable = False
        if not usable or parts.username or parts.query or parts.fragment:
            shown = _USER_INFO.sub("//[redacted]@", url)
            raise ConfigurationError(
                setting, given=shown, hint="it must be http://HOST:PORT, with or without a path"
            )
        path = parts.path.rstrip("/")
        if path and not path.endswith("/invocations"):
            raise ConfigurationError(
                setting,
                given=url,
                hint="the path of one function is /2015-03-31/functions/NAME/invocations; without "
                "a path, NAME is the function of LambdaConfig",
            )
        return cls(url, path, limits)

    def __call__(self, event: dict[str, Any], context: LambdaContext) -> Any:
        """Invoke the function and return what it returned.

        Raises:
            FunctionError: the function raised an error.
            InvocationError: the endpoint could not be reached, refused, or was too slow.
            ResponseError: the endpoint answered something else than JSON.
        """
        path = self.path or _PATH.format(name=quote(context.function_name, safe=""))
        body = json.dumps(event).encode()
        for _ in range(self.limits.tries):
            exchange = _Exchange(self._connection(), path, body)
            if exchange.finished_in(self.limits.seconds):
                return self._result(exchange)
        raise self.limits.exhausted(f"POST {self._origin}{path}")

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme.lower() == "https" else HTTPConnection
        assert parts.hostname is not None
        return kind(parts.hostname, parts.port, timeout=self.limits.seconds)

    @property
    def _origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def _result(self, exchange: _Exchange) -> Any:
        what = f"POST {self._origin}{exchange.path}"
        if exchange.error is not None:
            words = f"{type(exchange.error).__name__}: {exchange.error}"
            # What Cognito would say is unknown; no endpoint is Lambda's own fault.
            raise InvocationError("ServiceException", f"{what} failed: {words}")
        if not 200 <= exchange.status < 300:
            raise InvocationError(_error_type(exchange), f"{what} gave status {exchange.status}")
        if len(exchange.content) > MOST_BYTES:
            raise ResponseError(f"{what} returned more than {MOST_BYTES} bytes")
        payload = _payload(exchange, what)
        if "x-amz-function-error" in exchange.headers:
            raise FunctionError(message_of(payload))
        message = error_in(payload)
        if message is not None:
            raise FunctionError(message)
        return payload


def _payload(exchange: _Exchange, what: str) -> Any:
    try:
        return json.loads(exchange.content)
    except (ValueError, RecursionError):
        raise ResponseError(f"{what} returned no JSON") from None


def _error_type(exchange: _Exchange) -> str:
    """Return the error that a refusal names; the endpoint may be anything, so it is checked."""
    given = exchange.headers.get("x-amzn-errortype", "").partition(":")[0]
    if not _ERROR_TYPE.fullmatch(given):
        return "ResourceNotFoundException" if exchange.status == 404 else "ServiceException"
    # `sam local` leaves out the last word of the names.
    return given if given.endswith("Exception") else f"{given}Exception"
