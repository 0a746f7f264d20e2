"""The checks of the test that is running, and the function that scenarios check with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from harness.errors import UnexpectedResult
from harness.verdicts.verdict import NOT, Check, Verdict

__all__ = ["check", "collecting", "note_check", "words_decide"]


class _Checklist:
    """The checks of one test, and how they are judged."""

    def __init__(self, *, words_decide: bool) -> None:
        self.words_decide = words_decide
        self.checks: list[Check] = []


# A process runs one test at a time, and a test may check in threads of its own, so these are of the
# process and not of a thread. The last one is of the running test.
_LISTS: list[_Checklist] = []
_LOCK = threading.Lock()


@contextmanager
def collecting(*, words_decide: bool = True) -> Iterator[list[Check]]:
    """Collect the checks that are noted inside the ``with`` block, in whichever thread.

    Args:
        words_decide: whether a refusal with the right code in other words is a failure.
    """
    current = _Checklist(words_decide=words_decide)
    with _LOCK:
        _LISTS.append(current)
    try:
        yield current.checks
    finally:
        with _LOCK:
            _LISTS.remove(current)


def words_decide() -> bool:
    """Return whether a refusal with the right code in other words is a failure."""
    with _LOCK:
        return _LISTS[-1].words_decide if _LISTS else True


def note_check(check: Check) -> None:
    """Add a check to those of the running test; without one, nothing happens."""
    with _LOCK:
        if _LISTS:
            _LISTS[-1].checks.append(check)


def check(
    holds: bool, otherwise: str, *, facts: str = "", expected: object = "", answered: object = ""
) -> None:
    """Check a statement about the service, and say in a sentence what happened if it is untrue.

    The check that is noted says ``not:`` before the sentence, whether it holds or not.

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
    note_check(Check(NOT + otherwise, verdict, facts, wanted, got))
    if not holds:
        raise UnexpectedResult(
            otherwise, verdict=verdict, facts=facts, expected=wanted, answered=got
        )
