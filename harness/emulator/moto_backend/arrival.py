"""Let a response arrive at a client in this process: late, or not at all, if it is to be so.

A served emulator does this with the connection. In process there is none, so that the calling
thread waits, and botocore's client sees what it sees of a connection that breaks off.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

if TYPE_CHECKING:
    from harness.emulator.http.wire import HttpAnswer

__all__ = ["arrived"]


def arrived(answer: HttpAnswer, url: str, patience: float | None = None) -> HttpAnswer:
    """Return the response of a call that is carried out, once it is there.

    The wait is in real time. It ends early if the profile that drew it is turned off or replaced,
    or if the emulator stops. No lock of the emulator is held, so that other threads go on.

    A body that breaks off is shorter than its head says, which botocore does not notice. An
    empty body has no half, and the connection breaks off before it.
    https://github.com/boto/botocore/blob/develop/botocore/httpsession.py

    Args:
        answer: the response, with what is to happen to it.
        url: the address that the client calls, for the text of the error.
        patience: the client's read timeout in seconds, if it has one and is known.

    Raises:
        ConnectionClosedError: the connection breaks off before the response.
        ReadTimeoutError: the response is later than the client waits.
    """
    if answer.delay_seconds and answer.over is not None:
        delay = answer.delay_seconds
        is_too_late = patience is not None and patience < delay
        seconds = patience if is_too_late and patience is not None else delay
        if not answer.over.wait(seconds) and is_too_late:
            raise ReadTimeoutError(endpoint_url=url)
    if answer.broken_off == "before" or (answer.broken_off and not answer.body):
        raise ConnectionClosedError(endpoint_url=url)
    if answer.broken_off == "within":
        whole = {"Content-Length": str(len(answer.body))}
        half = answer.body[: len(answer.body) // 2]
        return replace(answer, body=half, headers={**answer.headers, **whole})
    return answer
