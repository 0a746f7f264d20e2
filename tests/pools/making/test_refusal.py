"""Why a pool could not be made: in one line, with the place of the member that is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.making.refusal import explain_refusal, place_named
from harness.pools.sources import load

POOL = """
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      Policies:
        PasswordPolicy:
          MinimumLength: 8
          TemporaryPasswordValidityDays: 7
      EmailVerificationMessage: short
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      AccessTokenValidity: 1
  Mobile:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      AccessTokenValidity: 2
"""


@pytest.fixture
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PoolConfiguration:
    """A pool with two app clients."""
    monkeypatch.chdir(tmp_path)
    Path("pool.yaml").write_text(POOL, encoding="utf-8")
    return load("pool.yaml")


def refused(operation: str, words: str) -> ClientError:
    """Return an error of the service."""
    error = {"Error": {"Code": "InvalidParameterException", "Message": words}}
    return ClientError(error, operation)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("operation", "words", "place"),
    [
        (
            "CreateUserPool",
            "1 validation error detected: Value '8' at\n'policies.passwordPolicy.minimumLength'",
            "; see pool.yaml, line 8, Resources.Pool.Properties.Policies.PasswordPolicy."
            "MinimumLength",
        ),
        (
            "CreateUserPool",
            "EmailVerificationMessage must hold {####}.",
            "; see pool.yaml, line 10, Resources.Pool.Properties.EmailVerificationMessage",
        ),
        (
            "CreateUserPool",
            "Something else.",
            "; see pool.yaml, line 5, Resources.Pool.Properties",
        ),
        ("CreateUserPoolClient", "Invalid AccessTokenValidity.", ""),
        ("CreateUserPoolClient", "Something else.", ""),
        ("DeleteUserPool", "MinimumLength.", ""),
    ],
    ids=["path", "name", "no name", "two clients", "no name of two", "other operation"],
)
def test_the_operation_the_words_and_the_place(
    configuration: PoolConfiguration, operation: str, words: str, place: str
) -> None:
    """The place is there if the words have the name of one member; else that of a sole resource."""
    said = explain_refusal(refused(operation, words), configuration)
    plain = " ".join(words.split())
    assert said == f"{operation} is refused: InvalidParameterException: {plain}{place}"


def test_what_boto3_refuses_is_one_line_too(configuration: PoolConfiguration) -> None:
    """boto3 checks requests before it sends them, and says so in several lines."""
    report = "\nInvalid length for parameter EmailVerificationMessage, value: 5"
    said = explain_refusal(ParamValidationError(report=report), configuration)
    assert said.startswith("Parameter validation failed: Invalid length for parameter Email")
    assert said.endswith(
        "; see pool.yaml, line 10, Resources.Pool.Properties.EmailVerificationMessage"
    )


def test_a_named_member_has_a_line(configuration: PoolConfiguration) -> None:
    """A member that is there once has its line; anything else has the file alone."""
    assert place_named("PasswordPolicy.MinimumLength", configuration) == "pool.yaml, line 8"
    assert place_named("AccessTokenValidity", configuration) == "pool.yaml"
