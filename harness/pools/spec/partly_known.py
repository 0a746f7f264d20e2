"""Specifications of pools that were made without a setting that decides how people sign in.

A field that depends on such a setting equals nothing: a test that asks for the field does not fit,
whatever it asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from harness.pools.configuration.deciding import UnknownDecider
from harness.pools.configuration.known_members import known_configuration
from harness.pools.configuration.pool_configuration import Kind, PoolConfiguration
from harness.pools.configuration.undecided import undecided
from harness.pools.spec.conversion import spec_of
from harness.pools.spec.login_conversion import has_unknown_login
from harness.pools.spec.pool_spec import PoolSpec

__all__ = ["PartlyKnownSpec", "fields_of", "partly_known_spec", "unknown_fields"]

#: The fields that each member decides about; those of other members depend on nothing else.
_FIELDS: Mapping[tuple[Kind, str], tuple[str, ...]] = {
    ("pool", "AccountRecoverySetting"): ("recovery_by_administrator_only",),
    ("pool", "AdminCreateUserConfig.AllowAdminCreateUserOnly"): ("allow_admin_create_user_only",),
    ("pool", "AdminCreateUserConfig.UnusedAccountValidityDays"): (
        "temporary_password_validity_days",
    ),
    ("pool", "AliasAttributes"): ("sign_in_names",),
    ("pool", "AutoVerifiedAttributes"): ("auto_verified",),
    ("pool", "DeviceConfiguration"): ("device_tracking",),
    ("pool", "Policies.PasswordPolicy"): ("password_policy",),
    ("pool", "Policies.PasswordPolicy.PasswordHistorySize"): ("password_history_size",),
    ("pool", "Policies.PasswordPolicy.TemporaryPasswordValidityDays"): (
        "temporary_password_validity_days",
    ),
    ("pool", "Policies.SignInPolicy"): ("first_factors",),
    ("pool", "Schema"): ("required_attributes",),
    ("pool", "UsernameAttributes"): ("sign_in_names",),
    ("pool", "UsernameConfiguration"): ("case_sensitive",),
    ("mfa", "EmailMfaConfiguration"): ("mfa",),
    ("mfa", "MfaConfiguration"): ("mfa",),
    ("mfa", "SmsMfaConfiguration"): ("mfa",),
    ("mfa", "SoftwareTokenMfaConfiguration"): ("mfa",),
    ("mfa", "WebAuthnConfiguration.FactorConfiguration"): ("passkeys_count_as_mfa",),
    ("mfa", "WebAuthnConfiguration.RelyingPartyId"): ("relying_party_id",),
    ("mfa", "WebAuthnConfiguration.UserVerification"): ("passkeys_verify_user",),
    ("client", "AccessTokenValidity"): ("access_token_validity",),
    ("client", "AuthSessionValidity"): ("auth_session_validity",),
    ("client", "EnableTokenRevocation"): ("token_revocation",),
    ("client", "ExplicitAuthFlows"): ("auth_flows",),
    ("client", "GenerateSecret"): ("client_secret",),
    ("client", "IdTokenValidity"): ("id_token_validity",),
    ("client", "PreventUserExistenceErrors"): ("prevent_user_existence_errors",),
    ("client", "RefreshTokenRotation"): ("refresh_token_rotation",),
    ("client", "RefreshTokenValidity"): ("refresh_token_validity",),
    ("client", "TokenValidityUnits.AccessToken"): ("access_token_validity",),
    ("client", "TokenValidityUnits.IdToken"): ("id_token_validity",),
    ("client", "TokenValidityUnits.RefreshToken"): ("refresh_token_validity",),
}
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class PartlyKnownSpec(PoolSpec):
    """A specification of which some fields are unknown.

    Attributes:
        unknown: the names of these fields; they have the values of the pool that was made.
    """

    unknown: frozenset[str] = frozenset()


def unknown_fields(spec: PoolSpec) -> frozenset[str]:
    """Return the names of the fields of a specification that nobody knows."""
    return spec.unknown if isinstance(spec, PartlyKnownSpec) else frozenset()


def partly_known_spec(configuration: PoolConfiguration, client: str) -> PoolSpec:
    """Return the specification of the pool that is made without the unknown settings.

    Args:
        configuration: the configuration as its source gives it, without Cognito's defaults.
        client: the name of the app client.

    Raises:
        ConfigurationError: the app client does not exist.
        HarnessError: a specification cannot describe this kind of pool.
    """
    spec = spec_of(known_configuration(configuration), client)
    unknown = {name for one in undecided(configuration, client) for name in fields_of(one)}
    if has_unknown_login(configuration, configuration.client(client)):
        unknown.add("managed_login")
    known = {field.name: getattr(spec, field.name) for field in fields(spec)}
    return PartlyKnownSpec(**known, unknown=frozenset(unknown)) if unknown else spec


def fields_of(setting: UnknownDecider) -> tuple[str, ...]:
    """Return the fields of a specification that depend on an unknown setting."""
    path = _INDEX.sub("", setting.path)
    kind = setting.part.kind
    found: Iterable[str] = (
        name
        for (of_kind, member), names in _FIELDS.items()
        if of_kind == kind and _meet(path, member)
        for name in names
    )
    return tuple(dict.fromkeys(found))


def _meet(path: str, member: str) -> bool:
    """Return whether one of two paths contains the other."""
    return path == member or path.startswith(f"{member}.") or member.startswith(f"{path}.")
