"""A configuration that passes every rule, and changes to it."""

from __future__ import annotations

import copy
from typing import Any

from harness.pools.configuration.pool_configuration import (
    Kind,
    Origin,
    Part,
    PoolConfiguration,
    SourceLocation,
    Unknown,
    split,
)

GOOD: dict[Kind, dict[str, Any]] = {
    "pool": {
        "PoolName": "shop",
        "AccountRecoverySetting": {
            "RecoveryMechanisms": [
                {"Name": "verified_phone_number", "Priority": 2},
                {"Name": "verified_email", "Priority": 1},
            ]
        },
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
        "AutoVerifiedAttributes": ["email"],
        "DeletionProtection": "ACTIVE",
        "DeviceConfiguration": {
            "ChallengeRequiredOnNewDevice": True,
            "DeviceOnlyRememberedOnUserPrompt": False,
        },
        "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"},
        "LambdaConfig": {},
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 14,
                "PasswordHistorySize": 5,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": True,
                "RequireUppercase": True,
                "TemporaryPasswordValidityDays": 7,
            }
        },
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
        "UserPoolAddOns": {
            "AdvancedSecurityMode": "ENFORCED",
            "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "ENFORCED"},
        },
        "UserPoolTier": "PLUS",
        "UsernameConfiguration": {"CaseSensitive": False},
        "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
    },
    "mfa": {
        "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": {"Enabled": True},
        "WebAuthnConfiguration": {
            "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
            "RelyingPartyId": "auth.shop.example.com",
            "UserVerification": "required",
        },
    },
    "client": {
        "ClientName": "web",
        "AccessTokenValidity": 30,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthScopes": ["openid", "email", "https://shop.example.com/read"],
        "AuthSessionValidity": 3,
        "CallbackURLs": ["https://shop.example.com/in", "http://localhost:3000/in"],
        "EnableTokenRevocation": True,
        "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH"],
        "GenerateSecret": False,
        "IdTokenValidity": 30,
        "LogoutURLs": ["https://shop.example.com/", "http://localhost:3000/"],
        "PreventUserExistenceErrors": "ENABLED",
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
        "RefreshTokenValidity": 12,
        "TokenValidityUnits": {
            "AccessToken": "minutes",
            "IdToken": "minutes",
            "RefreshToken": "hours",
        },
        "WriteAttributes": ["email", "name"],
    },
    "domain": {
        "Domain": "auth.shop.example.com",
        "CustomDomainConfig": {"CertificateArn": "arn:aws:acm:us-east-1:1:certificate/x"},
        "ManagedLoginVersion": 2,
    },
    "branding": {"ClientId": "client"},
}
ORIGIN = Origin("CloudFormation template", "pool.yaml")


def pool(*changes: tuple[Kind, str, Any]) -> PoolConfiguration:
    """Return the good configuration with some settings changed; ``None`` removes a setting."""
    members = copy.deepcopy(GOOD)
    for kind, path, value in changes:
        _set(members[kind], path, value)
    parts = {kind: Part(kind, kind, found, _places(kind)) for kind, found in members.items()}
    return PoolConfiguration(
        ORIGIN,
        parts["pool"],
        parts["mfa"],
        (parts["client"],),
        # A domain without a name is none.
        domains=tuple(part for part in [parts["domain"]] if "Domain" in part.members),
        branding=(parts["branding"],),
    )


def custom_domain(name: str | Unknown) -> Part:
    """Return a domain of the user's own."""
    return Part("domain", "domain", {"Domain": name, "CustomDomainConfig": {}})


def _set(members: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = split(path)
    found: Any = members
    for key in outer:
        found = found.setdefault(key, {})
    if value is None:
        del found[last]
    else:
        found[last] = value


def _places(kind: Kind) -> dict[str, SourceLocation]:
    return {
        "": SourceLocation(f"Resources.{kind}", 10),
        **{name: SourceLocation(name, 12) for name in GOOD[kind]},
    }
