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


#: What UpdateUserPool keeps where the request omits it; `Policies` is kept for each member (N012,
#: N013). Everything else gets its default again, VerificationMessageTemplate with its older names.
KEPT = (
    "AccountRecoverySetting",
    "DeletionProtection",
    "EmailConfiguration",
    "IssuerConfiguration",
    "KeyConfiguration",
    "SmsConfiguration",
    "UserAttributeUpdateSettings",
    "UserPoolTags",
    "UserPoolTier",
)


def settings_at_creation(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return a pool's settings from CreateUserPool; omitted ones get Cognito's default."""
    _check_emulated(params)
    _check_validity(params)
    return _settings_from({**_DEFAULTS_OF_A_NEW_POOL, **params})


def settings_at_update(before: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """Return a pool's settings after UpdateUserPool (N012, N013).

    Args:
        before: the settings until now.
        params: the members of the request.
    """
    _check_emulated(params)
    _check_validity(params)
    kept = {name: before[name] for name in KEPT if name in before}
    immutable = {name: before[name] for name in IMMUTABLE if name in before}
    policies = {name: value for name, value in (params.get("Policies") or {}).items() if value}
    if "UnusedAccountValidityDays" in (params.get("AdminCreateUserConfig") or {}):
        policies.setdefault("PasswordPolicy", dict(before["Policies"]["PasswordPolicy"]))
        policies["PasswordPolicy"].pop("TemporaryPasswordValidityDays", None)
    merged = {"Policies": {**before["Policies"], **policies}}
    return _settings_from({**kept, **params, **immutable, **merged})


def _settings_from(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with Cognito's defaults for what the members omit."""
    given = {name: value for name, value in params.items() if name not in _NOT_SETTINGS}
    settings = {**_DEFAULTS, **given, **_messages(given)}
    settings["Policies"] = _policies(given.get("Policies") or {})
    settings["AdminCreateUserConfig"] = _admin_create_user(given, settings["Policies"])
    settings["LambdaConfig"] = _lambda_config(settings["LambdaConfig"])
    settings["EmailConfiguration"] = {
        "EmailSendingAccount": "COGNITO_DEFAULT",
        **(given.get("EmailConfiguration") or {}),
    }
    check_settings(settings)
    return settings


#: The members of VerificationMessageTemplate that UserPoolType also has under older names.
_OLDER_NAMES = {
    "SmsMessage": "SmsVerificationMessage",
    "EmailMessage": "EmailVerificationMessage",
    "EmailSubject": "EmailVerificationSubject",
}


def _messages(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verification messages under both names, whichever was given (M019, M020)."""
    template = given.get("VerificationMessageTemplate") or {}
    older = {name: given[old] for name, old in _OLDER_NAMES.items() if given.get(old)}
    texts = {**older, **{name: template[name] for name in _OLDER_NAMES if name in template}}
    shown = {"DefaultEmailOption": "CONFIRM_WITH_CODE", **template, **texts}
    return {
        "VerificationMessageTemplate": shown,
        **{_OLDER_NAMES[name]: text for name, text in texts.items()},
    }


def _lambda_config(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return LambdaConfig; PreTokenGeneration and its Config mirror each other (M035)."""
    config = dict(given)
    plain, versioned = config.get("PreTokenGeneration"), config.get("PreTokenGenerationConfig")
    if plain and not versioned:
        config["PreTokenGenerationConfig"] = {"LambdaArn": plain, "LambdaVersion": "V1_0"}
    if versioned and not plain:
        config["PreTokenGeneration"] = versioned["LambdaArn"]
    return config


#: What a pool without AccountRecoverySetting shows (M004): A088 has the same order.
_DEFAULTS_OF_A_NEW_POOL: dict[str, Any] = {
    "AccountRecoverySetting": {
        "RecoveryMechanisms": [
            {"Priority": 1, "Name": "verified_phone_number"},
            {"Priority": 2, "Name": "verified_email"},
        ]
    },
}

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


def _check_emulated(params: Mapping[str, Any]) -> None:
    """Refuse the levels of step-up authentication, which no sign-in here reaches (N058, N059)."""
    if params.get("AcrConfiguration"):
        raise refusals.not_emulated("AcrConfiguration")


def _check_validity(params: Mapping[str, Any]) -> None:
    """Refuse a request that names both validities of temporary passwords (M046)."""
    policy = (params.get("Policies") or {}).get("PasswordPolicy") or {}
    config = params.get("AdminCreateUserConfig") or {}
    if "TemporaryPasswordValidityDays" in policy and "UnusedAccountValidityDays" in config:
        raise refusals.invalid_parameter(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of "
            "UnusedAccountValidityDays"
        )


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
    _check_functions(settings)
    verified_first = settings["UserAttributeUpdateSettings"].get(
        "AttributesRequireVerificationBeforeUpdate"
    )
    if not set(verified_first or ()) <= set(settings.get("AutoVerifiedAttributes") or ()):
        raise refusals.invalid_parameter(
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in "
            "AutoVerifiedAttributes"
        )


def first_factors(settings: Mapping[str, Any]) -> list[str]:
    """Return AllowedFirstAuthFactors (A191)."""
    return list(settings["Policies"]["SignInPolicy"].get("AllowedFirstAuthFactors") or ())


def has_passwordless_factor(settings: Mapping[str, Any]) -> bool:
    """Return whether users may sign in with a code instead of a password (A057, A198)."""
    return not _MULTIPLE_USE.isdisjoint(first_factors(settings))


def _check_first_factors(settings: Mapping[str, Any]) -> None:
    """Refuse first factors that no pool has, or that this one cannot ask for (N004 to N006).

    In which order Cognito checks them is unknown.
    """
    factors = first_factors(settings)
    if "SOFTWARE_TOKEN" in factors:
        raise refusals.software_token_as_first_factor()
    if "PASSWORD" not in factors:
        raise refusals.first_factors_without_password()
    if "SMS_OTP" in factors and not settings.get("SmsConfiguration"):
        raise refusals.sms_otp_without_sms()


def recovery_mechanisms(settings: Mapping[str, Any]) -> list[str]:
    """Return the names of the pool's RecoveryMechanisms."""
    mechanisms = (settings.get("AccountRecoverySetting") or {}).get("RecoveryMechanisms") or ()
    return [mechanism["Name"] for mechanism in mechanisms]


def has_own_recovery(settings: Mapping[str, Any]) -> bool:
    """Return whether AccountRecoverySetting is another one than a new pool shows (M004)."""
    default = _DEFAULTS_OF_A_NEW_POOL["AccountRecoverySetting"]
    return bool(recovery_mechanisms(settings)) and settings["AccountRecoverySetting"] != default


def _check_recovery(settings: Mapping[str, Any]) -> None:
    names = recovery_mechanisms(settings)
    if "admin_only" in names and len(names) > 1:
        raise refusals.invalid_parameter(
            "Invalid account recovery setting parameter. Account recovery setting cannot use "
            "admin_only setting with any other recovery mechanisms."
        )


def _check_tier(settings: Mapping[str, Any]) -> None:
    """Refuse what the Lite plan has not: a history, sign-in without password, issuers (N002).

    The texts about the history (A035) and the issuer are unknown.
    """
    if settings["UserPoolTier"] != "LITE":
        return
    if settings["Policies"]["PasswordPolicy"].get("PasswordHistorySize"):
        raise refusals.feature_unavailable_in_tier("Password history")
    if (settings.get("IssuerConfiguration") or {}).get("Type") == "UPDATED":
        raise refusals.feature_unavailable_in_tier("Updated issuer")
    if set(first_factors(settings)) != {"PASSWORD"}:
        raise refusals.passwordless_in_lite_tier()


def _check_functions(settings: Mapping[str, Any]) -> None:
    """Refuse functions that the pool cannot have (T015, T025).

    Both texts are unknown. InboundFederation changes what other providers say of their users, and
    nobody signs in with one here:
    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-inbound-federation.html
    """
    config = settings.get("LambdaConfig") or {}
    if config.get("InboundFederation"):
        raise refusals.not_emulated("LambdaConfig.InboundFederation")
    versioned = config.get("PreTokenGenerationConfig") or {}
    later = versioned.get("LambdaVersion", "V1_0") != "V1_0"
    if later and settings["UserPoolTier"] == "LITE":
        raise refusals.feature_unavailable_in_tier("Access token customization")
    if versioned and versioned.get("LambdaArn") != config.get("PreTokenGeneration"):
        raise refusals.invalid_parameter(
            "PreTokenGeneration and PreTokenGenerationConfig must have the same function."
        )


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
        "SchemaAttributes": pool.schema.described(federated=pool.federated),
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
