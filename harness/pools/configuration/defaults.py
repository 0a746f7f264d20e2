"""Fills in Cognito's defaults, so that configurations can be compared.

A live pool shows its defaults and a template does not, so the two can be compared only after the
defaults are filled in. Fact numbers refer to ``docs/fidelity.md``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown

__all__ = ["completed", "is_ordinary", "may_be_ordinary", "without_factors"]

# A033; an explicit policy requires only what it says.
_DEFAULT_POLICY = {
    "MinimumLength": 8,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "RequireUppercase": True,
    "TemporaryPasswordValidityDays": 7,
}
_EXPLICIT_POLICY = {
    **dict.fromkeys(_DEFAULT_POLICY, False),
    "MinimumLength": 8,
    "TemporaryPasswordValidityDays": 7,
}
_POOL: dict[str, Any] = {
    # M004
    "AccountRecoverySetting": {
        "RecoveryMechanisms": [
            {"Name": "verified_phone_number", "Priority": 1},
            {"Name": "verified_email", "Priority": 2},
        ]
    },
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False},
    "AliasAttributes": [],
    "AutoVerifiedAttributes": [],
    "DeletionProtection": "INACTIVE",
    "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
    # The model's documentation.
    "KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"},
    "LambdaConfig": {},
    "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}},
    "Schema": [],
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
    # Shown only if it was given (M007, M027).
    "UserPoolAddOns": {"AdvancedSecurityMode": "OFF"},
    "UserPoolTags": {},
    "UserPoolTier": "ESSENTIALS",
    "UsernameAttributes": [],
    "UsernameConfiguration": {"CaseSensitive": True},
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
}
# N011. The reference says what passkeys are if FactorConfiguration is not set; that a pool without
# UserVerification prefers it was measured with a deployment tool, see go-to-k/cdkd on GitHub:
# https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_WebAuthnConfigurationType.html
_PASSKEYS = {"FactorConfiguration": "SINGLE_FACTOR", "UserVerification": "preferred"}
_CLIENT: dict[str, Any] = {
    "AccessTokenValidity": 1,
    "AllowedOAuthFlowsUserPoolClient": False,
    "AuthSessionValidity": 3,
    "EnablePropagateAdditionalUserContextData": False,
    "EnableTokenRevocation": True,
    "ExplicitAuthFlows": [
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_SRP_AUTH",
    ],
    "GenerateSecret": False,
    "IdTokenValidity": 1,
    "PreventUserExistenceErrors": "LEGACY",
    "PublishSecretsInAWSSecretsManager": False,
    "RefreshTokenRotation": {"Feature": "DISABLED"},
    "RefreshTokenValidity": 30,
    "TokenValidityUnits": {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"},
}
#: The default is that of the CDK's documentation, and of pools from before there were versions:
#: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_cognito.UserPoolDomain.html
_DOMAIN = {"ManagedLoginVersion": 1}
#: The standard attributes of every pool (OpenID Connect Core 1.0, section 5.1).
_STANDARD = {
    "address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name",
    "identities", "locale", "middle_name", "name", "nickname", "phone_number",
    "phone_number_verified", "picture", "preferred_username", "profile", "updated_at", "website",
    "zoneinfo",
}  # fmt: skip
_OLDER_MESSAGES = {
    "EmailVerificationMessage": "EmailMessage",
    "EmailVerificationSubject": "EmailSubject",
    "SmsVerificationMessage": "SmsMessage",
}
_DAYS = "TemporaryPasswordValidityDays"
_ORDINARY = {"Mutable": True, "Required": False}


def completed(configuration: PoolConfiguration) -> PoolConfiguration:
    """Return the configuration as the service would describe a pool created from it.

    Lists are sorted, because Cognito keeps no order of them (M085). The schema keeps only the
    attributes that differ from those of every pool.
    """
    return replace(
        configuration,
        pool=_completed_pool(configuration.pool),
        mfa=_completed_mfa(configuration.mfa),
        clients=tuple(_completed_client(client) for client in configuration.clients),
        domains=tuple(_with(domain, _DOMAIN) for domain in configuration.domains),
        resource_servers=tuple(_with(server, {}) for server in configuration.resource_servers),
    )


def _completed_pool(part: Part) -> Part:
    found = _with(replace(part, members=_newer_names(part.members)), _POOL)
    members = dict(found.members)
    policies = members["Policies"]
    if isinstance(policies, Mapping):
        policy = policies.get("PasswordPolicy")
        members["Policies"] = {**policies, "PasswordPolicy": _policy(policy)}
    if device := members.get("DeviceConfiguration"):
        # One member is enough to switch tracking on; the other one is then false (D052).
        names = ("ChallengeRequiredOnNewDevice", "DeviceOnlyRememberedOnUserPrompt")
        members["DeviceConfiguration"] = _filled(device, dict.fromkeys(names, False))
    else:
        members.pop("DeviceConfiguration", None)
    members["Schema"] = _sorted(_schema(members["Schema"]))
    if "UserPoolTier" not in part.members and _protects_threats(part):
        # Cognito accepts that, though the tier ESSENTIALS has no threat protection (M029).
        members["UserPoolTier"] = Unknown("which tier a pool with threat protection gets")
    return replace(found, members=members)


def _protects_threats(pool: Part) -> bool:
    return bool(pool.value("UserPoolAddOns.AdvancedSecurityMode", "OFF") != "OFF")


def _completed_mfa(part: Part) -> Part:
    # A pool with a factor can show TOTP as not enabled, or not at all (M056, M057).
    found = _with(
        part,
        {"MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": {"Enabled": False}},
    )
    if passkeys := found.members.get("WebAuthnConfiguration"):
        filled = _filled(passkeys, _PASSKEYS)
        found = replace(found, members={**found.members, "WebAuthnConfiguration": filled})
    return without_factors(found) if found.members["MfaConfiguration"] == "OFF" else found


def without_factors(mfa: Part) -> Part:
    """Return an MFA configuration as Cognito keeps it while MFA is OFF: without factors (A195)."""
    kept = ("MfaConfiguration", "WebAuthnConfiguration")
    members = {name: mfa.members[name] for name in kept if name in mfa.members}
    return replace(mfa, members=members)


def _newer_names(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members under their newer names; Cognito keeps and shows both (A033)."""
    members = dict(members)
    template: Any = members.get("VerificationMessageTemplate") or {}
    if isinstance(template, Mapping):
        template = dict(template)
        for older, newer in _OLDER_MESSAGES.items():
            if older in members:
                template.setdefault(newer, members.pop(older))
    if template:
        members["VerificationMessageTemplate"] = template
    triggers: Any = members.get("LambdaConfig")
    if isinstance(triggers, Mapping) and "PreTokenGeneration" in triggers:
        # The service shows each form beside the other one (M035).
        same = {"LambdaArn": triggers["PreTokenGeneration"], "LambdaVersion": "V1_0"}
        without = _without(triggers, "PreTokenGeneration")
        members["LambdaConfig"] = {"PreTokenGenerationConfig": same, **without}
    config = members.get("AdminCreateUserConfig")
    if isinstance(config, Mapping) and "UnusedAccountValidityDays" in config:
        members["AdminCreateUserConfig"] = _without(config, "UnusedAccountValidityDays")
        days = config["UnusedAccountValidityDays"]
        members["Policies"] = _with_days(members.get("Policies") or {}, days)
    return members


def _with_days(policies: Any, days: Any) -> Any:
    if not isinstance(policies, Mapping):
        return policies
    policy = policies.get("PasswordPolicy")
    if policy is None:
        return {**policies, "PasswordPolicy": {**_DEFAULT_POLICY, _DAYS: days}}
    return {**policies, "PasswordPolicy": _filled(policy, {_DAYS: days})}


def _completed_client(part: Part) -> Part:
    # An empty list counts as one that is left out (M070).
    members = {name: value for name, value in part.members.items() if value not in ([], ())}
    for token in ("AccessTokenValidity", "IdTokenValidity", "RefreshTokenValidity"):
        if members.get(token) == 0:
            del members[token]
    return _with(replace(part, members=members), _CLIENT)


def _policy(members: Any) -> Any:
    if members is None:
        return dict(_DEFAULT_POLICY)
    found = _filled(members, _EXPLICIT_POLICY)
    if isinstance(found, Unknown):
        return found
    # Cognito does not describe a history of size 0.
    return _without(found, "PasswordHistorySize") if not found.get("PasswordHistorySize") else found


def _schema(members: Any) -> Any:
    if isinstance(members, Unknown):
        return members
    shown = [item if isinstance(item, Unknown) else _attribute(item) for item in members]
    return [item for item in shown if item is not None]


def is_ordinary(attribute: Mapping[str, Any]) -> bool:
    """Return whether a Schema attribute is a standard one with its default properties.

    DescribeUserPool shows all of them, but CreateUserPool does not accept every one.
    """
    return _attribute(attribute) is None


def may_be_ordinary(attribute: Mapping[str, Any]) -> bool:
    """Return whether a Schema attribute is ordinary for some values of its unknown members."""
    known = {name: value for name, value in attribute.items() if not isinstance(value, Unknown)}
    return known.get("Name") in _STANDARD and is_ordinary(known)


def _attribute(members: Mapping[str, Any]) -> Any:
    """Return an attribute with its defaults; ``None`` for an unchanged standard attribute."""
    if isinstance(members.get("Name"), Unknown):
        # It may be any attribute, standard or not, and those have different defaults.
        return members["Name"]
    if members.get("Name") not in _STANDARD:
        limits = {name: value for name, value in members.items() if value != {}}
        return {
            "AttributeDataType": "String",
            "DeveloperOnlyAttribute": False,
            **_ORDINARY,
            **limits,
        }
    differing = {
        name: members[name]
        for name, ordinary in _ORDINARY.items()
        if members.get(name, ordinary) != ordinary
    }
    return {"Name": members["Name"], **_ORDINARY, **differing} if differing else None


def _with(part: Part, defaults: Mapping[str, Any]) -> Part:
    return replace(part, members=_sorted(_filled(part.members, defaults)))


def _filled(members: Any, defaults: Mapping[str, Any]) -> Any:
    if not isinstance(members, Mapping):
        return members
    found = {**members}
    for name, default in defaults.items():
        if isinstance(default, Mapping) and isinstance(members.get(name), Mapping):
            found[name] = _filled(members[name], default)
        elif default and _has_only_unknown_items(found.get(name)):
            # The list is empty if a template leaves all of them out, and then has its default.
            found[name] = found[name][0]
        else:
            found.setdefault(name, default)
    return found


def _has_only_unknown_items(value: Any) -> bool:
    if not isinstance(value, (list, tuple)) or not value:
        return False
    return all(isinstance(item, Unknown) for item in value)


def _sorted(value: Any) -> Any:
    """Return a value with each of its lists as a set: sorted, and every known item once."""
    if isinstance(value, Mapping):
        return {key: _sorted(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        found: list[Any] = []
        for item in map(_sorted, value):
            if isinstance(item, Unknown) or item not in found:
                found.append(item)
        return sorted(found, key=lambda item: json.dumps(item, sort_keys=True, default=str))
    return value


def _without(members: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in members.items() if key != name}
