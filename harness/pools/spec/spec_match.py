"""Compares an existing pool with what a test needs."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, fields
from typing import Any

from harness.pools.spec.managed_login import ManagedLogin, ResourceServer
from harness.pools.spec.partly_known import unknown_fields
from harness.pools.spec.pool_spec import PoolSpec

__all__ = ["SETTINGS", "Mismatch", "mismatches"]

#: These fields decide how users sign in, so they always count, even if a test does not set them.
_ALWAYS_MATTERS = frozenset(
    {"auth_flows", "client_secret", "device_tracking", "mfa", "sign_in_names"}
)
#: The name does not matter, and the passwords of new users follow any password policy.
_NEVER_MATTERS = frozenset({"name", "password_policy"})

#: The Cognito member behind each field of a specification: the kind of part, and the path.
SETTINGS = {
    "mfa": ("mfa", "MfaConfiguration"),
    "device_tracking": ("pool", "DeviceConfiguration"),
    "sign_in_names": ("pool", "UsernameAttributes"),
    "client_secret": ("client", "GenerateSecret"),
    "auth_flows": ("client", "ExplicitAuthFlows"),
    "auth_session_validity": ("client", "AuthSessionValidity"),
    "access_token_validity": ("client", "AccessTokenValidity"),
    "id_token_validity": ("client", "IdTokenValidity"),
    "refresh_token_validity": ("client", "RefreshTokenValidity"),
    "refresh_token_rotation": ("client", "RefreshTokenRotation"),
    "prevent_user_existence_errors": ("client", "PreventUserExistenceErrors"),
    "case_sensitive": ("pool", "UsernameConfiguration.CaseSensitive"),
    "auto_verified": ("pool", "AutoVerifiedAttributes"),
    "allow_admin_create_user_only": ("pool", "AdminCreateUserConfig.AllowAdminCreateUserOnly"),
    "required_attributes": ("pool", "Schema"),
    "token_revocation": ("client", "EnableTokenRevocation"),
    "temporary_password_validity_days": (
        "pool",
        "Policies.PasswordPolicy.TemporaryPasswordValidityDays",
    ),
    "password_history_size": ("pool", "Policies.PasswordPolicy.PasswordHistorySize"),
    "recovery_by_administrator_only": ("pool", "AccountRecoverySetting"),
    "second_factors": ("mfa", "SoftwareTokenMfaConfiguration"),
    "write_attributes": ("client", "WriteAttributes"),
    "read_attributes": ("client", "ReadAttributes"),
    "attribute_limits": ("pool", "Schema"),
    "recovery_order": ("pool", "AccountRecoverySetting"),
    "confirms_by_link": ("pool", "VerificationMessageTemplate.DefaultEmailOption"),
    "update_needs_verification": (
        "pool",
        "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate",
    ),
    "first_factors": ("pool", "Policies.SignInPolicy.AllowedFirstAuthFactors"),
    "relying_party_id": ("mfa", "WebAuthnConfiguration.RelyingPartyId"),
    "passkeys_verify_user": ("mfa", "WebAuthnConfiguration.UserVerification"),
    "passkeys_count_as_mfa": ("mfa", "WebAuthnConfiguration.FactorConfiguration"),
    "managed_login": ("client", "AllowedOAuthFlowsUserPoolClient"),
    "resource_servers": ("client", "AllowedOAuthScopes"),
}
#: Their order means nothing (N016, M085).
_UNORDERED = ("first_factors", "second_factors")


@dataclass(frozen=True)
class Mismatch:
    """A field in which a pool is not what a test needs.

    Attributes:
        field: the field of the specification.
        found: the value of the pool.
        wanted: the value that the test needs.
    """

    field: str
    found: Any
    wanted: Any

    def __str__(self) -> str:
        """Return the mismatch in words."""
        return f"{self.field} is {format_field(self.found)} but must be {format_field(self.wanted)}"


def mismatches(
    wanted: PoolSpec, found: PoolSpec, also: Container[str] = frozenset()
) -> list[Mismatch]:
    """Return the fields in which a pool is not what a test needs.

    Args:
        wanted: what the test needs; most fields with a default value do not matter.
        found: the specification of the pool; a field of it that is unknown never fits.
        also: fields that matter to this test even with a default value.
    """
    defaults, unknown = PoolSpec(), unknown_fields(found)
    pairs = {
        field.name: (getattr(wanted, field.name), getattr(found, field.name))
        for field in fields(PoolSpec)
        if field.name not in _NEVER_MATTERS
    }
    return [
        Mismatch(name, has, needs)
        for name, (needs, has) in pairs.items()
        if (name in _ALWAYS_MATTERS or name in also or needs != getattr(defaults, name))
        and (name in unknown or not _fits(name, needs, has))
    ]


def format_field(value: Any) -> str:
    """Return the value of a field as text for a message."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _fits(name: str, wanted: Any, found: Any) -> bool:
    if name in _UNORDERED:
        return set(wanted) == set(found)
    if isinstance(wanted, ManagedLogin):
        return wanted.fits(found)
    if name == "resource_servers":
        return _scopes_of(wanted) <= _scopes_of(found)
    # The pool may allow more flows than the test needs.
    return set(wanted) <= set(found) if name == "auth_flows" else bool(wanted == found)


def _scopes_of(servers: Iterable[ResourceServer]) -> set[str]:
    return {scope for server in servers for scope in server.full_scopes}
