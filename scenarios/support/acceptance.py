"""Calls that a service must accept, so that an unexpected refusal is a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from harness import check


@contextmanager
def accepted(what: str, *, facts: str = "") -> Iterator[None]:
    """Expect that the service refuses none of the calls inside.

    Args:
        what: what it must accept, as the subject of a sentence: ``the code of an unused step``.
        facts: the facts that say so.

    Raises:
        UnexpectedResult: it refused a call.
    """
    refusal = ""
    try:
        yield
    except ClientError as error:
        details = error.response["Error"]
        refusal = f"{details['Code']} {details['Message']!r}"
    check(not refusal, f"{what} was refused", facts=facts, answered=refusal)


def code_of_refusal(call: Callable[[], object]) -> str:
    """Return the code with which the service refuses a call; empty if it accepts it."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""
