"""The body of an HTTP request, read whole before anybody looks at it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import refusals

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, WSGIEnvironment

_LENGTH = re.compile(r"[0-9]{1,18}")
_PIECE = 65_536


def read_body(environ: WSGIEnvironment) -> bytes:
    """Read a request's body, and leave it in the environment for whoever answers the request.

    Chunked bodies become plain ones. Raises SerializationException where the length makes no
    sense, the coding is unknown, or less came than was announced.
    """
    body = _chunked(environ) if "HTTP_TRANSFER_ENCODING" in environ else _counted(environ)
    for name in ("HTTP_TRANSFER_ENCODING", "wsgi.input_terminated"):
        environ.pop(name, None)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _counted(environ: WSGIEnvironment) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not _LENGTH.fullmatch(length):
        raise refusals.serialization("Content-Length is no number of bytes")
    body = b"".join(_pieces(environ["wsgi.input"], int(length)))
    if len(body) < int(length):
        raise refusals.serialization("The body is shorter than Content-Length")
    return body


def _pieces(stream: InputStream, length: int) -> Iterator[bytes]:
    """The next bytes, piece by piece: a length that is only claimed must cost no memory."""
    while length > 0 and (piece := stream.read(min(length, _PIECE))):
        length -= len(piece)
        yield piece


def _chunked(environ: WSGIEnvironment) -> bytes:
    if not environ.get("wsgi.input_terminated"):  # werkzeug undoes this one coding only
        raise refusals.serialization("Transfer-Encoding is not chunked")
    try:
        body: bytes = environ["wsgi.input"].read()
    except OSError:
        raise refusals.serialization("The chunks of the body are broken") from None
    return body
