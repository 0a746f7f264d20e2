"""Bodies of HTTP requests: read whole, or refused in the service's words."""

from __future__ import annotations

import io
from typing import Any

import pytest

from harness.emulator.bodies import read_body
from harness.emulator.refusals import Refusal


def counted(body: bytes, length: str | None) -> dict[str, Any]:
    """An environment with a body of an announced length."""
    environ: dict[str, Any] = {"wsgi.input": io.BytesIO(body)}
    return environ if length is None else {**environ, "CONTENT_LENGTH": length}


def chunked(body: bytes) -> dict[str, Any]:
    """An environment with a body in chunks."""
    return {
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "Chunked",
    }


@pytest.mark.parametrize(
    ("environ", "body"),
    [
        (counted(b"{}", "2"), b"{}"),
        (counted(b"{}more", "2"), b"{}"),
        (counted(b"", ""), b""),
        (counted(b"", None), b""),
        (chunked(b"2\r\n{}\r\n0\r\n\r\n"), b"{}"),
        (chunked(b"1;a=b\r\n{\r\n01\n}\n0\r\nTrailer: x\r\n\r\n"), b"{}"),
        (chunked(b"0\r\n\r\n"), b""),
    ],
)
def test_a_body_is_read_once_and_stays(environ: dict[str, Any], body: bytes) -> None:
    """Whoever answers the request finds the body in the environment, whole and counted."""
    assert read_body(environ) == body
    assert environ["wsgi.input"].read() == body
    assert environ["CONTENT_LENGTH"] == str(len(body))
    assert not environ.keys() & {"HTTP_TRANSFER_ENCODING", "wsgi.input_terminated"}


@pytest.mark.parametrize(
    "environ",
    [
        counted(b"{}", "two"),
        counted(b"{}", "-1"),
        counted(b"{}", "1e3"),
        counted(b"{}", "+2"),
        counted(b"{}", "2,2"),
        counted(b"{}", "99999999999999999999"),
        counted(b"{}", "3"),
        chunked(b"zz\r\n"),
        chunked(b"-1\r\n"),
        chunked(b"2\r\n{}"),
        chunked(b""),
        chunked(b"2\r\n{}{}\r\n0\r\n\r\n"),
        chunked(b"9" * 5_000),
        chunked(b"9" * 15 + b"\r\n{}"),
        {**counted(b"{}", "2"), "HTTP_TRANSFER_ENCODING": "gzip, chunked"},
    ],
)
def test_a_body_that_cannot_be_read(environ: dict[str, Any]) -> None:
    """A length that makes no sense, or a body that does not fit it, is refused."""
    with pytest.raises(Refusal) as refused:
        read_body(environ)
    assert (refused.value.code, refused.value.status) == ("SerializationException", 400)
