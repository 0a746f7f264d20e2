"""What a test's checks and its error say about the service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from harness.errors import DeadlineExceeded, UnexpectedChallenge, UnexpectedResult
from harness.verdicts.judging import checks_refusals, is_no_answer, is_not_offered, verdict_of
from harness.verdicts.verdict import Check, RefusalCheck, Verdict
from scenarios.support.refusals import WRONG_PASSWORD, refused

HOLDS = Check("it holds", Verdict.HOLDS)


def noted(*verdicts: Verdict) -> list[Check]:
    """Return checks with these verdicts."""
    return [Check("a statement", verdict) for verdict in verdicts]


def error(code: str, message: str = "") -> ClientError:
    """Return an error of a service."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "SignUp")


@pytest.mark.parametrize(
    ("checks", "verdict"),
    [
        ((), Verdict.HOLDS),
        ((Verdict.HOLDS, Verdict.HOLDS), Verdict.HOLDS),
        ((Verdict.HOLDS, Verdict.OTHER_WORDS), Verdict.OTHER_WORDS),
        ((Verdict.HOLDS, Verdict.NOT_ASKED), Verdict.HOLDS),
        ((Verdict.NOT_ASKED, Verdict.OTHER_WORDS), Verdict.OTHER_WORDS),
        ((Verdict.NOT_ASKED,), Verdict.NOT_ASKED),
    ],
)
def test_passed(checks: tuple[Verdict, ...], verdict: Verdict) -> None:
    """What could be asked decides about a test that passed, the worst of it first."""
    assert verdict_of(noted(*checks)) is verdict


@pytest.mark.parametrize(
    ("ended_by", "verdict"),
    [
        (UnexpectedResult("x", verdict=Verdict.NOT_REFUSED), Verdict.NOT_REFUSED),
        (UnexpectedResult("x", verdict=Verdict.OTHER_CODE), Verdict.OTHER_CODE),
        (UnexpectedResult("x"), Verdict.ANSWERED_OTHERWISE),
        (UnexpectedChallenge("SMS_MFA"), Verdict.ANSWERED_OTHERWISE),
        (AssertionError("x"), Verdict.ANSWERED_OTHERWISE),
        (KeyError("Session"), Verdict.ANSWERED_OTHERWISE),
        (DeadlineExceeded("code", 1), Verdict.NOT_ASKED),
        (EndpointConnectionError(endpoint_url="http://x"), Verdict.NOT_ASKED),
        (ReadTimeoutError(endpoint_url="http://x"), Verdict.NOT_ASKED),
        (ParamValidationError(report="Session is None"), Verdict.NOT_ASKED),
        (NoCredentialsError(), Verdict.NOT_ASKED),
        (error("NotAuthorizedException"), Verdict.ANSWERED_OTHERWISE),
        (error("UnknownOperationException"), Verdict.NOT_ASKED),
        (error("501"), Verdict.NOT_ASKED),
        (error("TooManyRequestsException"), Verdict.NOT_ASKED),
        (error("InternalErrorException"), Verdict.NOT_ASKED),
    ],
)
def test_failed(ended_by: BaseException, verdict: Verdict) -> None:
    """The error that ended a test decides, whatever it had checked before."""
    refused_before = RefusalCheck("it is refused", Verdict.HOLDS)
    assert verdict_of([refused_before], ended_by, has_refusals=True) is verdict


def test_failed_in_setup() -> None:
    """Whatever goes wrong before a test begins, the test could not be asked."""
    assert verdict_of([], AssertionError("x"), in_setup=True) is Verdict.NOT_ASKED


@pytest.mark.parametrize(
    ("has_refusals", "checks", "verdict"),
    [
        (True, [], Verdict.NOT_ASKED),
        (True, [HOLDS], Verdict.NOT_ASKED),
        (True, [RefusalCheck("it is refused", Verdict.NOT_ASKED)], Verdict.NOT_ASKED),
        (True, [RefusalCheck("it is refused", Verdict.HOLDS)], Verdict.ANSWERED_OTHERWISE),
        (False, [], Verdict.ANSWERED_OTHERWISE),
    ],
)
def test_error_on_the_way(has_refusals: bool, checks: list[Check], verdict: Verdict) -> None:
    """An error before the refusal that a test is about keeps it from being asked."""
    found = verdict_of(checks, error("InvalidParameterException"), has_refusals=has_refusals)
    assert found is verdict


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        (error("UnknownOperationException"), True),
        (error("UnknownOperation"), True),
        (error("InvalidAction"), True),
        (error("NotImplemented"), True),
        (error("404"), True),
        (error("500", "Cognito Local unsupported feature: AdminListDevices"), True),
        (error("500", "Internal Server Error"), False),
        (error("ResourceNotFoundException", "Device does not exist."), False),
        (ValueError("404"), False),
    ],
)
def test_operation_that_a_service_does_not_have(found: BaseException, missing: bool) -> None:
    """Only an error about the operation itself says that the service lacks it."""
    assert is_not_offered(found) is missing


@pytest.mark.parametrize(
    ("code", "status", "says_nothing"),
    [
        ("UnknownOperationException", 400, True),
        ("TooManyRequestsException", 400, True),
        ("InternalErrorException", 500, True),
        ("500", 500, True),
        ("503", 503, True),
        ("SomethingElse", 502, True),
        ("LimitExceededException", 400, False),
        ("NotAuthorizedException", 400, False),
        ("UnexpectedLambdaException", 400, False),
    ],
)
def test_answer_that_says_nothing(code: str, status: int, says_nothing: bool) -> None:
    """A service that is busy or breaks says nothing about a rule; a limit of Cognito's does."""
    metadata = {"HTTPStatusCode": status}
    found = ClientError(
        {"Error": {"Code": code}, "ResponseMetadata": metadata},  # type: ignore[typeddict-item]
        "SignUp",
    )
    assert is_no_answer(found) is says_nothing


def _refuses(call: Callable[[], Any]) -> None:
    with refused(WRONG_PASSWORD):
        call()


def _refuses_in_a_helper() -> None:
    _refuses(list)


def _refuses_inside() -> None:
    def each() -> None:
        _refuses(list)

    each()


class Methods:
    """A class of tests."""

    def test_here(self) -> None:
        """Check a refusal."""
        _refuses(list)


def _walks() -> None:
    noted(Verdict.HOLDS)


@pytest.mark.parametrize(
    ("function", "checks"),
    [
        (_refuses, True),
        (_refuses_in_a_helper, True),
        (_refuses_inside, True),
        (Methods().test_here, True),
        (_walks, False),
        (len, False),
        (None, False),
    ],
)
def test_whether_a_test_checks_refusals(function: Any, checks: bool) -> None:
    """A test checks refusals if it, or a helper in its module, uses the function for that."""
    assert checks_refusals(function) is checks
