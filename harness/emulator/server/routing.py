"""Route each request to Cognito, the control surface, a pool's documents, or moto.

Cognito's JSON calls are recognized first, by their ``X-Amz-Target`` header. moto's own routing
would send unsigned ones to us-east-1, and those with a ``Bearer`` header or a CORS preflight to S3.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from harness.emulator.control import surface
from harness.emulator.control.access import PRIVATE_HEADERS, Sender
from harness.emulator.http import discovery, user_import
from harness.emulator.http.compression import body_too_large
from harness.emulator.http.sources import AllowedSources
from harness.emulator.http.wire import EXPOSED_HEADERS, HttpAnswer, error
from harness.emulator.managed_login import routing as managed_login
from harness.emulator.refusals import Refusal, unknown_operation
from harness.emulator.server import browser_paths
from harness.emulator.server.fast_path import FastPath
from harness.emulator.server.guard import Guard, public_targets
from harness.emulator.server.limits import ServerLimits
from harness.emulator.server.messages import HttpRequest, Reply, is_for_cognito
from harness.emulator.server.rest_of_aws import RestOfAws, inflates_too_far, not_installed

if TYPE_CHECKING:
    from harness.emulator.embedded import Emulator
    from harness.emulator.server.failures import Failures

_DISCOVERY = re.compile(r"^/([\w-]+_[0-9a-zA-Z]+)/\.well-known/(jwks\.json|openid-configuration)$")
#: The credential of a signature, which names the service.
_SIGNED = re.compile(r"Credential=[^/,]+/[^/,]+/[^/,]+/[^/,]+/aws4_request")
_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, GET, OPTIONS",
    "Access-Control-Max-Age": "172800",
    "Access-Control-Expose-Headers": EXPOSED_HEADERS,
}

#: What the control surface reads of a request besides its address and body.
_SENDER = ("host", "content-type", "origin", "sec-fetch-site", "if-none-match")

_THIS_MACHINE = AllowedSources()
_RequestHandler = Callable[[HttpRequest], "HttpAnswer | None"]


class Routing:
    """Answers the requests that reach one server.

    Args:
        emulator: the emulator that is served.
        scheme: ``http`` or ``https``.
        address: the address and port that the server listens on.
        failures: collects the emulator's internal errors.
        limits: how large the bodies of requests may be after decompression.
        sources: the hosts and origins that are trusted besides this machine's own.
        host: the name that the server was told to listen on, which clients use too.
    """

    def __init__(
        self,
        emulator: Emulator,
        scheme: str,
        address: tuple[str, int],
        failures: Failures,
        *,
        limits: ServerLimits | None = None,
        sources: AllowedSources = _THIS_MACHINE,
        host: str = "localhost",
    ) -> None:
        self._emulator = emulator
        self._scheme = scheme
        self._limits = limits or ServerLimits()
        self._failures = failures
        self._aws = RestOfAws(emulator, scheme, address)
        self._fast_path = FastPath(emulator, self._aws)
        self._sources = sources
        self._guard = Guard(replace(sources, hosts=sources.hosts | {host.lower()}))

    def answer_now(self, request: HttpRequest) -> Reply | None:
        """Answer on the fast path; return ``None`` if handlers or moto may have to run."""
        if request.refusal is not None:
            return Reply.of(error(request.refusal))
        answer = self._answer_or_error(self._by_fast_path, request)
        return None if answer is None else Reply.of(answer)

    def answer_blocking(self, request: HttpRequest) -> Reply:
        """Answer what `answer_now` did not answer."""
        is_cognito = is_for_cognito(request.target, request.headers)
        handle: _RequestHandler = self._by_slow_path if is_cognito else self._without_cognito
        answer = self._answer_or_error(handle, request)
        return self._by_moto(request) if answer is None else Reply.of(answer)

    def _answer_or_error(self, handle: _RequestHandler, request: HttpRequest) -> HttpAnswer | None:
        """Call a handler, and turn its errors into error responses."""
        try:
            return handle(request)
        except Refusal as refused:
            return error(refused)
        except BaseException as failure:
            # An internal error of the emulator: answered like Cognito's own (A299), and counted.
            # Even SystemExit must not end the thread, because the client waits for its response.
            self._failures.add(failure)
            return error(Refusal("InternalErrorException", "Internal error", 500))

    def _by_fast_path(self, request: HttpRequest) -> HttpAnswer | None:
        with self._emulator.engine.fast_path as is_open:
            if not is_open:
                return None
            if is_for_cognito(request.target, request.headers):
                return self._refusal(request) or self._fast_path.answer(request)
            return None if self._takes_long(request) else self._without_cognito(request)

    def _by_slow_path(self, request: HttpRequest) -> HttpAnswer:
        answered = self._refusal(request) or self._fast_path.answer_without_moto(request)
        return answered or self._aws.answer_cognito(request, self._limits.cognito_body_bytes)

    def _without_cognito(self, request: HttpRequest) -> HttpAnswer | None:
        path = request.address()[0]
        if _is_moto_control(path):
            return HttpAnswer(404, b"moto's own controls are not served\n", PRIVATE_HEADERS)
        if f"{path}/" == surface.PREFIX:
            return HttpAnswer(308, b"", {"Location": surface.PREFIX})
        if path.startswith(surface.PREFIX):
            return self._control(request)
        if self._is_for_domain(request):
            return self._managed_login(request)
        if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
            headers = request.headers.get("access-control-request-headers", "*")
            return HttpAnswer(200, b"", {**_PREFLIGHT, "Access-Control-Allow-Headers": headers})
        document = _DISCOVERY.match(path)
        if document and request.method == "GET":
            return self._discovery(document[1], document[2])
        if path.startswith(user_import.PREFIX):
            return self._guard.refusal(request) or self._upload(request)
        return browser_paths.answer(request) or self._refusal(request)

    def _refusal(self, request: HttpRequest) -> HttpAnswer | None:
        """Refuse what a foreign page sends, except for the public operations."""
        if request.headers.get("x-amz-target") in public_targets():
            return None
        return self._guard.refusal(request)

    def _control(self, request: HttpRequest) -> HttpAnswer:
        path, query, _ = request.address()
        sender = Sender(request.peer, *map(request.header, _SENDER))
        engine = self._emulator.engine
        return surface.handle(
            engine, request.method, path, query, request.body, sender, self._sources
        )

    def _is_for_domain(self, request: HttpRequest) -> bool:
        path, _, host = request.address()
        host = host or request.header("host")
        return managed_login.is_for_domain(self._emulator.engine, path, host)

    def _managed_login(self, request: HttpRequest) -> HttpAnswer | None:
        """Answer for a user pool's domain; browsers come from every site, by links and redirects.

        So that only the Host is held to what this machine is called, or to the domain's own name;
        that of the endpoints for apps to nothing, as with Cognito's public operations.
        """
        path, query, host = request.address()
        host = host or request.header("host")
        engine = self._emulator.engine
        is_public = managed_login.is_for_apps(path)
        if not is_public and managed_login.domain_of_host(engine, host) is None:
            refused = self._guard.host_refusal(request)
            if refused is not None:
                return refused
        arrival = managed_login.Arrival(
            method=request.method,
            path=path,
            query=query,
            headers={**request.headers, "host": host},
            body=request.body,
            source_ip=request.peer or "127.0.0.1",
            scheme=self._scheme,
        )
        return managed_login.answer(engine, arrival)

    def _takes_long(self, request: HttpRequest) -> bool:
        path = request.address()[0]
        if path.startswith(surface.PREFIX):
            return surface.takes_long(request.method, path)
        return self._emulator.engine.may_wait and self._is_for_domain(request)

    def _upload(self, request: HttpRequest) -> HttpAnswer:
        path, query, _ = request.address()
        rest = path.removeprefix(user_import.PREFIX)
        engine = self._emulator.engine
        return user_import.take_file(
            engine, request.method, rest, query, request.headers, request.body
        )

    def _discovery(self, pool_id: str, name: str) -> HttpAnswer:
        engine = self._emulator.engine
        if name == "jwks.json":
            return discovery.json_web_keys(engine, pool_id)
        return discovery.openid_configuration(engine, pool_id)

    def _by_moto(self, request: HttpRequest) -> Reply:
        """Let moto answer; if it fails on an unsigned request, report an unknown operation."""
        if inflates_too_far(request, self._limits.other_body_bytes):
            return Reply.of(error(body_too_large(self._limits.other_body_bytes)))
        try:
            reply = self._aws.answer(request)
        except Refusal as refused:
            return Reply.of(error(refused))
        except ModuleNotFoundError as missing:
            reply = not_installed(missing)
        except Exception:
            reply = Reply.of(error(Refusal("InternalFailure", "Internal error", 500)))
        if reply.status >= 500 and not _SIGNED.search(request.header("authorization")):
            return Reply.of(error(unknown_operation()))
        return reply


def _is_moto_control(path: str) -> bool:
    """Return whether a path leads to moto's own controls: reset, seed, and access to files.

    moto lets every caller use them, including any website.
    https://docs.getmoto.org/en/latest/docs/server_mode.html#reset-api
    """
    return posixpath.normpath(path).lstrip("/").startswith("moto-api")
