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
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
#: Bytes of a line between chunks, and of one read, at most.
_LINE = 8_192
_PIECE = 65_536


def read_body(environ: WSGIEnvironment) -> bytes:
    """Read a request's body, and leave it in the environment for whoever answers the request.

    ``wsgi.input`` is the connection itself, and chunked bodies become plain ones. Raises
    SerializationException where the length makes no sense, the coding is unknown, or less came
    than was announced.
    """
    stream = environ["wsgi.input"]
    coding = environ.pop("HTTP_TRANSFER_ENCODING", "").strip().lower()
    if coding not in ("", "chunked"):
        raise refusals.serialization("Transfer-Encoding is not chunked")
    if coding:
        body = b"".join(_chunks(stream))
    else:
        body = _exactly(stream, _announced(environ.get("CONTENT_LENGTH") or "0"))
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = io.BytesIO(body)
    environ.pop("wsgi.input_terminated", None)
    return body


def _announced(length: str) -> int:
    if not _LENGTH.fullmatch(length):
        raise refusals.serialization("Content-Length is no number of bytes")
    return int(length)


def _chunks(stream: InputStream) -> Iterator[bytes]:
    """The chunks of a body (RFC 9112, 7.1); what follows the last one is read and dropped."""
    while True:
        size = _CHUNK_SIZE.fullmatch(stream.readline(_LINE))
        if size is None:
            raise refusals.serialization("The chunks of the body are broken")
        count = int(size[1], 16)
        if not count:
            break
        yield _exactly(stream, count)
        if stream.readline(_LINE) not in (b"\r\n", b"\n"):
            raise refusals.serialization("The chunks of the body are broken")
    while stream.readline(_LINE) not in (b"\r\n", b"\n", b""):
        pass


def _exactly(stream: InputStream, length: int) -> bytes:
    body = b"".join(_pieces(stream, length))
    if len(body) < length:
        raise refusals.serialization("The body is shorter than announced")
    return body


def _pieces(stream: InputStream, length: int) -> Iterator[bytes]:
    """The next bytes, piece by piece: a length that is only claimed must cost no memory."""
    while length > 0 and (piece := stream.read(min(length, _PIECE))):
        length -= len(piece)
        yield piece
