"""Serve the other AWS services with moto: its WSGI application, and the environment it reads.

If the emulator has started beside moto, nothing of moto is imported before a request needs it: most
servers answer Cognito's calls only.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING, Any

from harness.emulator.http.compression import inflates_beyond
from harness.emulator.server.messages import HttpRequest, Reply
from harness.emulator.server.outgoing import OutgoingHttp

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from harness.emulator.embedded import Emulator
    from harness.emulator.engine import Engine
    from harness.emulator.http.wire import HttpAnswer
    from harness.emulator.moto_backend.responses import TruthfulCognitoResponse

    WsgiApp = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

_IDENTITY_POOLS = "CognitoIdentityResponse."
#: The library that the extra `cloudformation` installs.
_OF_CLOUDFORMATION = "openapi_spec_validator"
#: Addresses that moto takes from S3, although the signature is for S3.
_NOT_S3 = ("/v20180820/", "/latest/")


class RestOfAws:
    """moto as one server uses it, imported at once if its Cognito is replaced already.

    Args:
        emulator: the emulator that is served.
        scheme: ``http`` or ``https``.
        address: the address and port that the server listens on.
    """

    def __init__(self, emulator: Emulator, scheme: str, address: tuple[str, int]) -> None:
        self._emulator = emulator
        self._scheme = scheme
        self._address = address
        self._lock = Lock()
        self._application = _imported(emulator.engine) if emulator.has_moto else None

    def answer(self, request: HttpRequest) -> Reply:
        """Let moto answer a request for another service; its errors pass through.

        Raises:
            Refusal: the target of the request is not a URL.
        """
        if self._emulator.is_alone:
            return _cognito_only(request)
        self._load()
        with self._lock:
            if self._application is None:
                self._application = moto_application(self._emulator.engine)
        return call(self._application, self._environment(request))

    def answer_cognito(self, request: HttpRequest, most_bytes: int) -> HttpAnswer:
        """Let moto read a request for Cognito, and the engine carry it out.

        Raises:
            Refusal: the target of the request is not a URL.
        """
        self._load()
        from harness.emulator.moto_backend.responses import answer_wsgi

        return answer_wsgi(
            self._emulator.engine,
            self._environment(request),
            most_bytes,
            beside_moto=not self._emulator.is_alone,
        )

    def read_cognito(self, request: HttpRequest) -> TruthfulCognitoResponse:
        """Let moto read a request for Cognito, and nothing else.

        Raises:
            Refusal: there is no such region, or the request cannot be read.
        """
        self._load()
        from harness.emulator.moto_backend.responses import read_wsgi

        return read_wsgi(self._emulator.engine, self._environment(request))

    def _load(self) -> None:
        """Import moto, once for all requests that need it at the same time."""
        if self._emulator.is_alone:
            return
        self._emulator.join_moto()
        OutgoingHttp.moto_is_loaded()

    def _environment(self, request: HttpRequest) -> WSGIEnvironment:
        return environment(request, self._scheme, self._address)


def _imported(engine: Engine) -> WsgiApp:
    """Import what requests need of moto, and return its server.

    In the thread of a request, an import could meet one of the program that started the server.
    """
    from harness.emulator.moto_backend import responses  # noqa: F401

    return moto_application(engine)


def moto_application(engine: Engine) -> WsgiApp:
    """Return moto's server for every service; each binds its views at its first request.

    Args:
        engine: has the user pools, whose tokens identity pools accept.
    """
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    def create(service: Any) -> Any:
        backend = create_backend_app(service)
        for endpoint in backend.view_functions:
            if endpoint.startswith(_IDENTITY_POOLS):
                backend.view_functions[endpoint] = _identity_pools(engine)
        return backend

    application: WsgiApp = DomainDispatcherApplication(create)
    return application


def _identity_pools(engine: Engine) -> Callable[..., Any]:
    """Return the view that answers every request to identity pools."""
    from moto.core.utils import convert_to_flask_response

    from harness.emulator.moto_backend.identity_pools import CheckedIdentityResponse

    def answer(request: Any, url: str, headers: dict[str, str]) -> Any:
        return CheckedIdentityResponse(engine).answer(request, url, headers)

    view: Callable[..., Any] = convert_to_flask_response(answer)
    return view


def call(application: WsgiApp, environ: WSGIEnvironment) -> Reply:
    """Call a WSGI application and return its response; its errors pass through."""
    started: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _problem: Any = None) -> Any:
        started[:] = status, headers

    pieces = application(environ, start)
    try:
        body = b"".join(pieces)
    finally:
        if (close := getattr(pieces, "close", None)) is not None:
            close()
    return Reply(int(started[0][:3]), started[1], body)


def inflates_too_far(request: HttpRequest, most: int) -> bool:
    """Return whether moto would inflate a body to more than ``most`` bytes.

    moto inflates gzip for every service but S3, which stores a compressed body as it is.
    """
    if request.header("content-encoding") != "gzip" or _is_for_s3(request):
        return False
    return inflates_beyond(request.body, most)


def _is_for_s3(request: HttpRequest) -> bool:
    """Return whether moto lets S3 answer a signed request, by the first credential in it."""
    path, _, host = request.address()
    words = request.header("authorization").partition(",")[0].split()
    scope = words[1].split("/") if len(words) > 1 else []
    if len(scope) != 5 or scope[3].lower() != "s3" or path.startswith(_NOT_S3):
        return False
    return "s3-control" not in (host or request.header("host"))


def not_installed(missing: ModuleNotFoundError) -> Reply:
    """Return the error for a service of moto that needs a missing library."""
    is_ours = (missing.name or "").partition(".")[0] == _OF_CLOUDFORMATION
    needed = "CloudFormation needs cognito-mfa-harness[cloudformation]"
    text = f"{missing}; {needed if is_ours else 'moto needs it for this service'}"
    return _in_xml("NotInstalled", text)


def _cognito_only(request: HttpRequest) -> Reply:
    """Return the error of a server that answers Cognito's calls alone."""
    text = "this server answers calls of Cognito user pools only"
    if not request.header("x-amz-target"):
        return _in_xml("NotServed", text)
    body = json.dumps({"__type": "NotServed", "message": text}).encode()
    return Reply(501, [("Content-Type", "application/x-amz-json-1.0")], body)


def _in_xml(code: str, text: str) -> Reply:
    # The error format of the query protocol, which CloudFormation uses:
    # https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
    from xml.sax.saxutils import escape

    error = f"<Error><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
    body = f"<ErrorResponse>{error}</ErrorResponse>".encode()
    return Reply(501, [("Content-Type", "text/xml")], body)


def environment(request: HttpRequest, scheme: str, server: tuple[str, int]) -> WSGIEnvironment:
    """Return a request's environment after PEP 3333, the same as moto's own server makes.

    Raises:
        Refusal: the target is not a URL.
    """
    path, query, host = request.address()
    environ: WSGIEnvironment = {
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REQUEST_URI": request.target,
        # moto reads the unchanged path from here.
        "RAW_URI": request.target,
        "REMOTE_ADDR": request.peer,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        **_headers(request.headers),
        "CONTENT_LENGTH": str(len(request.body)),
    }
    if host:
        environ["HTTP_HOST"] = host
    return environ


def _headers(headers: dict[str, str]) -> dict[str, Any]:
    """Return headers by WSGI's names, without those that have an underscore in the name.

    WSGI's names do not distinguish ``_`` from ``-``. moto needs the headers of S3's metadata
    anyway, with their names as they were sent.
    """
    from moto.core.request import (
        PRESERVED_HEADER_NAMES_ENVIRON_KEY,
        environ_key_for_header,
        should_preserve_original_header_name,
    )

    original_names: dict[str, str] = {}
    taken = {
        environ_key_for_header(name): value for name, value in headers.items() if "_" not in name
    }
    for name, value in headers.items():
        key = environ_key_for_header(name)
        if should_preserve_original_header_name(name) and key not in taken:
            original_names[key] = name
            taken[key] = value
    taken.pop("HTTP_TRANSFER_ENCODING", None)
    return {**taken, PRESERVED_HEADER_NAMES_ENVIRON_KEY: original_names}
