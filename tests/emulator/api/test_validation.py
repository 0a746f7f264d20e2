"""Requests must fit the service model; violations are reported in Cognito's wording."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.api.fast_validation import validate
from harness.emulator.api.service_model import is_operation, is_unsigned
from harness.emulator.refusals import Refusal

SIGN_UP = {"ClientId": "abc", "Username": "alice", "Password": "Secret-1"}


def message(operation: str, body: Any) -> str:
    """Return the message of the refusal of a request."""
    with pytest.raises(Refusal) as refused:
        validate(operation, body)
    assert refused.value.code == "InvalidParameterException"
    return refused.value.message


def test_valid_request_is_returned_unchanged() -> None:
    """A request that the model allows is returned unchanged."""
    assert validate("SignUp", SIGN_UP) == SIGN_UP


@pytest.mark.fact("A303")
def test_missing_member_is_reported_as_null() -> None:
    """A missing required member is reported by its path, with the value null."""
    text = message("SignUp", {"ClientId": "abc", "Password": "Secret-1"})
    assert text == (
        "1 validation error detected: Value null at 'username' failed to satisfy constraint: "
        "Member must not be null"
    )


@pytest.mark.fact("D086")
def test_null_counts_as_absent() -> None:
    """A JSON null counts as a missing member, in structures and in maps."""
    body = {
        "ClientId": "abc",
        "ChallengeName": "PASSWORD_VERIFIER",
        "Session": None,
        "ChallengeResponses": {"USERNAME": "alice", "DEVICE_KEY": None},
    }
    found = validate("RespondToAuthChallenge", body)
    assert "Session" not in found
    assert found["ChallengeResponses"] == {"USERNAME": "alice"}


def test_unknown_members_are_ignored() -> None:
    """A member that the model does not know has no effect."""
    assert validate("SignUp", {**SIGN_UP, "Unheard": 1}) == SIGN_UP


@pytest.mark.fact("A116", "A303")
def test_all_violations_are_reported_together() -> None:
    """Two violations are reported in one message that states their number."""
    text = message("InitiateAuth", {"ClientId": "not valid!", "AuthFlow": "NO_SUCH"})
    assert text.startswith("2 validation errors detected: ")
    assert "Value 'NO_SUCH' at 'authFlow' failed to satisfy constraint: Member must satisfy" in text
    assert r"at 'clientId' failed to satisfy constraint: Member must satisfy regular" in text


@pytest.mark.fact("A197")
def test_mfa_configuration_values_have_the_measured_order() -> None:
    """The values of MfaConfiguration are listed in the order measured on the service."""
    body = {"UserPoolId": "us-east-1_abc", "MfaConfiguration": "X"}
    assert message("SetUserPoolMfaConfig", body) == (
        "1 validation error detected: Value 'X' at 'mfaConfiguration' failed to satisfy "
        "constraint: Member must satisfy enum value set: [OPTIONAL, OFF, ON]"
    )


def test_sensitive_value_is_not_quoted() -> None:
    """The message does not quote a password that breaks the model's pattern."""
    text = message("SignUp", {**SIGN_UP, "Password": "with space"})
    assert "with space" not in text
    assert "Value at 'password' failed to satisfy constraint" in text


@pytest.mark.fact("A214")
@pytest.mark.parametrize(
    ("code", "violations"), [("12345", 1), ("1234567", 1), ("12345a", 1), ("12a", 2)]
)
def test_totp_code_must_be_six_digits(code: str, violations: int) -> None:
    """UserCode must be six digits, which is checked before the code itself."""
    text = message("VerifySoftwareToken", {"UserCode": code, "Session": "s" * 20})
    assert text.startswith(f"{violations} validation error")


def test_number_out_of_range_is_refused() -> None:
    """ListUsers accepts a Limit of at most 60."""
    assert message("ListUsers", {"UserPoolId": "us-east-1_abc", "Limit": 61}).endswith(
        "Value '61' at 'limit' failed to satisfy constraint: "
        "Member must have value less than or equal to 60"
    )


def test_violation_in_a_list_names_the_element() -> None:
    """A violation inside a list names the element, counted from one."""
    body = {**SIGN_UP, "UserAttributes": [{"Name": "email", "Value": "x"}, {"Value": "x"}]}
    assert "Value null at 'userAttributes.2.member.name'" in message("SignUp", body)


@pytest.mark.fact("A304")
@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        None,
        {**SIGN_UP, "Username": 7},
        {**SIGN_UP, "Username": True},
        {**SIGN_UP, "UserAttributes": {}},
        {**SIGN_UP, "UserAttributes": ["email"]},
        {**SIGN_UP, "ClientMetadata": []},
        {**SIGN_UP, "ClientMetadata": {"a": 1}},
    ],
)
def test_wrong_json_type_is_a_serialization_error(body: Any) -> None:
    """A value of the wrong JSON type is refused before any constraint is checked."""
    with pytest.raises(Refusal) as refused:
        validate("SignUp", body)
    assert refused.value.code == "SerializationException"


def test_boolean_is_not_a_number() -> None:
    """A JSON true is not a number, although Python's True is an int."""
    with pytest.raises(Refusal) as refused:
        validate("ListUsers", {"UserPoolId": "us-east-1_abc", "Limit": True})
    assert refused.value.code == "SerializationException"


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\udc00\ud800"])
def test_lone_surrogate_is_refused(text: str) -> None:
    """A JSON escape for half a surrogate pair, which UTF-8 cannot encode, is refused everywhere."""
    for body in ({**SIGN_UP, "Password": text}, {**SIGN_UP, "ClientMetadata": {text: "x"}}):
        with pytest.raises(Refusal) as refused:
            validate("SignUp", body)
        assert refused.value.code == "SerializationException"


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 10**400])
def test_integer_must_fit_32_bits(number: int) -> None:
    """An integer of more than 32 bits is refused."""
    body = {"UserPoolId": "us-east-1_abc", "GroupName": "staff", "Precedence": number}
    with pytest.raises(Refusal) as refused:
        validate("CreateGroup", body)
    assert refused.value.code == "SerializationException"


@pytest.mark.parametrize("username", ["ålice", "用户", "a+b@example.com", "a_b-c.d", "²½"])
def test_username_may_use_any_script(username: str) -> None:
    """A username may have Unicode letters, marks, symbols, numbers and punctuation."""
    assert validate("SignUp", {**SIGN_UP, "Username": username})["Username"] == username


@pytest.mark.fact("A024")
def test_username_with_white_space_is_refused() -> None:
    """A username must not contain white space."""
    assert "at 'username'" in message("SignUp", {**SIGN_UP, "Username": "a b"})


@pytest.mark.fact("A028")
@pytest.mark.parametrize(
    ("member", "longest", "wrong"),
    [
        ("ClientId", 128, "a-b"),
        ("SecretHash", 128, "a b"),
        ("Password", 256, "a b"),
        ("ConfirmationCode", 2048, "a b"),
    ],
)
def test_common_members_have_lengths_and_patterns(member: str, longest: int, wrong: str) -> None:
    """Common members have a maximum length and a set of allowed characters."""
    request = {"ClientId": "abc", "Username": "alice", "Password": "a", "ConfirmationCode": "1"}
    path = member[0].lower() + member[1:]
    call = "ConfirmForgotPassword"
    assert validate(call, {**request, member: "a" * longest})
    for value in ("a" * (longest + 1), wrong):
        assert f"at '{path}'" in message(call, {**request, member: value})


@pytest.mark.fact("A024")
@pytest.mark.parametrize(("length", "bound"), [(0, "greater"), (129, "less")])
def test_username_has_1_to_128_characters(length: int, bound: str) -> None:
    """A username has 1 to 128 characters."""
    for allowed in (1, 128):
        assert validate("SignUp", {**SIGN_UP, "Username": "a" * allowed})
    assert bound in message("SignUp", {**SIGN_UP, "Username": "a" * length})


def test_word_characters_in_patterns_are_ascii() -> None:
    r"""``\w`` in the model's patterns has Java's meaning: ASCII only."""
    assert "at 'clientId'" in message("SignUp", {**SIGN_UP, "ClientId": "clé"})


@pytest.mark.fact("A301")
def test_only_administrator_operations_need_credentials() -> None:
    """User operations are unsigned; administrator operations are signed."""
    assert is_operation("SignUp")
    assert not is_operation("SignUpPlease")
    assert is_unsigned("ConfirmDevice")
    assert not is_unsigned("AdminGetUser")
    assert not is_unsigned("ListUsers")
