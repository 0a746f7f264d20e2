"""All rules, and the rules of each preset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.pools.audit import (
    accounts,
    clients,
    factors,
    first_factors,
    managed_login,
    passkeys,
)
from harness.pools.audit.rules import Rule

__all__ = ["PRESETS", "RULES"]

RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        *factors.RULES,
        *first_factors.RULES,
        *passkeys.RULES,
        *clients.RULES,
        *managed_login.RULES,
        *accounts.RULES,
    )
}

#: What every pool should follow.
_BASELINE: dict[str, Any] = dict.fromkeys(
    (
        "mfa-required",
        "mfa-software-token",
        "mfa-beside-passkeys",
        "mfa-beside-codes",
        "passkey-second-factor",
        "passkey-user-verification",
        "passkey-mfa-user-verification",
        "passkey-relying-party",
        "passkey-custom-domain",
        "mfa-apart-from-email-codes",
        "mfa-apart-from-text-codes",
        "first-factor-usable",
        "first-factor-tier",
        "first-factor-email-sender",
        "first-factor-no-sms",
        "client-no-older-flows",
        "client-hides-users",
        "client-token-revocation",
        "client-access-token-lifetime",
        "client-id-token-lifetime",
        "client-refresh-token-lifetime",
        "client-no-implicit-grant",
        "client-callback-urls",
        "oauth-switched-on",
        "oauth-flows-and-scopes",
        "oauth-known-scopes",
        "oauth-openid",
        "oauth-exact-urls",
        "oauth-logout-urls",
        "oauth-default-redirect",
        "oauth-machine-apart",
        "oauth-machine-secret",
        "oauth-machine-scopes",
        "oauth-machine-signs-no-one-in",
        "login-domain-name",
        "login-branding",
        "password-minimum-length",
        "password-lowercase",
        "password-uppercase",
        "password-numeric",
        "password-symbol",
        "temporary-password-validity",
        "recovery-not-by-phone",
        "recovery-apart-from-email-mfa",
        "verified-email",
        "verify-before-update",
        "case-insensitive-names",
        "deletion-protection",
        "own-email-sender",
    )
)
#: What tracked devices need: first a sign-in with password and code, then with password and device.
_DEVICE_TRACKING: dict[str, Any] = dict.fromkeys(
    (
        "mfa-required",
        "mfa-beside-passkeys",
        "mfa-beside-codes",
        "mfa-software-token",
        "device-tracking",
        "device-challenge",
        "device-remembered",
        "first-factor-usable",
        "first-factor-tier",
        "client-srp-flow",
        "client-token-revocation",
        "client-session-validity",
        "verified-email",
        "confirm-by-code",
    )
)

#: The rules of each preset; a value that is not ``None`` replaces the rule's own expectation.
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "baseline": _BASELINE,
    "strict": {
        **dict.fromkeys(rule for rule in RULES if not rule.startswith("device-")),
        "password-minimum-length": 14,
        "client-session-validity": 3,
        "client-refresh-token-lifetime": 24 * 60,
    },
    "device-tracking": _DEVICE_TRACKING,
}
