"""Converts the whole configuration of a pool to a specification."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.deciding import unknown_deciders
from harness.pools.configuration.defaults import completed
from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.spec.factors import MULTI_FACTOR
from harness.pools.spec.login_conversion import login_fields
from harness.pools.spec.people import PoolPeople
from harness.pools.spec.pool_spec import (
    AutoVerified,
    DeviceTracking,
    PoolSpec,
    RefreshTokenRotation,
    SecondFactor,
)
from harness.users.attributes import AttributeLimits
from harness.users.passwords import PasswordRules
from harness.users.person import SignInName

__all__ = ["client_fields", "mfa_fields", "pool_fields", "sign_in_with_what_is_verified", "spec_of"]

# The names from before 2018 (A106).
_OLDER_FLOWS = {
    "ADMIN_NO_SRP_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY": "ALLOW_CUSTOM_AUTH",
    "USER_PASSWORD_AUTH": "ALLOW_USER_PASSWORD_AUTH",
}
# The flows of an app client that was created without ExplicitAuthFlows (A105).
_DEFAULT_FLOWS = ("ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH")
_FACTORS: dict[str, SecondFactor] = {
    "SoftwareTokenMfaConfiguration": "SOFTWARE_TOKEN_MFA",
    "SmsMfaConfiguration": "SMS_MFA",
    "EmailMfaConfiguration": "EMAIL_OTP",
}
_RECOVERED_BY: dict[str, AutoVerified] = {
    "verified_email": "email",
    "verified_phone_number": "phone_number",
}
# Cognito's defaults, by kind of token (A256).
_DEFAULT_UNITS = {"Access": "hours", "Id": "hours", "Refresh": "days"}
_DEFAULT_VALIDITIES = {
    "Access": timedelta(hours=1),
    "Id": timedelta(hours=1),
    "Refresh": timedelta(days=30),
}


def spec_of(configuration: PoolConfiguration, client: str | None = None) -> PoolSpec:
    """Return the specification of a pool with one of its app clients.

    Args:
        configuration: the configuration, with or without Cognito's defaults.
        client: the name of the app client, if there are several.

    Raises:
        ConfigurationError: the app client does not exist, or a setting that decides about sign-in
            is unknown.
    """
    whole = completed(configuration)
    app = whole.client(client)
    _require_known(configuration, app.name)
    fields = {
        **pool_fields(whole.pool.members),
        **mfa_fields(whole.mfa.members),
        **client_fields(app.members),
        **login_fields(whole, app),
    }
    # A schema with defaults keeps no constraints of standard attributes.
    fields["attribute_limits"] = _attribute_limits(configuration.pool.members)
    return sign_in_with_what_is_verified(PoolSpec(**fields))


def sign_in_with_what_is_verified(spec: PoolSpec) -> PoolSpec:
    """Return the specification with names that people can sign in with.

    An alias is a name only once it is verified (A025). Where the code goes to a phone number, or to
    nobody, people sign in with their usernames.
    """
    unusable = spec.sign_in_names == "email_alias" and "email" not in PoolPeople(spec).verified
    return replace(spec, sign_in_names="username") if unusable else spec


def pool_fields(pool: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a specification that come from the pool.

    Args:
        pool: the members of CreateUserPool.
    """
    policies = pool.get("Policies", {})
    policy = policies.get("PasswordPolicy", {})
    first = policies.get("SignInPolicy", {}).get("AllowedFirstAuthFactors") or ("PASSWORD",)
    return {
        "device_tracking": _device_tracking(pool.get("DeviceConfiguration")),
        "sign_in_names": _sign_in_names(pool),
        "password_policy": PasswordRules.from_description(policy),
        "case_sensitive": pool.get("UsernameConfiguration", {}).get("CaseSensitive", True),
        "auto_verified": tuple(sorted(pool.get("AutoVerifiedAttributes", ()))),
        "allow_admin_create_user_only": pool.get("AdminCreateUserConfig", {}).get(
            "AllowAdminCreateUserOnly", False
        ),
        "required_attributes": _required_attributes(pool),
        "temporary_password_validity_days": _temporary_days(pool, policy),
        "password_history_size": int(policy.get("PasswordHistorySize") or 0),
        "recovery_by_administrator_only": "admin_only" in _mechanisms(pool),
        "attribute_limits": _attribute_limits(pool),
        "recovery_order": _recovery_order(pool),
        "confirms_by_link": pool.get("VerificationMessageTemplate", {}).get("DefaultEmailOption")
        == "CONFIRM_WITH_LINK",
        "update_needs_verification": tuple(
            sorted(
                pool.get("UserAttributeUpdateSettings", {}).get(
                    "AttributesRequireVerificationBeforeUpdate", ()
                )
            )
        ),
        # Their order means nothing (N016).
        "first_factors": tuple(sorted(first)),
    }


def mfa_fields(mfa: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a specification that come from the MFA configuration.

    Args:
        mfa: the members of GetUserPoolMfaConfig.
    """
    mode = mfa.get("MfaConfiguration", "OFF")
    passkeys = mfa.get("WebAuthnConfiguration") or {}
    fields = {
        "mfa": mode,
        "relying_party_id": passkeys.get("RelyingPartyId"),
        "passkeys_verify_user": passkeys.get("UserVerification") == "required",
        "passkeys_count_as_mfa": passkeys.get("FactorConfiguration") == MULTI_FACTOR,
    }
    # While MFA is OFF, the pool has no factors (A196), and no field says which it would have.
    return fields if mode == "OFF" else {**fields, "second_factors": _factors_of(mfa)}


def client_fields(client: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a specification that come from the app client.

    Args:
        client: the members of CreateUserPoolClient.
    """
    rotation = client.get("RefreshTokenRotation", {})
    return {
        "client_secret": client.get("GenerateSecret", False),
        "auth_flows": _auth_flows(client.get("ExplicitAuthFlows") or _DEFAULT_FLOWS),
        "auth_session_validity": client.get("AuthSessionValidity", 3),
        "access_token_validity": _validity(client, "Access"),
        "id_token_validity": _validity(client, "Id"),
        "refresh_token_validity": _validity(client, "Refresh"),
        "refresh_token_rotation": RefreshTokenRotation(rotation.get("RetryGracePeriodSeconds", 0))
        if rotation.get("Feature") == "ENABLED"
        else None,
        "prevent_user_existence_errors": client.get("PreventUserExistenceErrors") == "ENABLED",
        "token_revocation": client.get("EnableTokenRevocation", False),
        "write_attributes": _names(client.get("WriteAttributes")),
        "read_attributes": _names(client.get("ReadAttributes")),
    }


def _require_known(configuration: PoolConfiguration, client: str) -> None:
    for decider in unknown_deciders(configuration, client):
        raise ConfigurationError(
            decider.path if decider.place is None else decider.place.path,
            given=str(decider.value),
            source=str(configuration.origin),
            hint="this setting affects sign-in; use a snapshot of the deployed pool, or "
            "give the parameter a Default",
        )


def _device_tracking(configuration: Mapping[str, bool] | None) -> DeviceTracking | None:
    if configuration is None:
        return None
    return DeviceTracking(
        configuration.get("ChallengeRequiredOnNewDevice", False),
        configuration.get("DeviceOnlyRememberedOnUserPrompt", False),
    )


def _factors_of(mfa: Mapping[str, Any]) -> tuple[SecondFactor, ...]:
    """Return the factors that are on; TOTP can be shown and not be enabled (M057)."""
    shown = (member for member in _FACTORS if member in mfa)
    return tuple(_FACTORS[member] for member in shown if mfa[member].get("Enabled", True))


def _sign_in_names(pool: Mapping[str, Any]) -> SignInName:
    if names := pool.get("UsernameAttributes"):
        return "email" if "email" in names else "phone_number"
    return "email_alias" if "email" in pool.get("AliasAttributes", ()) else "username"


def _names(names: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return ReadAttributes or WriteAttributes; an empty list allows all, like none."""
    return tuple(sorted(names)) if names else None


def _temporary_days(pool: Mapping[str, Any], policy: Mapping[str, Any]) -> int:
    """Return TemporaryPasswordValidityDays, or what older pools have instead; 0 is the default."""
    older = pool.get("AdminCreateUserConfig", {}).get("UnusedAccountValidityDays")
    return int(policy.get("TemporaryPasswordValidityDays") or older or 7)


def _mechanisms(pool: Mapping[str, Any]) -> list[str]:
    """Return the names in RecoveryMechanisms, by priority."""
    listed = pool.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", ())
    return [one["Name"] for one in sorted(listed, key=lambda one: int(one["Priority"]))]


def _recovery_order(pool: Mapping[str, Any]) -> tuple[AutoVerified, ...]:
    found = (_RECOVERED_BY[name] for name in _mechanisms(pool) if name in _RECOVERED_BY)
    # Without AccountRecoverySetting the phone number comes first (A088).
    return tuple(found) or ("phone_number", "email")


def _attribute_limits(pool: Mapping[str, Any]) -> tuple[AttributeLimits, ...]:
    """Return the constraints of the required attributes; nobody needs to have the others."""
    required = (one for one in pool.get("Schema", ()) if one.get("Required") is True)
    found = (_limits(one) for one in required if one["Name"] != "sub")
    # DescribeUserPool shows the limits of every attribute, which keep no value of ours out.
    return tuple(each for each in found if not each.are_ordinary)


def _limits(attribute: Mapping[str, Any]) -> AttributeLimits:
    text = attribute.get("StringAttributeConstraints") or {}
    number = attribute.get("NumberAttributeConstraints") or {}
    least = text.get("MinLength", number.get("MinValue"))
    most = text.get("MaxLength", number.get("MaxValue"))
    return AttributeLimits(
        attribute["Name"],
        None if least is None else int(least),
        None if most is None else int(most),
    )


def _required_attributes(pool: Mapping[str, Any]) -> tuple[str, ...]:
    # Every pool requires the sub, which Cognito itself sets.
    required = {item["Name"] for item in pool.get("Schema", ()) if item.get("Required")}
    return tuple(sorted(required - {"sub"}))


def _auth_flows(flows: Iterable[str]) -> tuple[str, ...]:
    found = {_OLDER_FLOWS.get(flow, flow) for flow in flows}
    if found != set(flows):
        # The older names restrict neither refresh (A106) nor custom authentication, and only
        # CUSTOM_AUTH_FLOW_ONLY forbids SRP.
        found |= {"ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
        if "CUSTOM_AUTH_FLOW_ONLY" not in flows:
            found.add("ALLOW_USER_SRP_AUTH")
    return tuple(sorted(found))


def _validity(client: Mapping[str, Any], token: str) -> timedelta | None:
    number = client.get(f"{token}TokenValidity")
    if not number:
        return None
    unit = client.get("TokenValidityUnits", {}).get(f"{token}Token", _DEFAULT_UNITS[token])
    validity = timedelta(**{unit: number})
    return None if validity == _DEFAULT_VALIDITIES[token] else validity
