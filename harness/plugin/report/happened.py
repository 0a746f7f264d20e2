"""What made a test fail: one sentence, and what was expected and answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
)
from botocore.exceptions import ConnectionError as NoConnection

from harness.errors import HarnessError, ScenarioFailure, UnexpectedResult
from harness.flows.rendering import error_text
from harness.srp.group import SrpError
from harness.verdicts.causes import cause_of, cause_of_check, general
from harness.verdicts.verdict import Check, Verdict

if TYPE_CHECKING:
    from harness.flows.call import Call

__all__ = ["Happened", "happened", "needs_traceback"]

#: The names of members in Cognito's answers.
_MEMBER = re.compile(r"[A-Z][a-z]\w*")
#: The claims of Cognito's tokens, but for the attributes of users.
_CLAIMS = frozenset(
    {
        "aud",
        "auth_time",
        "client_id",
        "cognito:groups",
        "cognito:username",
        "device_key",
        "event_id",
        "exp",
        "iat",
        "iss",
        "jti",
        "origin_jti",
        "scope",
        "sub",
        "token_use",
        "username",
        "version",
    }
)


@dataclass(frozen=True)
class Happened:
    """What made a test fail.

    Attributes:
        sentence: what happened.
        cause: the same in words that other tests with this cause share.
        expected: what the service must answer; empty if the sentence says it.
        answered: what it answered.
        facts: the numbers of the facts that say so.
        verdict: how a check turned out; empty if it was no check that failed.
        code: the error code of the call that made it fail; empty without one.
    """

    sentence: str
    cause: str
    expected: str = ""
    answered: str = ""
    facts: str = ""
    verdict: str = ""
    code: str = ""


def happened(
    error: BaseException, calls: Sequence[Call], scrub: Callable[[str], str] = str
) -> Happened:
    """Return what made a test fail.

    Args:
        error: the exception.
        calls: the calls of the test so far.
        scrub: removes secrets from a text. It comes before all else: a text that has been cut or
            made general can hold a part of a secret that nobody recognizes.
    """
    if isinstance(error, UnexpectedResult):
        return _of_a_check(error, calls, scrub)
    if isinstance(error, ClientError):
        return _of_a_refusal(error, scrub)
    said = _one_line(error, scrub)
    if isinstance(error, HarnessError | ScenarioFailure):
        sentence = said
    elif (unusable := _unusable_answer(error, calls, scrub)) is not None:
        sentence = unusable
    elif isinstance(error, AssertionError):
        sentence = said or "an assertion of the test does not hold"
    elif isinstance(error, BotoCoreError):
        sentence = f"{_without_an_answer(error, calls)}: {said}"
    else:
        sentence = f"{type(error).__name__}: {said}".rstrip(": ")
    return Happened(sentence, general(sentence))


def needs_traceback(error: BaseException, calls: Sequence[Call]) -> bool:
    """Return whether the sentence alone would not say where to look: a test's own assertion."""
    if isinstance(error, AssertionError) and not isinstance(error, ScenarioFailure):
        return True
    known = isinstance(error, ClientError | BotoCoreError | HarnessError | ScenarioFailure)
    return not known and _unusable_answer(error, calls) is None


def _of_a_check(
    error: UnexpectedResult, calls: Sequence[Call], scrub: Callable[[str], str]
) -> Happened:
    sentence = _one_line(error, scrub)
    expected, answered = scrub(error.expected), scrub(error.answered)
    check = Check(expected, Verdict(error.verdict), error.facts, "", answered)
    return Happened(
        sentence,
        _cause_of_a_check(check, calls) or general(sentence),
        expected,
        error_text(answered),
        error.facts,
        str(error.verdict),
        answered.partition(" ")[0],
    )


def _cause_of_a_check(check: Check, calls: Sequence[Call]) -> str:
    """Return the service's error or the missing refusal; empty if the sentence is the cause.

    An error is one cause, whether it came in place of another error or before anything was asked.
    """
    if check.verdict in (Verdict.HOLDS, Verdict.ANSWERED_OTHERWISE):
        return ""
    if check.verdict is Verdict.NOT_ASKED and not check.answered:
        return ""
    return cause_of_check(check, [(call.operation, call.outcome) for call in calls])


def _of_a_refusal(error: ClientError, scrub: Callable[[str], str]) -> Happened:
    details = error.response.get("Error", {})
    code, message = details.get("Code", "Unknown"), scrub(str(details.get("Message", "")))
    refused = f"{error.operation_name} was refused: {code}"
    sentence = f"{refused}: {error_text(message)}" if message else refused
    return Happened(sentence, cause_of(scrub(str(error))), code=code)


def _unusable_answer(
    error: BaseException, calls: Sequence[Call], scrub: Callable[[str], str] = str
) -> str | None:
    """Return which answer lacks a member of Cognito's, or holds what SRP cannot use."""
    if isinstance(error, KeyError) and error.args and error.args[0] in _CLAIMS:
        return f"a token has no claim {error.args[0]}"
    if not calls or not calls[-1].ok:
        return None
    operation, answer = calls[-1].operation, calls[-1].answer
    if isinstance(error, KeyError) and error.args and _MEMBER.fullmatch(str(error.args[0])):
        missing = str(error.args[0])
        return None if missing in str(answer) else f"{operation} answered without {missing}"
    if isinstance(error, SrpError):
        return f"{operation} answered what SRP cannot use: {_one_line(error, scrub)}"
    return None


def _without_an_answer(error: BotoCoreError, calls: Sequence[Call]) -> str:
    if isinstance(error, HTTPClientError | NoConnection | IncompleteReadError):
        return f"{calls[-1].operation if calls else 'a call'} got no response"
    # A trace has the calls that were sent, and not all of those that were not.
    failed = bool(calls) and calls[-1].outcome == type(error).__name__
    return f"{calls[-1].operation if failed else 'a call'} was not sent"


def _one_line(error: BaseException, scrub: Callable[[str], str]) -> str:
    """Return what an error says first, as one line and without secrets."""
    text = scrub(str(error)).strip()
    if isinstance(error, AssertionError) and not isinstance(error, ScenarioFailure):
        return text.split("\n")[0]  # the rest is pytest's comparison
    return error_text(" ".join(text.split("\n\n")[0].split()))
