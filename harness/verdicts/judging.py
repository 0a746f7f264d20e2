"""The verdict of a test: from its checks, and from the error that ended it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import CodeType, FunctionType
from typing import Any

from harness.errors import HarnessError
from harness.verdicts.verdict import Check, RefusalCheck, Verdict, worst

__all__ = [
    "checks_refusals",
    "is_no_answer",
    "is_not_offered",
    "is_unknown_operation",
    "verdict_of",
]

#: What services answer to an operation that they do not have.
_UNKNOWN_OPERATION = frozenset(
    {
        "InvalidAction",
        "NotImplemented",
        "NotImplementedException",
        "UnknownOperation",
        "UnknownOperationException",
        "Unsupported",
        "UnsupportedOperation",
    }
)
# botocore's code of an error without a code of its own is the HTTP status.
_WITHOUT_ERROR = frozenset({"404", "405", "501"})
#: What services answer if they had no time for a call, or broke on it.
_BUSY_OR_BROKEN = frozenset(
    {
        "InternalError",
        "InternalErrorException",
        "InternalFailure",
        "InternalServerError",
        "InternalServerErrorException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_FIRST_SERVER_ERROR = 500
_CHECKS_A_REFUSAL = "refused"


def verdict_of(
    checks: Iterable[Check],
    error: BaseException | None = None,
    *,
    in_setup: bool = False,
    has_refusals: bool = False,
) -> Verdict:
    """Return how a test turned out that was not skipped.

    Args:
        checks: what was checked before it ended.
        error: what ended it; ``None`` if it passed.
        in_setup: whether it ended before its own code began.
        has_refusals: whether it is there to check refusals.
    """
    noted = list(checks)
    if error is None:
        return _of_passed(noted)
    if in_setup:
        return Verdict.NOT_ASKED
    stated = getattr(error, "verdict", None)
    if stated is not None:
        return Verdict(stated)
    if isinstance(error, HarnessError) or _has_no_answer(error):
        return Verdict.NOT_ASKED
    if _is_of_the_service(error):
        asked = any(_is_judged_refusal(check) for check in noted)
        early = has_refusals and not asked
        return Verdict.NOT_ASKED if early or is_no_answer(error) else Verdict.ANSWERED_OTHERWISE
    return Verdict.ANSWERED_OTHERWISE


def is_not_offered(error: BaseException) -> bool:
    """Return whether an error says that the service does not have the operation at all."""
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        return False
    details = response.get("Error") or {}
    return is_unknown_operation(str(details.get("Code", "")), str(details.get("Message", "")))


def is_no_answer(error: BaseException) -> bool:
    """Return whether an error says nothing about the rule that was asked about.

    The service does not have the operation, was asked too often at once, or broke on the call.
    """
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        return False
    code = str((response.get("Error") or {}).get("Code", ""))
    status = (response.get("ResponseMetadata") or {}).get("HTTPStatusCode", 0)
    broke = status >= _FIRST_SERVER_ERROR or (code.isdigit() and int(code) >= _FIRST_SERVER_ERROR)
    return broke or code in _BUSY_OR_BROKEN or is_not_offered(error)


def is_unknown_operation(code: str, message: str = "") -> bool:
    """Return whether a code and its text say that the service does not have the operation."""
    if code in _UNKNOWN_OPERATION or code in _WITHOUT_ERROR:
        return True
    # cognito-local answers 500 without a code.
    return "unsupported feature" in message.lower()


def checks_refusals(function: Callable[..., Any] | None) -> bool:
    """Return whether a test checks a refusal, itself or in a function of its module."""
    function = getattr(function, "__func__", function)
    if not isinstance(function, FunctionType):
        return False
    seen: set[str] = set()
    return _checks_refusals(function, seen)


def _checks_refusals(function: FunctionType, seen: set[str]) -> bool:
    names = set(_names_in(function.__code__))
    if _CHECKS_A_REFUSAL in names:
        return True
    for name in names - seen:
        seen.add(name)
        helper = function.__globals__.get(name)
        if not isinstance(helper, FunctionType) or helper.__module__ != function.__module__:
            continue
        if _checks_refusals(helper, seen):
            return True
    return False


def _names_in(code: CodeType) -> Iterable[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def _is_judged_refusal(check: Check) -> bool:
    return isinstance(check, RefusalCheck) and check.verdict is not Verdict.NOT_ASKED


def _of_passed(checks: list[Check]) -> Verdict:
    # What could be asked decides: a comparison that the service does not allow hides no refusal.
    asked = [check.verdict for check in checks if check.verdict is not Verdict.NOT_ASKED]
    return worst(asked or [check.verdict for check in checks])


def _is_of_the_service(error: BaseException) -> bool:
    from botocore.exceptions import ClientError  # few tests fail

    return isinstance(error, ClientError)


def _has_no_answer(error: BaseException) -> bool:
    """Return whether the error is botocore's own: what a service answers is a ClientError.

    The call was not sent, for example without credentials, or got no response that can be read.
    """
    from botocore.exceptions import BotoCoreError

    return isinstance(error, BotoCoreError)
