"""The emulator over HTTP: Cognito's protocol, the control surface, and moto for everything else.

Cognito's JSON calls are told by their ``X-Amz-Target`` header before anything else is looked at:
moto's own routing would send unsigned ones to us-east-1, and those with a ``Bearer`` header or a
CORS preflight to S3.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server, select_address_family

from harness.errors import HarnessError

from . import Emulator, control, discovery, responses
from .bodies import read_body
from .control_access import Sender
from .refusals import Refusal, unknown_operation
from .wire import EXPOSED_HEADERS, TARGET_PREFIX, Answer, error

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    WsgiApp = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

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


class EmulatorServer:
    """A served emulator on ``host`` and ``port``; port 0 picks a free one.

    emulator: the one to serve; without it the server makes its own. Raises `HarnessError` where
    the port cannot be had.
    """

    def __init__(
        self, host: str = "127.0.0.1", port: int = 0, emulator: Emulator | None = None
    ) -> None:
        self.host = host
        self.emulator = emulator or Emulator(mock=False)
        self._port = port
        self._server: BaseWSGIServer | None = None
        self._thread: Thread | None = None
        #: What went wrong in the emulator itself, which `stop` raises.
        self.failures: list[Exception] = []

    @property
    def url(self) -> str:
        """Where the server is reached."""
        port = self._server.port if self._server else self._port
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{port}"

    def start(self) -> EmulatorServer:
        """Serve in a thread of this process; returns when the socket listens."""
        self._open()
        self._thread = Thread(target=self._serve, name="cognito-emulator", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and give the port back; stopping twice does nothing.

        Raises `HarnessError` where the emulator itself failed while it served: a request that was
        answered with InternalErrorException must not pass unnoticed.
        """
        self._close()
        if self.failures:
            first, count = self.failures[0], len(self.failures)
            self.failures.clear()
            raise HarnessError(
                f"the emulator failed at {count} request(s), first with {type(first).__name__}"
            ) from first

    def _close(self) -> None:
        if self._server is None:
            return
        self._server.shutdown()
        if self._thread is not None:
            self._thread.join()
        self._server.server_close()
        self._server = self._thread = None
        self.emulator.stop()

    def __enter__(self) -> EmulatorServer:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.stop()
        else:
            self._close()

    def _open(self) -> None:
        # moto binds its views when its application is made, so the emulator must be in place.
        self.emulator.start()
        app = Application(self.emulator, _moto_application(), self.failures)
        try:
            listener = _listen(self.host, self._port)
        except (OSError, OverflowError) as problem:
            self.emulator.stop()
            raise HarnessError(
                f"cannot listen on {self.host}:{self._port}: {_reason(problem)}"
            ) from None
        with listener:
            self._server = make_server(
                self.host,
                self._port,
                app,
                threaded=True,
                request_handler=_RequestHandler,
                fd=listener.fileno(),
            )

    def _serve(self) -> None:
        if self._server is not None:
            self._server.serve_forever(poll_interval=0.05)


class Application:
    """The WSGI application: tells the protocols apart and hands on what is not Cognito's."""

    def __init__(self, emulator: Emulator, moto: WsgiApp, failures: list[Exception]) -> None:
        self._emulator = emulator
        self._moto = moto
        self._failures = failures

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        found = self._answer(environ)
        if found is None and _SIGNED.search(environ.get("HTTP_AUTHORIZATION", "")):
            return self._signed(environ, start)
        if found is None:
            return self._unsigned(environ, start)
        return self._give(found, environ, start)

    def _give(
        self, found: Answer, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        found.headers.setdefault("Content-Length", str(len(found.body)))
        start(f"{found.status} {_phrase(found.status)}", list(found.headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [found.body]

    def _signed(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """moto's answer; where a service of moto's needs a library that is not there, that."""
        try:
            return self._moto(environ, start)
        except ImportError as missing:
            return self._give(_not_installed(missing), environ, start)

    def _unsigned(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """moto's answer; where it fails at what no client of any service sends, that is told."""
        held: list[Any] = []

        def hold(status: str, headers: list[tuple[str, str]], _problem: Any = None) -> Any:
            held[:] = status, headers

        try:
            body = list(self._moto(environ, hold))
        except Exception:
            held[:] = "500", []
        if held[0].startswith("500"):
            return self._give(error(unknown_operation()), environ, start)
        start(*held)
        return body

    def _answer(self, environ: WSGIEnvironment) -> Answer | None:
        try:
            return self._route(environ, read_body(environ))
        except Refusal as refused:
            return error(refused)
        except Exception as failure:
            # A fault of the emulator's own: told as Cognito tells its own (A299), and kept.
            self._failures.append(failure)
            return error(Refusal("InternalErrorException", "Internal error", 500))

    def _route(self, environ: WSGIEnvironment, body: bytes) -> Answer | None:
        engine = self._emulator.engine
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
        if path.startswith(control.PREFIX):
            query, sender = environ.get("QUERY_STRING", ""), Sender.of(environ)
            return control.handle(engine, method, path, query, body, sender)
        if environ.get("HTTP_X_AMZ_TARGET", "").startswith(TARGET_PREFIX) or _FOR_COGNITO.search(
            environ.get("HTTP_AUTHORIZATION", "")
        ):
            return responses.answer_wsgi(environ)
        if method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "*")
            return Answer(200, b"", {**_PREFLIGHT, "Access-Control-Allow-Headers": asked})
        document = _DISCOVERY.match(path)
        if document and method == "GET":
            return self._discovery(document[1], document[2], environ)
        return None

    def _discovery(self, pool_id: str, name: str, environ: WSGIEnvironment) -> Answer:
        engine = self._emulator.engine
        if name == "jwks.json":
            return discovery.json_web_keys(engine, pool_id)
        base = f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', 'localhost')}"
        return discovery.openid_configuration(engine, pool_id, base)


class _RequestHandler(WSGIRequestHandler):
    """HTTP/1.1 with keep-alive, and no line on stderr for each request."""

    protocol_version = "HTTP/1.1"

    def parse_request(self) -> bool:
        """Refuse a target that is no URL, which werkzeug would raise at."""
        if not super().parse_request():
            return False
        try:
            urlsplit(self.path)
        except ValueError:
            self.send_error(400)
            return False
        return True

    def make_environ(self) -> WSGIEnvironment:
        """Leave the body to `read_body`: werkzeug's reader of chunks never ends at broken ones."""
        environ = super().make_environ()
        environ["wsgi.input"] = self.rfile
        return environ

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are not logged: their paths and bodies are other people's secrets."""


def _not_installed(missing: ImportError) -> Answer:
    # The form in which the query protocol tells errors, CloudFormation's among them:
    # https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
    text = f"{missing}; CloudFormation needs cognito-mfa-harness[cloudformation]"
    told = f"<Error><Code>NotInstalled</Code><Message>{escape(text)}</Message></Error>"
    body = f"<ErrorResponse>{told}</ErrorResponse>".encode()
    return Answer(501, body, {"Content-Type": "text/xml"})


def _phrase(status: int) -> str:
    from http.client import responses as phrases

    return phrases.get(status, "Planned")


def _listen(host: str, port: int) -> socket.socket:
    # werkzeug's own way prints to stderr and ends the process where the port cannot be had.
    return socket.create_server((host, port), family=select_address_family(host, port))


def _reason(problem: Exception) -> str:
    text = (problem.strerror if isinstance(problem, OSError) else None) or str(problem)
    # socket.create_server repeats the address in its own words.
    return text.partition(" (while attempting")[0]


def _moto_application() -> Any:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    return DomainDispatcherApplication(create_backend_app)
