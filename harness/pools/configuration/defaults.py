"""Fills in Cognito's defaults, so that configurations can be compared.

A live pool shows its defaults and a template does not, so the two can be compared only after the
defaults are filled in. Fact numbers refer to ``docs/fidelity.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown

__all__ = ["completed", "is_ordinary"]

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
    "LambdaConfig": {},
    "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}},
    "Schema": [],
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
    "UserPoolTags": {},
    "UserPoolTier": "ESSENTIALS",
    "UsernameAttributes": [],
    "UsernameConfiguration": {"CaseSensitive": True},
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
}
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
    "RefreshTokenRotation": {"Feature": "DISABLED"},
    "RefreshTokenValidity": 30,
    "TokenValidityUnits": {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"},
}
#: Lists whose order has no meaning.
_SETS = frozenset(
    {
        "AliasAttributes",
        "AllowedFirstAuthFactors",
        "AllowedOAuthFlows",
        "AllowedOAuthScopes",
        "AttributesRequireVerificationBeforeUpdate",
        "AutoVerifiedAttributes",
        "CallbackURLs",
        "ExplicitAuthFlows",
        "LogoutURLs",
        "ReadAttributes",
        "SupportedIdentityProviders",
        "UsernameAttributes",
        "WriteAttributes",
    }
)
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

    Lists whose order has no meaning are sorted. The schema keeps only the attributes that differ
    from those of every pool.
    """
    return replace(
        configuration,
        pool=_completed_pool(configuration.pool),
        mfa=_completed_mfa(configuration.mfa),
        clients=tuple(_completed_client(client) for client in configuration.clients),
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
    members["Schema"] = _schema(members["Schema"])
    return replace(found, members=members)


def _completed_mfa(part: Part) -> Part:
    found = _with(part, {"MfaConfiguration": "OFF"})
    if found.members["MfaConfiguration"] != "OFF":
        return found
    # Cognito keeps no factors while MFA is OFF (A195).
    kept = ("MfaConfiguration", "WebAuthnConfiguration")
    return replace(
        found, members={name: found.members[name] for name in kept if name in found.members}
    )


def _newer_names(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members under their newer names; Cognito keeps and shows both (A033)."""
    members = dict(members)
    template: dict[str, Any] = dict(members.get("VerificationMessageTemplate") or {})
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
    flows = part.members.get("ExplicitAuthFlows")
    members = {**part.members} if flows else _without(part.members, "ExplicitAuthFlows")
    for token in ("AccessTokenValidity", "IdTokenValidity", "RefreshTokenValidity"):
        if members.get(token) == 0:
            del members[token]
    return _with(replace(part, members=members), _CLIENT)


def _policy(members: Any) -> Any:
    if members is None:
        return dict(_DEFAULT_POLICY)
    found = _filled(members, _EXPLICIT_POLICY)
    # Cognito does not describe a history of size 0.
    return _without(found, "PasswordHistorySize") if not found.get("PasswordHistorySize") else found


def _schema(members: Any) -> Any:
    if isinstance(members, Unknown):
        return members
    shown = [item if isinstance(item, Unknown) else _attribute(item) for item in members]
    named = [item for item in shown if item is not None]
    return sorted(named, key=lambda item: str(item))


def is_ordinary(attribute: Mapping[str, Any]) -> bool:
    """Return whether a Schema attribute is a standard one with its default properties.

    DescribeUserPool shows all of them, but CreateUserPool does not accept every one.
    """
    return _attribute(attribute) is None


def _attribute(members: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return an attribute with its defaults; ``None`` for an unchanged standard attribute."""
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
    return replace(part, members=_sorted_sets(_filled(part.members, defaults)))


def _filled(members: Any, defaults: Mapping[str, Any]) -> Any:
    if not isinstance(members, Mapping):
        return members
    found = {**members}
    for name, default in defaults.items():
        if isinstance(default, Mapping) and isinstance(members.get(name), Mapping):
            found[name] = _filled(members[name], default)
        else:
            found.setdefault(name, default)
    return found


def _sorted_sets(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted_sets(item, key) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        items = [_sorted_sets(item) for item in value]
        return sorted(items, key=str) if name in _SETS else items
    return value


def _without(members: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in members.items() if key != name}
