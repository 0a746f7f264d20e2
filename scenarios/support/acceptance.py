"""Calls that a service must accept, so that an unexpected refusal is a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from harness import Check, UnexpectedResult, Verdict, check, is_no_answer, note_check


@contextmanager
def accepted(what: str, *, facts: str = "") -> Iterator[None]:
    """Expect that the service refuses none of the calls inside.

    Args:
        what: what it must accept, as the subject of a sentence: ``the code of an unused step``.
        facts: the facts that say so.

    Raises:
        UnexpectedResult: it refused a call, or it could not be asked.
    """
    refusal = ""
    try:
        yield
    except ClientError as error:
        details = error.response["Error"]
        refusal = f"{details['Code']} {details['Message']!r}"
        if is_no_answer(error):
            raise _not_asked(what, facts, refusal) from error
    check(not refusal, f"{what} was refused", facts=facts, answered=refusal)


def _not_asked(what: str, facts: str, answered: str) -> UnexpectedResult:
    note_check(Check(f"{what} is accepted", Verdict.NOT_ASKED, facts, answered=answered))
    return UnexpectedResult(
        f"{what}: the service could not be asked: it answered {answered}",
        verdict=Verdict.NOT_ASKED,
        facts=facts,
        answered=answered,
    )


def code_of_refusal(call: Callable[[], object]) -> str:
    """Return the code with which the service refuses a call; empty if it accepts it."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""
