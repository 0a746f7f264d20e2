"""The rules of repeated calls: every operation has one, and what the parameters change."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from harness.emulator.api.service_model import is_operation
from harness.flows.quotas import CATEGORIES
from harness.flows.retry_rules import RULES, Believed, believed, is_believed

NAMES = [name for names in RULES.values() for name in names]


def test_each_rule_is_of_one_operation_that_exists() -> None:
    """No operation has two rules, and none is misspelled."""
    assert [name for name, count in Counter(NAMES).items() if count > 1] == []
    assert [name for name in NAMES if not is_operation(name)] == []


def test_every_operation_of_the_harness_has_a_rule() -> None:
    """An operation that the harness calls is not left to the rule for unknown ones."""
    called = {name for names in CATEGORIES.values() for name in names}
    assert called - set(NAMES) == set()


def test_unknown_operation_is_not_repeated() -> None:
    """Nobody has thought about it."""
    assert believed("SignUpTwice", {}) is Believed.NOTHING


def preferring(challenge: str) -> dict[str, Any]:
    """Return the parameters of a start of USER_AUTH with PREFERRED_CHALLENGE."""
    return {"AuthFlow": "USER_AUTH", "AuthParameters": {"PREFERRED_CHALLENGE": challenge}}


EMAIL = {"UserAttributes": [{"Name": "email", "Value": "ada@example.org"}]}
NAME = {"UserAttributes": [{"Name": "name", "Value": "Ada"}]}


@pytest.mark.parametrize(
    ("operation", "parameters", "rule"),
    [
        ("InitiateAuth", {"AuthFlow": "USER_SRP_AUTH"}, Believed.ANY),
        ("InitiateAuth", {"AuthFlow": "USER_PASSWORD_AUTH"}, Believed.SUCCESS),
        ("InitiateAuth", {"AuthFlow": "USER_AUTH"}, Believed.ANY),
        ("AdminInitiateAuth", preferring("PASSWORD_SRP"), Believed.ANY),
        ("InitiateAuth", preferring("WEB_AUTHN"), Believed.ANY),
        ("InitiateAuth", preferring("PASSWORD"), Believed.SUCCESS),
        ("InitiateAuth", preferring("EMAIL_OTP"), Believed.SUCCESS),
        ("InitiateAuth", {"AuthFlow": "USER_AUTH", "Session": "s"}, Believed.SUCCESS),
        ("InitiateAuth", {"AuthFlow": "REFRESH_TOKEN_AUTH"}, Believed.SUCCESS),
        ("AdminInitiateAuth", {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH"}, Believed.SUCCESS),
        ("UpdateUserAttributes", NAME, Believed.ANY),
        ("UpdateUserAttributes", EMAIL, Believed.NOTHING),
        ("AdminUpdateUserAttributes", EMAIL, Believed.NOTHING),
        ("AdminCreateUser", {}, Believed.SUCCESS),
        ("AdminCreateUser", {"MessageAction": "RESEND"}, Believed.NOTHING),
    ],
)
def test_parameters_decide(operation: str, parameters: dict[str, Any], rule: Believed) -> None:
    """What proves a password, or sends a code, is repeated with more care."""
    assert believed(operation, parameters) is rule


@pytest.mark.parametrize(
    ("rule", "operation", "parsed", "expected"),
    [
        (Believed.ANY, "GetUser", {"Error": {"Code": "NotAuthorizedException"}}, True),
        (Believed.SUCCESS, "SignUp", {"UserSub": "1"}, True),
        (Believed.SUCCESS, "SignUp", {"Error": {"Code": "UsernameExistsException"}}, False),
        (Believed.SUCCESS, "InitiateAuth", {"ChallengeName": "SOFTWARE_TOKEN_MFA"}, True),
        (Believed.SUCCESS, "InitiateAuth", {"ChallengeName": "EMAIL_OTP"}, False),
        (Believed.SUCCESS, "RespondToAuthChallenge", {"ChallengeName": "EMAIL_OTP"}, True),
    ],
)
def test_what_the_second_response_proves(
    rule: Believed, operation: str, parsed: dict[str, Any], expected: bool
) -> None:
    """A refusal may be the first call's doing, and so may a code that was sent again."""
    assert is_believed(rule, operation, parsed) is expected
