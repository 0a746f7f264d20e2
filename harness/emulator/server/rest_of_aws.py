"""moto behind HTTP: its WSGI application, and the environment of a request that it reads."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    environ_key_for_header,
    should_preserve_original_header_name,
)

from harness.emulator.server.messages import HttpRequest, Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    WsgiApp = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


def moto_application() -> WsgiApp:
    """moto's server for every service; it binds its views now."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    application: WsgiApp = DomainDispatcherApplication(create_backend_app)
    return application


def call(application: WsgiApp, environ: WSGIEnvironment) -> Reply:
    """Let a WSGI application answer; raises what it raises."""
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


def not_installed(missing: ImportError) -> Reply:
    """Say that a service of moto's needs a library that is not there."""
    # The form in which the query protocol tells errors, CloudFormation's among them:
    # https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
    text = f"{missing}; CloudFormation needs cognito-mfa-harness[cloudformation]"
    told = f"<Error><Code>NotInstalled</Code><Message>{escape(text)}</Message></Error>"
    body = f"<ErrorResponse>{told}</ErrorResponse>".encode()
    return Reply(501, [("Content-Type", "text/xml")], body)


def environment(request: HttpRequest, scheme: str, server: tuple[str, int]) -> WSGIEnvironment:
    """A request as PEP 3333 has it, and as moto's own server would hand it on.

    Raises Refusal for a target that is no URL.
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
        # moto reads the path from here as it was sent.
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
    """Headers by WSGI's names, which cannot tell ``_`` from ``-``: only dashed ones are taken.

    moto wants S3's metadata all the same, with its names as they were sent.
    """
    kept: dict[str, str] = {}
    taken = {
        environ_key_for_header(name): value for name, value in headers.items() if "_" not in name
    }
    for name, value in headers.items():
        key = environ_key_for_header(name)
        if should_preserve_original_header_name(name) and key not in taken:
            kept[key] = name
            taken[key] = value
    taken.pop("HTTP_TRANSFER_ENCODING", None)
    return {**taken, PRESERVED_HEADER_NAMES_ENVIRON_KEY: kept}
