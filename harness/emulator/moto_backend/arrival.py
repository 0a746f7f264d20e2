"""Let a response arrive at a client in this process: late, or not at all, if it is to be so.

A served emulator does this with the connection. In process there is none, so that the calling
thread waits, and botocore's client sees what it sees of a connection that breaks off.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ConnectionClosedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.emulator.engine import Engine
    from harness.emulator.http.wire import HttpAnswer

__all__ = ["arrived"]


def arrived(engine: Engine, url: str, carry_out: Callable[[], HttpAnswer]) -> HttpAnswer:
    """Carry out a call, and return its response once it is there.

    The wait is in real time. It ends early if the profile is turned off or the emulator stops. No
    lock of the emulator is held, so that other threads go on.

    A body that breaks off is just shorter: botocore does not compare it with Content-Length.
    https://github.com/boto/botocore/blob/develop/botocore/httpsession.py

    Args:
        engine: the engine that answers.
        url: the address that the client calls, for the text of the error.
        carry_out: carries out the call.

    Raises:
        ConnectionClosedError: the connection breaks off before the response.
    """
    profile = engine.faults.profile
    if profile is None:
        return carry_out()
    over = profile.over  # before the call, so that what ends during it ends the wait too
    answer = carry_out()
    if answer.delay_seconds:
        over.wait(answer.delay_seconds)
    if answer.broken_off == "before":
        raise ConnectionClosedError(endpoint_url=url)
    if answer.broken_off == "within":
        return replace(answer, body=answer.body[: len(answer.body) // 2])
    return answer
