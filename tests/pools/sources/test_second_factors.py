"""Which second factors a pool of a template or a plan has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.audit.auditing import audit
from harness.pools.audit.profile import preset
from harness.pools.configuration.drift import drift
from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.making.provision_configuration import provision_configuration
from harness.pools.sources import load
from harness.pools.sources.live import read_live
from harness.targets.emulated import EmulatedTarget
from tests.pools.sources.files import template, written

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

ROLE = "arn:aws:iam::123456789012:role/sms"
SMS = f"SmsConfiguration: {{SnsCallerArn: '{ROLE}', ExternalId: x}}\n"
SMS_MEMBERS = {"SnsCallerArn": ROLE, "ExternalId": "x"}
MORE = "Parameters: {Mode: {Type: String}, Factor: {Type: String}}\n"
CLIENT = "  Web: {Type: AWS::Cognito::UserPoolClient, Properties: {UserPoolId: !Ref Pool}}\n"
NO_FACTOR = "Cognito refuses it without a second factor"


@pytest.fixture
def client() -> Iterator[CognitoIdentityProviderClient]:
    """A client of an emulator."""
    target = EmulatedTarget(region="us-east-1")
    target.start()
    yield target.client()
    target.stop()


@pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
@pytest.mark.parametrize("empty", ["", "EnabledMfas: []\n", "EnabledMfas: !Ref AWS::NoValue\n"])
def test_sms_is_the_factor_of_a_pool_without_enabled_mfas(
    tmp_path: Path, mode: str, empty: str
) -> None:
    """CreateUserPool makes a pool with SMS of MfaConfiguration and SmsConfiguration."""
    path = template(tmp_path, f"MfaConfiguration: '{mode}'\n{empty}{SMS}")
    found = load(path).mfa
    assert found.members == {
        "MfaConfiguration": mode,
        "SmsMfaConfiguration": {"SmsConfiguration": SMS_MEMBERS},
    }
    place = found.place("SmsMfaConfiguration.SmsConfiguration.ExternalId")
    assert place is not None
    assert place.path == "Resources.Pool.Properties.SmsConfiguration.ExternalId"


def test_an_audit_finds_the_implied_sms(tmp_path: Path) -> None:
    """The preset strict fails such a pool, at the line of its SmsConfiguration."""
    path = template(tmp_path, f"MfaConfiguration: 'ON'\n{SMS}", CLIENT)
    failed = audit(load(path), preset("strict"), date(2026, 1, 1)).failed()
    (sms,) = (finding for finding in failed if finding.rule.id == "mfa-no-sms")
    assert sms.place is not None
    assert sms.place.line == 6


def test_a_pool_of_it_does_not_differ(
    tmp_path: Path, client: CognitoIdentityProviderClient
) -> None:
    """The pool that is made of the template has the same second factor."""
    properties = f"MfaConfiguration: 'ON'\nAutoVerifiedAttributes: [phone_number]\n{SMS}"
    wanted = load(template(tmp_path, properties, CLIENT))
    made = provision_configuration(client, wanted)
    live = read_live(client, made.user_pool_id)
    assert live.mfa.value("SmsMfaConfiguration.SmsConfiguration.ExternalId") == "x"
    assert drift(wanted, live).differences == ()


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (
            f"MfaConfiguration: 'ON'\nSmsAuthenticationMessage: '{{####}}'\n{SMS}",
            {
                "SmsMfaConfiguration": {
                    "SmsAuthenticationMessage": "{####}",
                    "SmsConfiguration": SMS_MEMBERS,
                }
            },
        ),
        (
            f"MfaConfiguration: 'ON'\nEmailAuthenticationMessage: '{{####}}'\n{SMS}",
            {"SmsMfaConfiguration": {"SmsConfiguration": SMS_MEMBERS}},
        ),
        (
            f"MfaConfiguration: 'ON'\nEnabledMfas: [SOFTWARE_TOKEN_MFA]\n{SMS}",
            {"SoftwareTokenMfaConfiguration": {"Enabled": True}},
        ),
        (f"MfaConfiguration: 'OFF'\n{SMS}", {}),
        (SMS, {}),
        (
            f"MfaConfiguration: !Ref Mode\n{SMS}",
            {"SmsMfaConfiguration": Unknown("Ref Mode")},
        ),
        (
            "MfaConfiguration: 'ON'\nSmsConfiguration: !GetAtt Sms.Configuration",
            {"SmsMfaConfiguration": {"SmsConfiguration": Unknown("Fn::GetAtt Sms.Configuration")}},
        ),
        (
            f"MfaConfiguration: 'ON'\nEnabledMfas: [SMS_MFA, !Ref Factor]\n{SMS}",
            {
                "SoftwareTokenMfaConfiguration": Unknown("Ref Factor"),
                "SmsMfaConfiguration": {"SmsConfiguration": SMS_MEMBERS},
                "EmailMfaConfiguration": Unknown("Ref Factor"),
            },
        ),
        (
            f"MfaConfiguration: 'ON'\nEnabledMfas: !Ref Factor\n{SMS}",
            dict.fromkeys(
                ("SoftwareTokenMfaConfiguration", "SmsMfaConfiguration", "EmailMfaConfiguration"),
                Unknown("Ref Factor"),
            ),
        ),
        (
            "MfaConfiguration: 'OFF'\nWebAuthnRelyingPartyID: example.com",
            {"WebAuthnConfiguration": {"RelyingPartyId": "example.com"}},
        ),
        ("MfaConfiguration: !Ref Mode", {}),
    ],
)
def test_the_factors_of_a_template(tmp_path: Path, properties: str, expected: Any) -> None:
    """Named factors win, texts switch nothing on, and what is unknown stays unknown."""
    found = dict(load(template(tmp_path, properties, MORE)).mfa.members)
    found.pop("MfaConfiguration", None)
    assert found == expected


@pytest.mark.parametrize(
    "properties",
    [
        "MfaConfiguration: 'ON'",
        "MfaConfiguration: OPTIONAL",
        "MfaConfiguration: 'ON'\nEnabledMfas: []",
        "MfaConfiguration: 'ON'\nSmsAuthenticationMessage: '{####}'",
        "MfaConfiguration: 'ON'\nEmailAuthenticationMessage: '{####}'",
        "MfaConfiguration: 'ON'\nWebAuthnRelyingPartyID: example.com",
    ],
)
def test_mfa_without_a_factor_cannot_be_deployed(tmp_path: Path, properties: str) -> None:
    """Cognito refuses such a pool (A194, A199), so the file is refused in one line."""
    path = template(tmp_path, properties)
    with pytest.raises(ConfigurationError) as refused:
        load(path)
    assert f"{path}, line 5); {NO_FACTOR}; add EnabledMfas" in str(refused.value)


def plan(folder: Path, key: str = "planned_values", **values: Any) -> Path:
    """Write the plan of a pool with these arguments, or a state."""
    pool = {
        "address": "aws_cognito_user_pool.p",
        "mode": "managed",
        "type": "aws_cognito_user_pool",
        "name": "p",
        "values": {"name": "p", **values},
    }
    shown = {"format_version": "1.2", key: {"root_module": {"resources": [pool]}}}
    return written(folder, shown)


def test_the_sms_factor_of_a_plan(tmp_path: Path) -> None:
    """The provider sends sms_configuration as a factor whenever MFA is on.

    https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/cognitoidp/user_pool.go
    """
    sms = [{"external_id": "x", "sns_caller_arn": ROLE, "sns_region": None}]
    found = load(plan(tmp_path, mfa_configuration="ON", sms_configuration=sms))
    assert found.mfa.members == {
        "MfaConfiguration": "ON",
        "SmsMfaConfiguration": {"SmsConfiguration": SMS_MEMBERS},
    }
    failed = audit(found, preset("strict"), date(2026, 1, 1)).failed()
    assert "mfa-no-sms" in {finding.rule.id for finding in failed}


def test_a_plan_without_a_factor_cannot_be_applied(tmp_path: Path) -> None:
    """SetUserPoolMfaConfig refuses MFA without a factor (A194); a state is what is deployed."""
    path = plan(tmp_path, mfa_configuration="ON", sms_configuration=[])
    with pytest.raises(ConfigurationError) as refused:
        load(path)
    assert str(refused.value).startswith(
        "aws_cognito_user_pool.p.mfa_configuration: cannot use 'ON'"
    )
    assert NO_FACTOR in str(refused.value)
    assert (
        load(plan(tmp_path, "values", mfa_configuration="ON")).mfa.value("MfaConfiguration") == "ON"
    )
    off = plan(
        tmp_path, mfa_configuration="ON", software_token_mfa_configuration=[{"enabled": False}]
    )
    assert load(off).mfa.value("SoftwareTokenMfaConfiguration.Enabled") is False
