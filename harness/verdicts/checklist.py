"""The checks of the test that is running, and the function that scenarios check with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from harness.errors import UnexpectedResult
from harness.verdicts.verdict import Check, Verdict

__all__ = ["check", "collecting", "note_check", "words_decide"]

_CURRENT: ContextVar[list[Check] | None] = ContextVar("checks of the running test", default=None)
_WORDS_DECIDE: ContextVar[bool] = ContextVar("whether other words are a failure", default=True)


@contextmanager
def collecting(*, words_decide: bool = True) -> Iterator[list[Check]]:
    """Collect the checks that are noted inside the ``with`` block.

    Args:
        words_decide: whether a refusal with the right code in other words is a failure.
    """
    checks: list[Check] = []
    current, words = _CURRENT.set(checks), _WORDS_DECIDE.set(words_decide)
    try:
        yield checks
    finally:
        _CURRENT.reset(current)
        _WORDS_DECIDE.reset(words)


def words_decide() -> bool:
    """Return whether a refusal with the right code in other words is a failure."""
    return _WORDS_DECIDE.get()


def note_check(check: Check) -> None:
    """Add a check to those of the running test; without one, nothing happens."""
    checks = _CURRENT.get()
    if checks is not None:
        checks.append(check)


def check(
    holds: bool, otherwise: str, *, facts: str = "", expected: object = "", answered: object = ""
) -> None:
    """Check a statement about the service, and say in a sentence what happened if it is untrue.

    Args:
        holds: whether the service did what it must.
        otherwise: what happened if it did not, as a sentence without a period: ``a device that
            is not remembered took the place of the code``. It must hold no secret.
        facts: the numbers of the facts that the statement comes from, such as ``D101``.
        expected: what the service must answer, if that tells more than the sentence.
        answered: what it answered.

    Raises:
        UnexpectedResult: it did not.
    """
    verdict = Verdict.HOLDS if holds else Verdict.ANSWERED_OTHERWISE
    # What a test compares can be a secret, and nobody reads it if the statement holds.
    wanted, got = ("", "") if holds else (str(expected), str(answered))
    note_check(Check(otherwise, verdict, facts, wanted, got))
    if not holds:
        raise UnexpectedResult(
            otherwise, verdict=verdict, facts=facts, expected=wanted, answered=got
        )
