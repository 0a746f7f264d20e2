"""Root causes: one cause for what has one reason, and several for what has several."""

from __future__ import annotations

import pytest

from harness.verdicts.causes import cause_of, causes_of, general
from harness.verdicts.run_record import FailureText
from harness.verdicts.verdict import Check, Verdict
from tests.verdicts.lines import broken, call, checked, line

CLIENT_ERROR = "An error occurred ({}) when calling the {} operation (reached max retries: 0): {}"
NOT_ASKED = "PASSWORD_VERIFIER cannot be answered: SECRET_BLOCK is not base64"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (f"harness.errors.UnexpectedResult: {NOT_ASKED}", NOT_ASKED),
        (f"UnexpectedResult: {NOT_ASKED}\nand a second line", NOT_ASKED),
        (
            CLIENT_ERROR.format("NotAuthorizedException", "ConfirmSignUp", "User not authorized"),
            "ConfirmSignUp: NotAuthorizedException: User not authorized",
        ),
        (
            "botocore.exceptions.ClientError: "
            + CLIENT_ERROR.format("InvalidAction", "AdminListDevices", "Unknown action"),
            "the service has no operation AdminListDevices",
        ),
        (
            CLIENT_ERROR.format("501", "AdminListDevices", "not implemented"),
            "the service has no operation AdminListDevices",
        ),
        (
            CLIENT_ERROR.format(
                "500",
                "SignUp",
                "<!doctype html>\n<html><title>500 Internal Server Error</title><p>long</html>",
            ),
            "SignUp: 500: an HTML page",
        ),
        (
            CLIENT_ERROR.format("Unsupported", "InitiateAuth", "unsupported feature: AuthFlow=X"),
            "InitiateAuth: Unsupported: unsupported feature: AuthFlow=X",
        ),
        (
            CLIENT_ERROR.format("Unsupported", "Resend", 'unsupported feature: target "Resend"'),
            "the service has no operation Resend",
        ),
        ("", "no reason given"),
    ],
)
def test_cause_of_a_text(text: str, cause: str) -> None:
    """The cause is the operation, the code and the text, or that an operation is missing."""
    assert cause_of(text) == cause


@pytest.mark.parametrize(
    ("one", "another"),
    [
        (
            "User pool us-east-1_AbCdEf123 does not exist.",
            "User pool eu-west-1_zzZ9 does not exist.",
        ),
        (
            "no device us-east-1_34c84488-e0e1-70ae-d2ee-991ad1a898c8",
            "no device us-east-1_44c84488-e0e1-70ae-d2ee-991ad1a898c9",
        ),
        (
            "the refused call changed Devices of 'a1b2c3-gw0-1x9k2m4p-ada-1'",
            "the refused call changed Devices of 'd4e5f6-main-7x9k2m4p-bob-2'",
        ),
        ("no code for ada-1@example.org", "no code for a***@e***"),
        ("ListUsers returned 7 users, expected 1", "ListUsers returned 12 users, expected 3"),
        ("client 1example23456789012345 is unknown", "client 7k2m4p1x9k2m4p1x9k2m4p is unknown"),
    ],
)
def test_ids_names_and_numbers_make_no_cause_of_their_own(one: str, another: str) -> None:
    """Texts that differ by what differs from scenario to scenario have the same cause."""
    assert general(one) == general(another)
    assert cause_of(one) == cause_of(another)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("SECRET_BLOCK is not base64", "SRP_B is not hexadecimal"),
        ("SignUp: 400: no", "SignUp-2: 400: no"),
        ("the TOTP secret must be base32 (RFC 4648)", "the TOTP secret must be base32 (RFC 6238)"),
    ],
)
def test_what_says_the_reason_stays(one: str, another: str) -> None:
    """Texts that give other reasons have other causes."""
    assert general(one) != general(another)


def test_a_cause_that_the_failure_names_goes_first() -> None:
    """The cause that the explanation of a failure gives decides, without its ids."""
    failed = broken("x", "first", failure=FailureText("first", cause="no pool us-east-1_AbCdEf123"))
    assert cause_of(failed) == "no pool <id>"
    again = broken("x", "first", failure=FailureText("first", cause="SignUp: 500: an HTML page"))
    assert cause_of(again) == "SignUp: 500: an HTML page"


def test_another_code_has_the_cause_of_the_same_error_elsewhere() -> None:
    """An error has one cause, in place of a refusal and before anything was asked."""
    answered = "InvalidParameterException 'Username should be an email.'"
    refused = checked(
        "refused",
        Check("InvalidPasswordException", Verdict.OTHER_CODE, "A030", "x", answered),
        calls=(call("SignUp", "InvalidParameterException"),),
    )
    unasked = CLIENT_ERROR.format(
        "InvalidParameterException", "SignUp", "Username should be an email."
    )
    assert cause_of(refused) == cause_of(unasked)


def test_what_was_accepted_names_the_operation_and_what_must_refuse_it() -> None:
    """The cause of a missing refusal says which operation accepted, and what was expected."""
    accepted = checked(
        "accepted",
        Check("Holds", Verdict.HOLDS),
        Check("NotAuthorizedException 'No'", Verdict.NOT_REFUSED, "A015"),
        calls=(call("SignUp"), call("ConfirmSignUp"), call("AdminGetUser", "Other")),
    )
    assert (
        cause_of(accepted)
        == "ConfirmSignUp accepted what it must refuse: NotAuthorizedException 'No'"
    )


def test_other_words_are_the_cause_where_nothing_else_is() -> None:
    """If words decide, the error is the cause; if another check failed as well, that one is."""
    words = Check("A 'no'", Verdict.OTHER_WORDS, "", "A 'no'", "A 'never'")
    calls = (call("SignUp", "A", "never"),)
    assert cause_of(checked("x", words, outcome="failed", calls=calls)) == "SignUp: A: never"
    other = Check("the answer differs", Verdict.ANSWERED_OTHERWISE)
    assert cause_of(checked("x", words, other, calls=calls)) == "the answer differs"


def test_an_answer_that_differs_has_its_sentence_as_the_cause() -> None:
    """The cause of a check that is untrue is its sentence."""
    differing = checked("x", Check("refresh returned another token", Verdict.ANSWERED_OTHERWISE))
    assert cause_of(differing) == "refresh returned another token"


def test_causes_are_counted_and_the_first_scenario_stands_for_them() -> None:
    """Failures are grouped, the most frequent cause first; what passed has no cause."""
    lines = [
        broken("a", "there was no code for ada@example.org within 30 s"),
        line("b"),
        broken("c[mfa_on]", NOT_ASKED),
        broken("d", NOT_ASKED),
        line("e", outcome="skipped", verdict=None, reason="no"),
    ]
    first, second = causes_of(lines)
    assert (first.text, first.count) == (NOT_ASKED, 2)
    assert (first.first, first.example) == ("scenarios/test_refresh.py::test_c[mfa_on]", NOT_ASKED)
    assert first.ids == tuple(
        f"scenarios/test_refresh.py::test_{name}" for name in ("c[mfa_on]", "d")
    )
    assert second.text == "there was no code for <email> within N s"


def test_quotes_around_an_address_stay() -> None:
    """Of a quoted address the quotes stay, both of them."""
    assert cause_of("the email is 'ada@example.org'") == "the email is '<email>'"


def test_a_cause_is_short() -> None:
    """A very long text is cut, so that a scorecard stays readable."""
    assert len(cause_of("word " * 200)) <= 160
