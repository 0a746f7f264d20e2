"""The sentence of a failure, and the cause that it shares with others."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from harness.errors import DeadlineExceeded, UnexpectedResult
from harness.flows.call import Call
from harness.flows.rendering import render_calls
from harness.plugin.report.exchange import exchange_lines
from harness.plugin.report.happened import happened, needs_traceback
from harness.srp.group import SrpError

GET_USER = Call("GetUser", 0.0, 0.01, "id", "ok", "", {}, {"Username": "ada"})


def refusal(message: str) -> ClientError:
    """Return the error of a refused call."""
    return ClientError(
        {"Error": {"Code": "NotAuthorizedException", "Message": message}}, "InitiateAuth"
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (refusal("No."), "InitiateAuth was refused: NotAuthorizedException: No."),
        (UnexpectedResult("refresh returned\nmore"), "refresh returned more"),
        (DeadlineExceeded("code for 'ada'", 30.0), "there was no code for 'ada' within 30 s"),
        (KeyError("UserStatus"), "GetUser answered without UserStatus"),
        (KeyError("origin_jti"), "a token has no claim origin_jti"),
        (
            SrpError("SALT is not hexadecimal"),
            "GetUser answered what SRP cannot use: SALT is not hexadecimal",
        ),
        (
            EndpointConnectionError(endpoint_url="http://x"),
            'GetUser got no response: Could not connect to the endpoint URL: "http://x"',
        ),
    ],
)
def test_an_error_of_the_service_is_a_sentence(error: Exception, sentence: str) -> None:
    """It says what happened without a traceback, and shares its cause with others."""
    found = happened(error, [GET_USER])
    assert found.sentence == sentence
    assert not needs_traceback(error, [GET_USER])


@pytest.mark.parametrize(
    "error",
    [AssertionError("assert 1 == 2"), KeyError("my_key"), KeyError("Username"), TypeError("x")],
)
def test_an_error_of_the_test_needs_pytests_own_report(error: Exception) -> None:
    """A mistake in a test, such as a wrong key of its own, is not blamed on the service."""
    assert needs_traceback(error, [GET_USER])
    assert "answered" not in happened(error, [GET_USER]).sentence


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("client 1a2b3c4d5e6f7g8h9i0jk", "client 9z8y7x6w5v4u3t2s1r0qp"),
        ("of 'a1b2c3-main-xn1vfyj1-ada-1'", "of 'd4e5f6-gw0-w3jhvj99-bob-2'"),
        ("us-east-1_79f35099-55e4", "eu-west-1_1243749c-8400"),
        ("within 30 s", "within 1.5 s"),
    ],
)
def test_causes_are_the_same_without_ids_and_times(one: str, other: str) -> None:
    """What differs by chance does not make two causes of one."""
    assert cause(f"no answer {one}.") == cause(f"no answer {other}.")
    assert cause("one thing") != cause("another thing")


def test_a_cause_is_short_whatever_a_service_says() -> None:
    """A text of any length has a cause of one line, which is found at once."""
    assert len(cause("a-" * 500_000)) < 200


PAGE = "<!DOCTYPE html>\n<html><title>502 Bad Gateway</title>\n" + "<p>so</p>\n" * 2000 + "</html>"


@pytest.mark.parametrize(
    "error",
    [
        refusal(PAGE),
        UnexpectedResult(f"SignUp answered 502 {PAGE!r}", answered=f"502 {PAGE!r}"),
        UnexpectedResult("SignUp answered otherwise", answered=f"502 {PAGE!r}"),
        DeadlineExceeded(f"code, and the server answered {PAGE}", 30.0),
    ],
)
def test_a_page_is_told_by_its_size(error: Exception) -> None:
    """An error page of a proxy takes no more than a few words of a report."""
    found = happened(error, [GET_USER])
    assert re.search(r"an HTML page, 2\d KB", found.sentence + found.answered)
    assert "<p>" not in found.sentence + found.answered
    assert found.cause.count("an HTML page") < 2


def test_a_page_among_the_calls_is_told_by_its_size() -> None:
    """The calls of a failed test show no page, in the explanation and in full."""
    refused = Call("SignUp", 0.0, 0.01, "id", "502", PAGE, {"Username": "ada"}, {})
    assert "   answered 502: an HTML page, 20 KB" in exchange_lines([refused])
    assert "    error    502: an HTML page, 20 KB" in render_calls([refused]).split("\n")
    endless = replace(refused, message="so " * 2000)
    assert "s… (6 KB in all)" in render_calls([endless])


def cause(text: str) -> str:
    """Return the cause of a check that failed with a text."""
    return happened(UnexpectedResult(text), [GET_USER]).cause


def test_a_call_that_was_not_sent_is_not_one_without_a_response() -> None:
    """An error of the client says so, and names the operation if the trace has that call."""
    unsent = ParamValidationError(report="no Session")
    call = Call("SignUp", 0.0, 0.01, "", "ParamValidationError", "", {}, {})
    assert happened(unsent, [GET_USER]).sentence.startswith("a call was not sent: ")
    assert happened(unsent, [GET_USER, call]).sentence.startswith("SignUp was not sent: ")
    sentence = "a call was not sent: Unable to locate credentials"
    assert happened(NoCredentialsError(), []).sentence == sentence


#: What the patterns of causes take for an address, a number and the end of a sentence.
PASSWORD = "Xy-77 @Planted.3-secret"


@pytest.mark.parametrize(
    "error",
    [
        refusal(f"no user has {PASSWORD} here"),
        UnexpectedResult(f"it answered {PASSWORD}"),
        UnexpectedResult(
            "no",
            verdict="refused with another code",
            expected=PASSWORD,
            answered=f"OtherException 'wrong: {PASSWORD}'",
        ),
        UnexpectedResult("no", verdict="not refused", expected=f"no {PASSWORD} is taken"),
        ValueError(f"{PASSWORD} is wrong"),
    ],
)
def test_no_part_of_a_secret_is_left(error: Exception) -> None:
    """A secret is masked before a text is made general, which would change what is left of it."""
    found = happened(error, [], lambda text: text.replace(PASSWORD, "[redacted]"))
    said = " ".join(str(member) for member in vars(found).values())
    assert "[redacted]" in said
    assert not [part for part in ("Xy", "77", "Planted", "secret") if part in said]
