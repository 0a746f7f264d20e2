"""Requests are held to the service model, in Cognito's wording."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.api.fast_validation import validate
from harness.emulator.api.service_model import is_operation, is_unsigned
from harness.emulator.refusals import Refusal

SIGN_UP = {"ClientId": "abc", "Username": "alice", "Password": "Secret-1"}


def message(operation: str, body: Any) -> str:
    """The text of the refusal that the request earns."""
    with pytest.raises(Refusal) as refused:
        validate(operation, body)
    assert refused.value.code == "InvalidParameterException"
    return refused.value.message


def test_a_right_request_passes_unchanged() -> None:
    """A request that the model allows comes out as it went in."""
    assert validate("SignUp", SIGN_UP) == SIGN_UP


@pytest.mark.fact("A303")
def test_a_missing_member_is_named_as_null() -> None:
    """A required member that is absent is reported with its path and as null."""
    text = message("SignUp", {"ClientId": "abc", "Password": "Secret-1"})
    assert text == (
        "1 validation error detected: Value null at 'username' failed to satisfy constraint: "
        "Member must not be null"
    )


@pytest.mark.fact("D086")
def test_null_counts_as_absent() -> None:
    """A JSON null is the same as no member, in structures and in maps."""
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
    """A member that the model does not know changes nothing."""
    assert validate("SignUp", {**SIGN_UP, "Unheard": 1}) == SIGN_UP


@pytest.mark.fact("A116", "A303")
def test_every_violation_is_named_at_once() -> None:
    """Two violations come in one text with their number."""
    text = message("InitiateAuth", {"ClientId": "not valid!", "AuthFlow": "NO_SUCH"})
    assert text.startswith("2 validation errors detected: ")
    assert "Value 'NO_SUCH' at 'authFlow' failed to satisfy constraint: Member must satisfy" in text
    assert r"at 'clientId' failed to satisfy constraint: Member must satisfy regular" in text


@pytest.mark.fact("A197")
def test_the_measured_order_of_mfa_configuration() -> None:
    """The one enum whose text was measured has the measured order."""
    body = {"UserPoolId": "us-east-1_abc", "MfaConfiguration": "X"}
    assert message("SetUserPoolMfaConfig", body) == (
        "1 validation error detected: Value 'X' at 'mfaConfiguration' failed to satisfy "
        "constraint: Member must satisfy enum value set: [OPTIONAL, OFF, ON]"
    )


def test_a_sensitive_value_is_not_repeated() -> None:
    """A password that breaks the model's pattern is not shown in the text."""
    text = message("SignUp", {**SIGN_UP, "Password": "with space"})
    assert "with space" not in text
    assert "Value at 'password' failed to satisfy constraint" in text


@pytest.mark.fact("A214")
@pytest.mark.parametrize(
    ("code", "violations"), [("12345", 1), ("1234567", 1), ("12345a", 1), ("12a", 2)]
)
def test_the_form_of_a_totp_code(code: str, violations: int) -> None:
    """UserCode must be six digits before anybody looks whether it is right."""
    text = message("VerifySoftwareToken", {"UserCode": code, "Session": "s" * 20})
    assert text.startswith(f"{violations} validation error")


def test_a_number_out_of_range() -> None:
    """ListUsers' Limit ends at 60."""
    assert message("ListUsers", {"UserPoolId": "us-east-1_abc", "Limit": 61}).endswith(
        "Value '61' at 'limit' failed to satisfy constraint: "
        "Member must have value less than or equal to 60"
    )


def test_paths_lead_into_lists() -> None:
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
def test_a_wrong_json_type_is_a_serialization_error(body: Any) -> None:
    """A value of another JSON type is refused before any constraint is looked at."""
    with pytest.raises(Refusal) as refused:
        validate("SignUp", body)
    assert refused.value.code == "SerializationException"


def test_a_boolean_is_no_number() -> None:
    """Python's True is an int, JSON's true is not."""
    with pytest.raises(Refusal) as refused:
        validate("ListUsers", {"UserPoolId": "us-east-1_abc", "Limit": True})
    assert refused.value.code == "SerializationException"


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\udc00\ud800"])
def test_half_a_surrogate_pair_is_no_text(text: str) -> None:
    """A JSON escape can name what no UTF-8 can carry; it is refused wherever it stands."""
    for body in ({**SIGN_UP, "Password": text}, {**SIGN_UP, "ClientMetadata": {text: "x"}}):
        with pytest.raises(Refusal) as refused:
            validate("SignUp", body)
        assert refused.value.code == "SerializationException"


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 10**400])
def test_an_integer_has_32_bits(number: int) -> None:
    """A greater one has no place in the member's type."""
    body = {"UserPoolId": "us-east-1_abc", "GroupName": "staff", "Precedence": number}
    with pytest.raises(Refusal) as refused:
        validate("CreateGroup", body)
    assert refused.value.code == "SerializationException"


@pytest.mark.parametrize("username", ["ålice", "用户", "a+b@example.com", "a_b-c.d", "²½"])
def test_user_names_of_every_script_pass(username: str) -> None:
    """The pattern's letters, marks, symbols, numbers and punctuation are Unicode's."""
    assert validate("SignUp", {**SIGN_UP, "Username": username})["Username"] == username


@pytest.mark.fact("A024")
def test_white_space_in_a_user_name_is_refused() -> None:
    """A user name holds no white space."""
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
def test_lengths_and_patterns_of_what_every_call_brings(
    member: str, longest: int, wrong: str
) -> None:
    """Each member has its greatest length and its characters."""
    request = {"ClientId": "abc", "Username": "alice", "Password": "a", "ConfirmationCode": "1"}
    path = member[0].lower() + member[1:]
    call = "ConfirmForgotPassword"
    assert validate(call, {**request, member: "a" * longest})
    for value in ("a" * (longest + 1), wrong):
        assert f"at '{path}'" in message(call, {**request, member: value})


@pytest.mark.fact("A024")
@pytest.mark.parametrize(("length", "bound"), [(0, "greater"), (129, "less")])
def test_the_length_of_a_user_name(length: int, bound: str) -> None:
    """A user name has 1 to 128 characters."""
    for allowed in (1, 128):
        assert validate("SignUp", {**SIGN_UP, "Username": "a" * allowed})
    assert bound in message("SignUp", {**SIGN_UP, "Username": "a" * length})


def test_java_word_characters_are_ascii() -> None:
    r"""``\w`` in the model's patterns is Java's, which means ASCII."""
    assert "at 'clientId'" in message("SignUp", {**SIGN_UP, "ClientId": "clé"})


@pytest.mark.fact("A301")
def test_which_operations_need_credentials() -> None:
    """The user's own operations are unsigned, the administrators' are signed."""
    assert is_operation("SignUp")
    assert not is_operation("SignUpPlease")
    assert is_unsigned("ConfirmDevice")
    assert not is_unsigned("AdminGetUser")
    assert not is_unsigned("ListUsers")
