"""Stand-ins for what answers Lambda's Invoke API on a developer's machine.

They are written from the documentation and the sources of what they stand for:
https://github.com/aws/aws-sam-cli/blob/develop/samcli/local/lambda_service/local_lambda_http_service.py
https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/rie/handlers.go
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

#: A function: it takes the event, and returns what the runtime of Lambda would send.
Function = Callable[[dict[str, Any]], Any]

_INVOKE = re.compile(r"/2015-03-31/functions/(.+)/invocations")


@dataclass
class Endpoint:
    """An endpoint under test.

    Attributes:
        url: where it listens.
        requests: method, path and headers of each request.
    """

    url: str
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


def error(message: str, kind: str = "Error") -> dict[str, Any]:
    """Return the payload of a function that raised an error, as the runtimes send it."""
    return {"errorMessage": message, "errorType": kind, "stackTrace": []}


@contextmanager
def served(handle: Callable[[BaseHTTPRequestHandler, bytes], None]) -> Iterator[Endpoint]:
    """Serve POST requests; the block has the endpoint."""
    endpoint = Endpoint("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            endpoint.requests.append((self.command, self.path, headers))
            handle(self, self.rfile.read(int(headers.get("content-length", 0))))

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    endpoint.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: Mapping[str, str] = {}
) -> None:
    """Send a response."""
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", **headers}.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def sam_local(functions: Mapping[str, Function]) -> Iterator[Endpoint]:
    """Serve functions by their logical ids, as ``sam local start-lambda`` does."""

    def handle(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        found = _INVOKE.fullmatch(handler.path)
        function = functions.get(found[1]) if found else None
        if found is None:
            answer(handler, 404, b'{"Type": "LocalService", "Message": "PathNotFoundException"}')
        elif function is None:
            message = {"Type": "User", "Message": f"Function not found: {found[1]}"}
            headers = {"x-amzn-errortype": "ResourceNotFound"}
            answer(handler, 404, json.dumps(message).encode(), headers)
        else:
            result = function(json.loads(body))
            failed = isinstance(result, dict) and "errorMessage" in result
            headers = {"x-amz-function-error": "Unhandled"} if failed else {}
            answer(handler, 200, json.dumps(result).encode(), headers)

    with served(handle) as endpoint:
        yield endpoint


@contextmanager
def runtime_interface_emulator(function: Function) -> Iterator[Endpoint]:
    """Serve one function as a Lambda runtime interface emulator does: errors have no header."""

    def handle(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        if handler.path != "/2015-03-31/functions/function/invocations":
            answer(handler, 404, b"404 page not found\n", {"Content-Type": "text/plain"})
            return
        answer(handler, 200, json.dumps(function(json.loads(body))).encode())

    with served(handle) as endpoint:
        yield endpoint


@contextmanager
def silent() -> Iterator[Endpoint]:
    """Serve an endpoint that takes requests and never answers until the end of the block."""
    end = Event()

    def handle(_handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        end.wait()

    with served(handle) as endpoint:
        try:
            yield endpoint
        finally:
            end.set()


@contextmanager
def trickling() -> Iterator[Endpoint]:
    """Serve an endpoint that sends a byte of an endless response again and again."""
    end = Event()

    def handle(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not end.wait(0.02):
            try:
                handler.wfile.write(b" ")
            except OSError:
                return

    with served(handle) as endpoint:
        try:
            yield endpoint
        finally:
            end.set()


@contextmanager
def saying(status: int, body: bytes, headers: Mapping[str, str] = {}) -> Iterator[Endpoint]:
    """Serve one response to whatever is asked."""
    with served(lambda handler, _: answer(handler, status, body, headers)) as endpoint:
        yield endpoint
