"""Who answers a request: Cognito, the control surface, a pool's documents, or moto.

Cognito's JSON calls are told by their ``X-Amz-Target`` header before anything else is looked at:
moto's own routing would send unsigned ones to us-east-1, and those with a ``Bearer`` header or a
CORS preflight to S3.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.emulator.control import surface
from harness.emulator.control.access import PRIVATE_HEADERS, Sender
from harness.emulator.http import discovery
from harness.emulator.http.wire import EXPOSED_HEADERS, TARGET_PREFIX, HttpAnswer, error
from harness.emulator.moto_backend import responses
from harness.emulator.refusals import Refusal, unknown_operation
from harness.emulator.server.failures import Failures
from harness.emulator.server.fast_path import FastPath
from harness.emulator.server.messages import HttpRequest, Reply
from harness.emulator.server.rest_of_aws import call, environment, moto_application, not_installed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from harness.emulator.embedded import Emulator

_DISCOVERY = re.compile(r"^/([\w-]+_[0-9a-zA-Z]+)/\.well-known/(jwks\.json|openid-configuration)$")
#: What a signature says of the service that it is for.
_SIGNED = re.compile(r"Credential=[^/,]+/[^/,]+/[^/,]+/[^/,]+/aws4_request")
_FOR_COGNITO = re.compile(r"Credential=[^/,]+/[^/,]+/[^/,]+/cognito-idp/aws4_request")
_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, GET, OPTIONS",
    "Access-Control-Max-Age": "172800",
    "Access-Control-Expose-Headers": EXPOSED_HEADERS,
}


_Way = Callable[[HttpRequest], "HttpAnswer | None"]


class Routing:
    """Answers the requests that reach one server.

    Args:
        address: where it listens. failures: takes what went wrong in the emulator itself.
    """

    def __init__(
        self,
        emulator: Emulator,
        scheme: str,
        address: tuple[str, int],
        failures: Failures,
    ) -> None:
        self._emulator = emulator
        self._scheme = scheme
        self._address = address
        self._failures = failures
        self._moto = moto_application()
        self._fast_path = FastPath(emulator, self._environment)

    def at_once(self, request: HttpRequest) -> Reply | None:
        """Answer what waits for nobody; ``None`` for what may call handlers, and for moto."""
        if request.refusal is not None:
            return Reply.of(error(request.refusal))
        answer = self._guarded(self._by_fast_path, request)
        return None if answer is None else Reply.of(answer)

    def in_a_thread(self, request: HttpRequest) -> Reply:
        """Answer what `at_once` did not."""
        way: _Way = self._at_length if _is_for_cognito(request) else self._beside_cognito
        answer = self._guarded(way, request)
        return self._by_moto(request) if answer is None else Reply.of(answer)

    def _guarded(self, way: _Way, request: HttpRequest) -> HttpAnswer | None:
        try:
            return way(request)
        except Refusal as refused:
            return error(refused)
        except Exception as failure:
            # A fault of the emulator's own: told as Cognito tells its own (A299), and counted.
            self._failures.add(failure)
            return error(Refusal("InternalErrorException", "Internal error", 500))

    def _by_fast_path(self, request: HttpRequest) -> HttpAnswer | None:
        with self._emulator.engine.fast_path as is_open:
            if not is_open:
                return None
            if _is_for_cognito(request):
                return self._fast_path.answer(request)
            return None if _takes_long(request) else self._beside_cognito(request)

    def _at_length(self, request: HttpRequest) -> HttpAnswer:
        return responses.answer_wsgi(self._emulator.engine, self._environment(request))

    def _beside_cognito(self, request: HttpRequest) -> HttpAnswer | None:
        path, _, host = request.address()
        if _is_motos_own(path):
            return HttpAnswer(404, b"moto's own controls are not served\n", PRIVATE_HEADERS)
        if f"{path}/" == surface.PREFIX:
            return HttpAnswer(308, b"", {"Location": surface.PREFIX})
        if path.startswith(surface.PREFIX):
            return self._control(request)
        if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
            asked = request.headers.get("access-control-request-headers", "*")
            return HttpAnswer(200, b"", {**_PREFLIGHT, "Access-Control-Allow-Headers": asked})
        document = _DISCOVERY.match(path)
        if document and request.method == "GET":
            return self._discovery(document[1], document[2], host or request.header("host"))
        return None

    def _control(self, request: HttpRequest) -> HttpAnswer:
        path, query, _ = request.address()
        named = (request.header(name) for name in ("host", "content-type", "origin"))
        sender = Sender(request.peer, *named)
        engine = self._emulator.engine
        return surface.handle(engine, request.method, path, query, request.body, sender)

    def _discovery(self, pool_id: str, name: str, host: str) -> HttpAnswer:
        engine = self._emulator.engine
        if name == "jwks.json":
            return discovery.json_web_keys(engine, pool_id)
        base = f"{self._scheme}://{host or 'localhost'}"
        return discovery.openid_configuration(engine, pool_id, base)

    def _environment(self, request: HttpRequest) -> WSGIEnvironment:
        return environment(request, self._scheme, self._address)

    def _by_moto(self, request: HttpRequest) -> Reply:
        """moto's answer; where it fails at what no client of any service sends, that is told."""
        try:
            reply = call(self._moto, self._environment(request))
        except ImportError as missing:
            reply = not_installed(missing)
        except Exception:
            reply = Reply.of(error(Refusal("InternalFailure", "Internal error", 500)))
        if reply.status >= 500 and not _SIGNED.search(request.header("authorization")):
            return Reply.of(error(unknown_operation()))
        return reply


def _is_motos_own(path: str) -> bool:
    """Whether moto would take a path for its controls: a reset, a seed, files to write and read.

    They answer to anybody, a page of the web among them.
    https://docs.getmoto.org/en/latest/docs/server_mode.html#reset-api
    """
    return posixpath.normpath(path).lstrip("/").startswith("moto-api")


def _takes_long(request: HttpRequest) -> bool:
    path = request.address()[0]
    return path.startswith(surface.PREFIX) and surface.takes_long(request.method, path)


def _is_for_cognito(request: HttpRequest) -> bool:
    if request.target.startswith(surface.PREFIX):
        return False
    return request.header("x-amz-target").startswith(TARGET_PREFIX) or bool(
        _FOR_COGNITO.search(request.header("authorization"))
    )
