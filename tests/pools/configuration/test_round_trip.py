"""A pool that is created from a file and read back does not differ from the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.pools.configuration.drift import Drift, drift
from harness.pools.making.provision_configuration import provision_configuration
from harness.pools.sources import load
from harness.pools.sources.live import read_live
from harness.pools.sources.snapshot import render
from harness.targets.emulated import EmulatedTarget
from tests.pools.sources.files import EVERY_FORMAT, written

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

Members = dict[str, Any]

ROLE = "arn:aws:iam::123456789012:role/sms"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:{}"
SMS = {"SnsCallerArn": ROLE, "ExternalId": "shop", "SnsRegion": "us-east-1"}
SES = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/shop.example.com",
    "From": "Shop <hello@shop.example.com>",
    "ReplyToEmailAddress": "help@shop.example.com",
}
TOTP = {"MfaConfiguration": "ON", "EnabledMfas": ["SOFTWARE_TOKEN_MFA"]}

#: Properties of a pool and, beside them, those of its app clients.
SHAPES: dict[str, tuple[Members, list[Members]]] = {
    "nothing_is_set": ({}, [{}]),
    "sign_in_aliases": (
        {
            "AliasAttributes": ["preferred_username", "phone_number", "email"],
            "AutoVerifiedAttributes": ["email"],
        },
        [],
    ),
    "email_as_username": (
        {
            "UsernameAttributes": ["phone_number", "email"],
            "UsernameConfiguration": {"CaseSensitive": False},
            "UserAttributeUpdateSettings": {
                "AttributesRequireVerificationBeforeUpdate": ["phone_number", "email"]
            },
            "AutoVerifiedAttributes": ["phone_number", "email"],
            "SmsConfiguration": SMS,
        },
        [],
    ),
    "sms_mfa": (
        {
            "MfaConfiguration": "OPTIONAL",
            "EnabledMfas": ["SOFTWARE_TOKEN_MFA", "SMS_MFA"],
            "SmsConfiguration": SMS,
            "SmsAuthenticationMessage": "Sign in with {####}",
        },
        [],
    ),
    "email_mfa_with_your_own_sender": (
        {
            "MfaConfiguration": "ON",
            "EnabledMfas": ["EMAIL_OTP"],
            "EmailConfiguration": SES,
            "EmailAuthenticationMessage": "Sign in with {####}",
            "EmailAuthenticationSubject": "Your code",
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]
            },
        },
        [],
    ),
    "one_time_codes_as_first_factors": (
        {
            "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
            "EmailConfiguration": SES,
            "AutoVerifiedAttributes": ["email"],
        },
        [{"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}],
    ),
    "passkeys": (
        {
            "Policies": {
                "SignInPolicy": {"AllowedFirstAuthFactors": ["WEB_AUTHN", "PASSWORD"]},
                "PasswordPolicy": {"MinimumLength": 10},
            },
            "WebAuthnRelyingPartyID": "shop.example.com",
            "WebAuthnUserVerification": "required",
        },
        [{"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}],
    ),
    "passkeys_as_a_second_factor": (
        {
            **TOTP,
            "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
            "WebAuthnRelyingPartyID": "shop.example.com",
            "WebAuthnFactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
        },
        [],
    ),
    "defaults_that_are_written_out": (
        {
            "DeletionProtection": "INACTIVE",
            "MfaConfiguration": "OFF",
            "UserPoolAddOns": {"AdvancedSecurityMode": "OFF"},
            "UserPoolTier": "ESSENTIALS",
            "UsernameConfiguration": {"CaseSensitive": True},
            "WebAuthnRelyingPartyID": "shop.example.com",
            "WebAuthnUserVerification": "preferred",
        },
        [{"PreventUserExistenceErrors": "LEGACY", "EnableTokenRevocation": True}],
    ),
    "password_policy": (
        {
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 12,
                    "PasswordHistorySize": 5,
                    "RequireNumbers": True,
                    "TemporaryPasswordValidityDays": 3,
                }
            }
        },
        [],
    ),
    "no_password_history": ({"Policies": {"PasswordPolicy": {"PasswordHistorySize": 0}}}, []),
    "unused_accounts": ({"AdminCreateUserConfig": {"UnusedAccountValidityDays": 4}}, []),
    "threat_protection": (
        {
            "UserPoolAddOns": {
                "AdvancedSecurityMode": "ENFORCED",
                "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "AUDIT"},
            },
            "UserPoolTier": "PLUS",
        },
        [{"EnablePropagateAdditionalUserContextData": True, "GenerateSecret": True}],
    ),
    "threat_protection_without_a_tier": (
        {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}},
        [],
    ),
    "lite": ({"UserPoolTier": "LITE", "DeletionProtection": "ACTIVE"}, []),
    "attributes": (
        {
            "Schema": [
                {"Name": "email", "Required": True, "Mutable": False},
                {"Name": "name", "AttributeDataType": "String", "Mutable": True},
                {
                    "Name": "team",
                    "AttributeDataType": "String",
                    "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "20"},
                },
                {
                    "Name": "age",
                    "AttributeDataType": "Number",
                    "Mutable": True,
                    "NumberAttributeConstraints": {"MinValue": "18", "MaxValue": "150"},
                },
                {"Name": "joined", "AttributeDataType": "DateTime", "Mutable": True},
                {"Name": "member", "AttributeDataType": "Boolean", "DeveloperOnlyAttribute": True},
                {"Name": "note", "AttributeDataType": "String", "Mutable": True},
            ]
        },
        [
            {
                "ReadAttributes": ["email", "custom:team", "name"],
                "WriteAttributes": ["name", "email", "custom:note"],
            }
        ],
    ),
    "messages": (
        {
            "EmailVerificationMessage": "Confirm with {####}",
            "EmailVerificationSubject": "Confirm",
            "SmsVerificationMessage": "Confirm with {####}",
            "AdminCreateUserConfig": {
                "AllowAdminCreateUserOnly": True,
                "InviteMessageTemplate": {
                    "EmailMessage": "{username}, sign in with {####}",
                    "EmailSubject": "Welcome",
                    "SMSMessage": "{username} {####}",
                },
            },
        },
        [],
    ),
    "links": (
        {
            "VerificationMessageTemplate": {
                "DefaultEmailOption": "CONFIRM_WITH_LINK",
                "EmailMessageByLink": "{##Confirm##}",
                "EmailSubjectByLink": "Confirm",
            }
        },
        [],
    ),
    "triggers": (
        {
            "LambdaConfig": {
                "PreSignUp": FUNCTION.format("check"),
                "PreTokenGeneration": FUNCTION.format("claims"),
                "CustomEmailSender": {
                    "LambdaArn": FUNCTION.format("mail"),
                    "LambdaVersion": "V1_0",
                },
                "KMSKeyID": "arn:aws:kms:us-east-1:123456789012:key/1234abcd",
            }
        },
        [],
    ),
    "triggers_of_a_deployment": (
        {"LambdaConfig": {"PreSignUp": {"Fn::GetAtt": ["Check", "Arn"]}}},
        [],
    ),
    "recovery_by_email_first": (
        {
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [
                    {"Priority": 2, "Name": "verified_phone_number"},
                    {"Priority": 1, "Name": "verified_email"},
                ]
            },
            "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True},
            **TOTP,
        },
        [],
    ),
    "every_option_of_a_client": (
        {},
        [
            {
                "ClientName": "everything",
                "AccessTokenValidity": 20,
                "AllowedOAuthFlows": ["implicit", "code"],
                "AllowedOAuthFlowsUserPoolClient": True,
                "AllowedOAuthScopes": ["profile", "openid", "email"],
                "AnalyticsConfiguration": {
                    "ApplicationArn": "arn:aws:mobiletargeting:us-east-1:123456789012:apps/a1b2",
                    "UserDataShared": True,
                },
                "AuthSessionValidity": 5,
                "CallbackURLs": ["https://shop.example.com/in", "http://localhost:3000"],
                "DefaultRedirectURI": "https://shop.example.com/in",
                "EnablePropagateAdditionalUserContextData": True,
                "EnableTokenRevocation": False,
                "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"],
                "GenerateSecret": True,
                "IdTokenValidity": 20,
                "LogoutURLs": ["https://shop.example.com/out"],
                "PreventUserExistenceErrors": "ENABLED",
                "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
                "RefreshTokenValidity": 12,
                "SupportedIdentityProviders": ["COGNITO"],
                "TokenValidityUnits": {
                    "AccessToken": "minutes",
                    "IdToken": "minutes",
                    "RefreshToken": "hours",
                },
            }
        ],
    ),
    "rotation_without_a_grace_period": (
        {},
        [
            {
                "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
                "RefreshTokenRotation": {"Feature": "ENABLED"},
            }
        ],
    ),
    "empty_lists": (
        {"AliasAttributes": [], "AutoVerifiedAttributes": [], "LambdaConfig": {}},
        [{"CallbackURLs": [], "ExplicitAuthFlows": [], "WriteAttributes": []}],
    ),
    "a_validity_of_0": ({}, [{"RefreshTokenValidity": 0}]),
    "several_clients": (
        {},
        [
            {"ClientName": "web"},
            {"ClientName": {"Fn::ImportValue": "name"}, "AuthSessionValidity": 7},
            {"AuthSessionValidity": 9},
        ],
    ),
    "unknown_settings": (
        {
            "Policies": {"PasswordPolicy": {"Ref": "Given"}},
            "VerificationMessageTemplate": {"Ref": "Given"},
            "Schema": [{"Name": {"Ref": "Given"}, "AttributeDataType": "String"}],
            "UserPoolTier": {"Ref": "Given"},
        },
        [{"ExplicitAuthFlows": [{"Ref": "Given"}], "CallbackURLs": [{"Ref": "Given"}]}],
    ),
}
#: The shapes with a setting that the template does not know.
PARTLY_UNKNOWN = {
    "threat_protection_without_a_tier",
    "triggers_of_a_deployment",
    "unknown_settings",
}


@pytest.fixture
def client() -> Iterator[CognitoIdentityProviderClient]:
    """A client of an emulator."""
    target = EmulatedTarget(region="us-east-1")
    target.start()
    yield target.client()
    target.stop()


@pytest.mark.parametrize("source", EVERY_FORMAT, ids=str)
def test_a_pool_is_as_the_file_of_each_format_says(
    source: str, client: CognitoIdentityProviderClient, tmp_path: Path
) -> None:
    """The snapshot of the created pool has no certain difference from the file."""
    assert differences(round_trip(EVERY_FORMAT[source], client, tmp_path)) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_a_pool_is_as_its_template_says(
    shape: str, client: CognitoIdentityProviderClient, tmp_path: Path
) -> None:
    """No setting differs; only what the template does not know may differ."""
    pool, clients = SHAPES[shape]
    path = written(tmp_path, template_of(pool, clients))
    found = round_trip(path, client, tmp_path)
    assert differences(found) == []
    assert bool(found.unknown) == (shape in PARTLY_UNKNOWN)


def test_a_changed_setting_of_a_round_trip_is_found(
    client: CognitoIdentityProviderClient, tmp_path: Path
) -> None:
    """The comparison is able to fail: a snapshot whose setting was changed differs."""
    path = written(tmp_path, template_of(TOTP, [{}]))
    made = provision_configuration(client, load(str(path)))
    client.update_user_pool(
        UserPoolId=made.user_pool_id, AutoVerifiedAttributes=["email"], MfaConfiguration="OPTIONAL"
    )
    found = drift(load(str(path)), read_live(client, made.user_pool_id))
    assert {item.path for item in found.found} == {"AutoVerifiedAttributes", "MfaConfiguration"}


def template_of(pool: Members, clients: list[Members]) -> Members:
    """Return a template with one pool and its app clients."""
    of_pool = {"Type": "AWS::Cognito::UserPool", "Properties": pool}
    return {
        "Parameters": {"Given": {"Type": "String"}},
        "Resources": {
            "Pool": of_pool,
            **{
                f"App{index}": {
                    "Type": "AWS::Cognito::UserPoolClient",
                    "Properties": {"UserPoolId": {"Ref": "Pool"}, **members},
                }
                for index, members in enumerate(clients)
            },
        },
    }


def round_trip(path: Path, client: CognitoIdentityProviderClient, folder: Path) -> Drift:
    """Create the pool of a file, save a snapshot of it, and compare the file with the snapshot."""
    wanted = load(str(path))
    made = provision_configuration(client, wanted)
    snapshot = folder / "snapshot.json"
    snapshot.write_text(render(read_live(client, made.user_pool_id)), encoding="utf-8")
    assert json.loads(snapshot.read_text(encoding="utf-8"))["UserPool"]
    return drift(wanted, load(str(snapshot)))


def differences(found: Drift) -> list[str]:
    """Return the certain differences in words."""
    return [item.sentence for item in found.found]
