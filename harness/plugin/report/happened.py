"""What made a test fail: one sentence, and what was expected and answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

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


def happened(error: BaseException, calls: Sequence[Call]) -> Happened:
    """Return what made a test fail.

    Args:
        error: the exception.
        calls: the calls of the test so far.
    """
    if isinstance(error, UnexpectedResult):
        return _of_a_check(error, calls)
    if isinstance(error, ClientError):
        return _of_a_refusal(error)
    if isinstance(error, HarnessError | ScenarioFailure):
        sentence = _one_line(error)
    elif (unusable := _unusable_answer(error, calls)) is not None:
        sentence = unusable
    elif isinstance(error, AssertionError):
        sentence = _one_line(error) or "an assertion of the test does not hold"
    elif isinstance(error, BotoCoreError):
        sentence = f"{_last_operation(calls)} got no response: {_one_line(error)}"
    else:
        sentence = f"{type(error).__name__}: {_one_line(error)}".rstrip(": ")
    return Happened(sentence, general(sentence))


def needs_traceback(error: BaseException, calls: Sequence[Call]) -> bool:
    """Return whether the sentence alone would not say where to look: a test's own assertion."""
    if isinstance(error, AssertionError) and not isinstance(error, ScenarioFailure):
        return True
    known = isinstance(error, ClientError | BotoCoreError | HarnessError | ScenarioFailure)
    return not known and _unusable_answer(error, calls) is None


def _of_a_check(error: UnexpectedResult, calls: Sequence[Call]) -> Happened:
    sentence = _one_line(error)
    return Happened(
        sentence,
        _cause_of_a_check(error, calls) or general(sentence),
        error.expected,
        error_text(error.answered),
        error.facts,
        str(error.verdict),
        error.answered.partition(" ")[0],
    )


def _cause_of_a_check(error: UnexpectedResult, calls: Sequence[Call]) -> str:
    """Return the service's error or the missing refusal; empty if the sentence is the cause.

    An error is one cause, whether it came in place of another error or before anything was asked.
    """
    if error.verdict not in (Verdict.OTHER_WORDS, Verdict.OTHER_CODE, Verdict.NOT_REFUSED):
        return ""
    check = Check(error.expected, Verdict(error.verdict), error.facts, "", error.answered)
    return cause_of_check(check, [(call.operation, call.outcome) for call in calls])


def _of_a_refusal(error: ClientError) -> Happened:
    details = error.response.get("Error", {})
    code, message = details.get("Code", "Unknown"), str(details.get("Message", ""))
    refused = f"{error.operation_name} was refused: {code}"
    sentence = f"{refused}: {error_text(message)}" if message else refused
    return Happened(sentence, cause_of(str(error)), code=code)


def _unusable_answer(error: BaseException, calls: Sequence[Call]) -> str | None:
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
        return f"{operation} answered what SRP cannot use: {_one_line(error)}"
    return None


def _last_operation(calls: Sequence[Call]) -> str:
    return calls[-1].operation if calls else "a call"


def _one_line(error: BaseException) -> str:
    """Return what an error says first, as one line."""
    text = str(error).strip()
    if isinstance(error, AssertionError) and not isinstance(error, ScenarioFailure):
        return text.split("\n")[0]  # the rest is pytest's comparison
    return error_text(" ".join(text.split("\n\n")[0].split()))
