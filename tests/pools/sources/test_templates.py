"""CloudFormation's short tags, functions, parameters and names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.sources import load, read
from tests.pools.sources.files import template

MORE = """
Parameters:
  Name: {Type: String, Default: given}
  Asked: {Type: String}
  Many: {Type: CommaDelimitedList, Default: "email, phone_number"}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /names/pool}
Mappings:
  Tiers:
    given: {tier: PLUS}
Conditions:
  Given: !Equals [!Ref Name, given]
  Other: !Not [!Condition Given]
  Open: !Equals [!Ref Asked, yes]
  Both: !And [!Condition Given, !Condition Open]
  Either: !Or [!Condition Given, !Condition Open]
"""


def value(tmp_path: Path, setting: str, text: str) -> Any:
    """Return the value of a property of a pool."""
    return load(template(tmp_path, f"{setting}: {text}", MORE)).pool.value(setting)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!Ref Name", "given"),
        ("{Ref: Name}", "given"),
        ('!Sub "${Name}-pool-${!literal}"', "given-pool-${literal}"),
        ('!Sub ["${Name}-${x}", {x: !Ref Name}]', "given-given"),
        ('!Join ["-", [a, !Ref Name]]', "a-given"),
        ("!If [Given, a, b]", "a"),
        ("!If [Other, a, b]", "b"),
        ("!If [Either, a, b]", "a"),
        ("!Ref AWS::NoValue", None),
        ("!Ref Asked", Unknown("Ref Asked")),
        ("!Ref Stored", Unknown("Ref Stored")),
        ("!Ref AWS::StackName", Unknown("Ref AWS::StackName")),
        ('!Sub "${Asked}-pool"', Unknown("Fn::Sub ${Asked}-pool")),
        ('!Join ["-", [a, !Ref Asked]]', Unknown("Fn::Join of Ref Asked")),
        ("!If [Open, a, b]", Unknown("Condition Open")),
        ("!If [Both, a, b]", Unknown("Condition Both")),
        ("!If [Missing, a, b]", Unknown("Condition Missing")),
        ("!ImportValue name", Unknown("Fn::ImportValue name")),
        ("!GetAtt Other.Name", Unknown("Fn::GetAtt Other.Name")),
    ],
)
def test_a_function_is_evaluated_or_unknown(tmp_path: Path, text: str, expected: Any) -> None:
    """A function is evaluated if the template suffices; otherwise it is unknown, with a reason."""
    assert (
        load(template(tmp_path, f"UserPoolName: {text}", MORE)).pool.value("PoolName") == expected
    )


def test_lists_and_mappings(tmp_path: Path) -> None:
    """A list parameter is a list, and a mapping is looked up by a parameter."""
    assert value(tmp_path, "AutoVerifiedAttributes", "!Ref Many") == ["email", "phone_number"]
    assert value(tmp_path, "UserPoolTier", "!FindInMap [Tiers, !Ref Name, tier]") == "PLUS"


def test_a_default_is_noted(tmp_path: Path) -> None:
    """A note says that a Default was used, because a deployment can override it."""
    found = load(template(tmp_path, 'UserPoolName: !Sub "${Name}-pool"', MORE))
    assert found.pool.notes() == {"PoolName": "Default of parameter Name"}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (
            "MfaConfiguration: 'ON'\nEnabledMfas: [SOFTWARE_TOKEN_MFA]",
            {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}},
        ),
        (
            "EnabledMfas: [SMS_MFA]\nSmsAuthenticationMessage: '{####}'\n"
            "SmsConfiguration: {SnsCallerArn: 'arn:aws:iam::123456789012:role/sms'}",
            {
                "SmsMfaConfiguration": {
                    "SmsAuthenticationMessage": "{####}",
                    "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"},
                }
            },
        ),
        (
            "EnabledMfas: [EMAIL_OTP]\nEmailAuthenticationSubject: Code",
            {"EmailMfaConfiguration": {"Subject": "Code"}},
        ),
        (
            "WebAuthnRelyingPartyID: example.com\nEmailAuthenticationSubject: Unused",
            {"WebAuthnConfiguration": {"RelyingPartyId": "example.com"}},
        ),
        (
            "EnabledMfas: !If [Open, [SMS_MFA], [SOFTWARE_TOKEN_MFA]]",
            dict.fromkeys(
                ("SoftwareTokenMfaConfiguration", "SmsMfaConfiguration", "EmailMfaConfiguration"),
                Unknown("Condition Open"),
            ),
        ),
    ],
)
def test_the_mfa_configuration(tmp_path: Path, properties: str, expected: Any) -> None:
    """CloudFormation's EnabledMfas and texts become what SetUserPoolMfaConfig takes."""
    assert load(template(tmp_path, properties, MORE)).mfa.members == expected


CLIENTS = """
  Other:
    Type: AWS::Cognito::UserPool
  First:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool}
  Second:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Other}
  Elsewhere:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !ImportValue theirs}
"""


def test_app_clients_belong_to_the_pool_that_they_reference(tmp_path: Path) -> None:
    """Each of several pools has its own app clients."""
    found = read(template(tmp_path, "UserPoolName: a", CLIENTS))
    clients = {pool.name: [client.name for client in pool.clients] for pool in found}
    assert clients == {"Pool": ["First"], "Other": ["Second"]}


def test_a_resource_with_a_false_condition_is_left_out(tmp_path: Path) -> None:
    """A pool with a false condition is left out; one with an unknown condition is kept."""
    resources = "".join(
        f"  {name}:\n    Type: AWS::Cognito::UserPool\n    Condition: {name}\n"
        for name in ("Given", "Other", "Open")
    )
    found = read(template(tmp_path, "UserPoolName: a", resources + MORE))
    assert [pool.name for pool in found] == ["Pool", "Given", "Open"]


@pytest.mark.parametrize(
    ("properties", "place"),
    [
        ("MfaConfiguration:", "Properties.MfaConfiguration"),
        ("LambdaConfig: {PreSignUp: }", "Properties.LambdaConfig.PreSignUp"),
        ("AliasAttributes: [email, ~]", "Properties.AliasAttributes[1]"),
        ("", "Properties"),
    ],
)
def test_a_property_without_a_value(tmp_path: Path, properties: str, place: str) -> None:
    """CloudFormation refuses null, which is often a value that somebody forgot."""
    with pytest.raises(ConfigurationError) as refused:
        load(template(tmp_path, properties))
    line = 5 if properties else 4
    said = f"Resources.Pool.{place}: no value given (from {tmp_path / 'pool.yaml'}, line {line})"
    assert str(refused.value).startswith(said)
