"""The settings that decide how people sign up and sign in, and which of them are unknown.

A pool whose other settings are unknown can still be tested. For example, the text of an invitation
changes no sign-in, but whether users can sign up themselves does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.pools.configuration.pool_configuration import (
    Kind,
    Part,
    PoolConfiguration,
    SourceLocation,
    Unknown,
    split,
)

__all__ = ["DECIDING", "UnknownDecider", "unknown_deciders"]

#: The paths of the settings that decide, by part; ``[]`` stands for each item of a list. An unknown
#: value decides if it has one of these paths, contains one, or is an item of such a list.
DECIDING: Mapping[Kind, tuple[str, ...]] = {
    "pool": (
        "AccountRecoverySetting.RecoveryMechanisms[].Name",
        "AccountRecoverySetting.RecoveryMechanisms[].Priority",
        "AdminCreateUserConfig.AllowAdminCreateUserOnly",
        "AdminCreateUserConfig.UnusedAccountValidityDays",
        "AliasAttributes",
        "AutoVerifiedAttributes",
        "DeviceConfiguration.ChallengeRequiredOnNewDevice",
        "DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt",
        "Policies.PasswordPolicy.MinimumLength",
        "Policies.PasswordPolicy.PasswordHistorySize",
        "Policies.PasswordPolicy.RequireLowercase",
        "Policies.PasswordPolicy.RequireNumbers",
        "Policies.PasswordPolicy.RequireSymbols",
        "Policies.PasswordPolicy.RequireUppercase",
        "Policies.PasswordPolicy.TemporaryPasswordValidityDays",
        "Policies.SignInPolicy.AllowedFirstAuthFactors",
        "Schema[].Mutable",
        "Schema[].Name",
        "Schema[].NumberAttributeConstraints.MaxValue",
        "Schema[].NumberAttributeConstraints.MinValue",
        "Schema[].Required",
        "Schema[].StringAttributeConstraints.MaxLength",
        "Schema[].StringAttributeConstraints.MinLength",
        "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate",
        "UsernameAttributes",
        "UsernameConfiguration.CaseSensitive",
        "VerificationMessageTemplate.DefaultEmailOption",
    ),
    # Whether a factor is on decides; the role that sends SMS and the texts of messages do not.
    "mfa": (
        "EmailMfaConfiguration",
        "MfaConfiguration",
        "SmsMfaConfiguration",
        "SoftwareTokenMfaConfiguration.Enabled",
        "WebAuthnConfiguration.FactorConfiguration",
        "WebAuthnConfiguration.RelyingPartyId",
        "WebAuthnConfiguration.UserVerification",
    ),
    "client": (
        "AccessTokenValidity",
        "AuthSessionValidity",
        "EnableTokenRevocation",
        "ExplicitAuthFlows",
        "GenerateSecret",
        "IdTokenValidity",
        "PreventUserExistenceErrors",
        "ReadAttributes",
        "RefreshTokenRotation.Feature",
        "RefreshTokenRotation.RetryGracePeriodSeconds",
        "RefreshTokenValidity",
        "TokenValidityUnits.AccessToken",
        "TokenValidityUnits.IdToken",
        "TokenValidityUnits.RefreshToken",
        "WriteAttributes",
    ),
}
_INDEX = re.compile(r"\[\d+\]")
_PASSKEYS = "WebAuthnConfiguration"


@dataclass(frozen=True)
class UnknownDecider:
    """A setting that decides how people sign in, and whose value only a deployment knows.

    Attributes:
        part: the pool, its MFA configuration or the app client that has the setting.
        path: the path of the setting in the part, under Cognito's names.
        value: the unknown value, with its reason.
    """

    part: Part
    path: str
    value: Unknown

    @property
    def place(self) -> SourceLocation | None:
        """Where the setting is in its source."""
        return self.part.place(self.path)

    def concerns(self, path: str) -> bool:
        """Return whether the setting at a path of the part depends on this one."""
        own = self.path
        return own == path or own.startswith((f"{path}.", f"{path}[")) or path.startswith(f"{own}.")


def unknown_deciders(
    configuration: PoolConfiguration, client: str | None = None
) -> tuple[UnknownDecider, ...]:
    """Return the settings that decide how people sign in and are unknown.

    Args:
        configuration: the configuration as its source gives it, without Cognito's defaults.
        client: the name of the only app client that matters; by default, all of them matter.

    Raises:
        ConfigurationError: no app client has that name.
    """
    clients = configuration.clients if client is None else (configuration.client(client),)
    found = (
        decider
        for part in (configuration.pool, configuration.mfa, *clients)
        for decider in _of_part(part, _may_have_passkeys(configuration.pool))
    )
    return tuple(found)


def _of_part(part: Part, passkeys: bool) -> Iterator[UnknownDecider]:
    for path, value in part.unknown().items():
        is_open = part.kind == "mfa" and _is_without_effect(part, path, passkeys)
        decides = not is_open and _decides(part.kind, path)
        if decides and not _is_of_optional_attribute(part, path):
            yield UnknownDecider(part, path, value)


def _is_without_effect(mfa: Part, path: str, passkeys: bool) -> bool:
    """Return whether a setting of MFA has no effect beside the others.

    Cognito keeps no second factor while MFA is OFF (A196), but passkeys (N009).
    """
    if split(path)[0] == _PASSKEYS:
        return not passkeys
    return bool(mfa.members.get("MfaConfiguration", "OFF") == "OFF")


def _may_have_passkeys(pool: Part) -> bool:
    """Return whether WEB_AUTHN is a first factor, or may be one."""
    factors = pool.value("Policies.SignInPolicy.AllowedFirstAuthFactors", ())
    if isinstance(factors, Unknown):
        return True
    return any(isinstance(one, Unknown) or one == "WEB_AUTHN" for one in factors or ())


def _decides(kind: Kind, path: str) -> bool:
    setting = _INDEX.sub("[]", path)
    return any(
        setting in (decider, f"{decider}[]") or decider.startswith((f"{setting}.", f"{setting}["))
        for decider in DECIDING[kind]
    )


def _is_of_optional_attribute(part: Part, path: str) -> bool:
    """Return whether a path is in an attribute of the schema that nobody needs to have.

    People have only the standard attributes that are required, and custom attributes cannot be:
    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
    """
    name, *index = split(path)[:2]
    if name != "Schema" or not index:
        return False
    attribute = part.value(f"Schema[{index[0]}]")
    if not isinstance(attribute, Mapping):
        return False
    return attribute.get("Required", False) is False and attribute.get("Mutable", True) is True
