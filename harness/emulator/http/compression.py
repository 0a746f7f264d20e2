"""Inflate compressed request bodies, and stop at a limit: a small body can inflate to gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from harness.emulator import refusals
from harness.emulator.refusals import Refusal

#: The most bytes of a Cognito call's body, before and after decompression. Cognito's own number
#: is not published; the largest request of its model is far smaller.
MOST_BODY_BYTES = 1_048_576

#: How much is read and written at a time.
_STEP = 65_536
#: Tells zlib to expect the header of gzip (RFC 1952).
_GZIP = 16 + zlib.MAX_WBITS


def body_too_large(most: int) -> Refusal:
    """Return the refusal of a body with more than ``most`` bytes; the text is our own."""
    return Refusal(
        "RequestEntityTooLargeException", f"The body is longer than {most} bytes", status=413
    )


def inflate(data: bytes, most: int) -> bytes:
    """Return what a gzip body contains.

    Args:
        data: the compressed body.
        most: the most bytes that it may contain.

    Raises:
        Refusal: it contains more, or it is not a gzip body.
    """
    found = bytearray()
    for piece in _inflated(data):
        found += piece
        if len(found) > most:
            raise body_too_large(most)
    return bytes(found)


def inflates_beyond(data: bytes, most: int) -> bool:
    """Return whether a gzip body contains more than ``most`` bytes; keep none of them.

    A body that is not gzip does not: whoever reads it finds out.
    """
    size = 0
    try:
        for piece in _inflated(data):
            size += len(piece)
            if size > most:
                return True
    except Refusal:
        return False
    return False


def _inflated(data: bytes) -> Iterator[bytes]:
    """Yield the content of all members of a gzip body, piece by piece."""
    view = memoryview(data)
    unzip = zlib.decompressobj(_GZIP)
    try:
        for start in range(0, len(view), _STEP):
            rest: bytes | memoryview = view[start : start + _STEP]
            while rest:
                if unzip.eof:
                    unzip = zlib.decompressobj(_GZIP)
                yield unzip.decompress(rest, _STEP)
                rest = unzip.unconsumed_tail or unzip.unused_data
        while data and not unzip.eof:
            piece = unzip.decompress(b"", _STEP)
            if not piece:
                raise EOFError
            yield piece
    except (zlib.error, EOFError):
        raise refusals.serialization("The body does not match its Content-Encoding") from None
