"""Whether a pool that is there is as a test needs it, and what stands against it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, fields
from typing import Any

from harness.pools.spec.pool_spec import PoolSpec

__all__ = ["SETTINGS", "Mismatch", "mismatches"]

#: What decides how people sign in; a test that says nothing about these still counts on them.
_ALWAYS_MATTERS = frozenset(
    {"auth_flows", "client_secret", "device_tracking", "mfa", "sign_in_names"}
)
#: A name is nobody's business, and people are made to fit whatever password policy there is.
_NEVER_MATTERS = frozenset({"name", "password_policy"})

#: The fields of a specification as Cognito names them: the kind of part, and the member.
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
    "case_sensitive": ("pool", "UsernameConfiguration"),
    "auto_verified": ("pool", "AutoVerifiedAttributes"),
    "allow_admin_create_user_only": ("pool", "AdminCreateUserConfig"),
    "required_attributes": ("pool", "Schema"),
    "token_revocation": ("client", "EnableTokenRevocation"),
}


@dataclass(frozen=True)
class Mismatch:
    """A field of a specification in which a pool is not as it is needed."""

    field: str
    found: Any
    wanted: Any

    def __str__(self) -> str:
        """Return the difference in words."""
        return f"{self.field} is {format_field(self.found)}, needed is {format_field(self.wanted)}"


def mismatches(
    wanted: PoolSpec, found: PoolSpec, also: Container[str] = frozenset()
) -> list[Mismatch]:
    """Return what a test needs and a pool does not have.

    Args:
        wanted: what the test says; where it says what is ordinary, that mostly does not matter.
        found: what the pool is like.
        also: fields that matter to this test even so.
    """
    ordinary = PoolSpec()
    pairs = {
        field.name: (getattr(wanted, field.name), getattr(found, field.name))
        for field in fields(PoolSpec)
        if field.name not in _NEVER_MATTERS
    }
    return [
        Mismatch(name, has, needs)
        for name, (needs, has) in pairs.items()
        if (name in _ALWAYS_MATTERS or name in also or needs != getattr(ordinary, name))
        and not _fits(name, needs, has)
    ]


def format_field(value: Any) -> str:
    """Return how a message shows the value of a field."""
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _fits(name: str, wanted: Any, found: Any) -> bool:
    # More flows than needed do no harm.
    return set(wanted) <= set(found) if name == "auth_flows" else bool(wanted == found)
