"""A pool's configuration: its checks, its defaults and its description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.pools import DEFAULT_PASSWORD_POLICY, Pool

#: Settings of CreateUserPool that no later request can change.
IMMUTABLE = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")

#: Members of the requests that are not settings.
_NOT_SETTINGS = frozenset({"PoolName", "UserPoolId", "Schema", "MfaConfiguration"})

_MULTIPLE_USE = frozenset({"EMAIL_OTP", "SMS_OTP"})


def settings_from(params: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return a pool's settings from a request; omitted ones get Cognito's default.

    Args:
        params: the members of the request.
        kept: settings that the request cannot change.
    """
    given = {name: value for name, value in params.items() if name not in _NOT_SETTINGS}
    settings = {**_DEFAULTS, **_messages(given), **given, **kept}
    settings["Policies"] = _policies(given.get("Policies") or {})
    settings["AdminCreateUserConfig"] = _admin_create_user(given, settings["Policies"])
    settings["VerificationMessageTemplate"] = {
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
        **(given.get("VerificationMessageTemplate") or {}),
    }
    settings["EmailConfiguration"] = {
        "EmailSendingAccount": "COGNITO_DEFAULT",
        **(given.get("EmailConfiguration") or {}),
    }
    check_settings(settings)
    return settings


def _messages(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the texts of VerificationMessageTemplate under the older names of UserPoolType."""
    template = given.get("VerificationMessageTemplate") or {}
    older = {
        "SmsMessage": "SmsVerificationMessage",
        "EmailMessage": "EmailVerificationMessage",
        "EmailSubject": "EmailVerificationSubject",
    }
    return {older[name]: text for name, text in template.items() if name in older}


_DEFAULTS: dict[str, Any] = {
    "DeletionProtection": "INACTIVE",
    "LambdaConfig": {},
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
    "UserPoolTags": {},
    "UserPoolTier": "ESSENTIALS",
}


def _policies(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return Policies with everything filled in (A033, A191).

    In a given password policy, an omitted requirement is off.
    """
    policy = given.get("PasswordPolicy")
    return {
        "PasswordPolicy": {**_OPEN_PASSWORD_POLICY, **policy} if policy else _default_policy(),
        "SignInPolicy": given.get("SignInPolicy") or {"AllowedFirstAuthFactors": ["PASSWORD"]},
    }


def _default_policy() -> dict[str, Any]:
    return dict(DEFAULT_PASSWORD_POLICY)


_OPEN_PASSWORD_POLICY: dict[str, Any] = {
    "MinimumLength": 8,
    "RequireUppercase": False,
    "RequireLowercase": False,
    "RequireNumbers": False,
    "RequireSymbols": False,
}


def _admin_create_user(given: Mapping[str, Any], policies: dict[str, Any]) -> dict[str, Any]:
    """Return AdminCreateUserConfig with the same validity as the password policy (A033, A034).

    Set the validity in the policy too.
    """
    config = dict(given.get("AdminCreateUserConfig") or {})
    policy = policies["PasswordPolicy"]
    requested = ((given.get("Policies") or {}).get("PasswordPolicy") or {}).get(
        "TemporaryPasswordValidityDays"
    )
    unused = config.get("UnusedAccountValidityDays")
    if requested is not None and unused not in (None, requested):
        raise refusals.invalid_parameter(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of "
            "UnusedAccountValidityDays"
        )
    days = next((value for value in (requested, unused) if value is not None), 7)
    policy["TemporaryPasswordValidityDays"] = days
    return {"AllowAdminCreateUserOnly": False, **config, "UnusedAccountValidityDays": days}


def check_settings(settings: Mapping[str, Any]) -> None:
    """Refuse settings that contradict each other."""
    if settings.get("AliasAttributes") and settings.get("UsernameAttributes"):
        raise refusals.invalid_parameter(
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool."
        )
    _check_first_factors(settings)
    _check_recovery(settings)
    _check_tier(settings)
    verified_first = settings["UserAttributeUpdateSettings"].get(
        "AttributesRequireVerificationBeforeUpdate"
    )
    if not set(verified_first or ()) <= set(settings.get("AutoVerifiedAttributes") or ()):
        raise refusals.invalid_parameter(
            "AttributesRequireVerificationBeforeUpdate may only hold auto verified attributes."
        )


def first_factors(settings: Mapping[str, Any]) -> list[str]:
    """Return AllowedFirstAuthFactors (A191)."""
    return list(settings["Policies"]["SignInPolicy"].get("AllowedFirstAuthFactors") or ())


def has_passwordless_factor(settings: Mapping[str, Any]) -> bool:
    """Return whether users may sign in with a code instead of a password (A057, A198)."""
    return not _MULTIPLE_USE.isdisjoint(first_factors(settings))


def _check_first_factors(settings: Mapping[str, Any]) -> None:
    """Refuse first factors without PASSWORD (A191; text unknown)."""
    if "PASSWORD" not in first_factors(settings):
        raise refusals.invalid_parameter("AllowedFirstAuthFactors must contain PASSWORD.")


def _check_recovery(settings: Mapping[str, Any]) -> None:
    mechanisms = (settings.get("AccountRecoverySetting") or {}).get("RecoveryMechanisms") or ()
    names = [mechanism["Name"] for mechanism in mechanisms]
    if "admin_only" in names and len(names) > 1:
        raise refusals.invalid_parameter(
            "Invalid account recovery setting parameter. Account recovery setting cannot use "
            "admin_only setting with any other recovery mechanisms."
        )


def _check_tier(settings: Mapping[str, Any]) -> None:
    """Refuse a password history in the Lite plan (A035; text unknown)."""
    history = settings["Policies"]["PasswordPolicy"].get("PasswordHistorySize")
    if history and settings["UserPoolTier"] == "LITE":
        raise refusals.feature_unavailable_in_tier("Password history")


def describe(pool: Pool) -> dict[str, Any]:
    """Return the pool as UserPoolType, with its settings and the defaults."""
    return {
        "Id": pool.pool_id,
        "Name": pool.name,
        "Arn": pool.arn,
        **{name: value for name, value in pool.settings.items() if value is not None},
        "Policies": _described_policies(pool.settings["Policies"]),
        "MfaConfiguration": pool.mfa.mode,
        **pool.domains,
        "SchemaAttributes": pool.schema.described(),
        "EstimatedNumberOfUsers": len(pool.users),
        "CreationDate": pool.created,
        "LastModifiedDate": pool.modified,
    }


def _described_policies(policies: Mapping[str, Any]) -> dict[str, Any]:
    """Return Policies as they are shown, without a history of size 0."""
    policy = dict(policies["PasswordPolicy"])
    if not policy.get("PasswordHistorySize"):
        policy.pop("PasswordHistorySize", None)
    return {**policies, "PasswordPolicy": policy}
