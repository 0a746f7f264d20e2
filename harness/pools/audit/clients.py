"""Rules about app clients: flows, lifetimes, what they give away."""

from __future__ import annotations

from typing import Any

from harness.pools.audit.expectations import (
    AtMost,
    Includes,
    Is,
    Lacks,
    Present,
    Satisfies,
)
from harness.pools.audit.rules import Rule, Severity
from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown

__all__ = ["RULES"]

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
_OLDER_FLOWS = ("ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH")
_LOCAL = ("http://localhost", "http://127.0.0.1", "http://[::1]")


def _lifetime(token: str) -> Any:
    """Return a reader of a token's lifetime in minutes; the number means nothing without unit."""

    def read(part: Part) -> Any:
        amount = part.value(f"{token}Validity")
        unit = part.value(f"TokenValidityUnits.{token}")
        for value in (amount, unit):
            if isinstance(value, Unknown):
                return value
        return amount * _SECONDS[unit] // 60

    return read


def _has_no_secret(_configuration: PoolConfiguration, part: Part) -> bool:
    return part.value("GenerateSecret") is not True


def _are_private(urls: Any) -> bool:
    return all(not url.startswith("http:") or url.startswith(_LOCAL) for url in urls or ())


def _tracks_devices(configuration: PoolConfiguration, _part: Part) -> bool:
    return configuration.pool.value("DeviceConfiguration") is not None


RULES = (
    Rule(
        id="client-srp-flow",
        title="Sign-in by SRP is allowed",
        severity=Severity.MEDIUM,
        kind="client",
        setting="ExplicitAuthFlows",
        expected=Includes("ALLOW_USER_SRP_AUTH"),
        reason="libraries prove remembered devices in the SRP flow, and by it no password is sent",
        fix="add ALLOW_USER_SRP_AUTH",
        applies=_tracks_devices,
    ),
    Rule(
        id="client-no-password-flow",
        title="Passwords are not sent as they are",
        severity=Severity.MEDIUM,
        kind="client",
        setting="ExplicitAuthFlows",
        expected=Lacks(("ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH")),
        reason="USER_PASSWORD_AUTH shows the password to everything between the user and Cognito "
        "that ends TLS",
        fix="remove ALLOW_USER_PASSWORD_AUTH, after migrations by trigger have ended",
    ),
    Rule(
        id="client-no-public-admin-flow",
        title="Admin sign-in belongs to clients with a secret",
        severity=Severity.LOW,
        kind="client",
        setting="ExplicitAuthFlows",
        expected=Lacks(("ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH")),
        reason="a client without a secret is in the hands of users, servers can keep a secret",
        fix="give the server a client of its own, with a secret",
        applies=_has_no_secret,
    ),
    Rule(
        id="client-no-older-flows",
        title="No flow is named as before 2018",
        severity=Severity.LOW,
        kind="client",
        setting="ExplicitAuthFlows",
        expected=Lacks(_OLDER_FLOWS),
        reason="older names cannot be mixed with ALLOW_ names, and always allow refreshing",
        fix="write ALLOW_ADMIN_USER_PASSWORD_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_USER_PASSWORD_AUTH",
    ),
    Rule(
        id="client-hides-users",
        title="The client does not tell who exists",
        severity=Severity.MEDIUM,
        kind="client",
        setting="PreventUserExistenceErrors",
        expected=Is("ENABLED"),
        reason="with LEGACY, the default of the API, anybody can find out whose address is known",
        fix="set PreventUserExistenceErrors to ENABLED",
        elsewhere=("Prowler cognito_user_pool_client_prevent_user_existence_errors",),
    ),
    Rule(
        id="client-token-revocation",
        title="Refresh tokens can be revoked",
        severity=Severity.MEDIUM,
        kind="client",
        setting="EnableTokenRevocation",
        expected=Is(True),
        reason="otherwise a stolen refresh token is good until it expires",
        fix="set EnableTokenRevocation to true",
        elsewhere=("Prowler cognito_user_pool_client_token_revocation_enabled",),
    ),
    Rule(
        id="client-session-validity",
        title="Challenges wait for minutes only",
        severity=Severity.LOW,
        kind="client",
        setting="AuthSessionValidity",
        expected=AtMost(5, " minutes"),
        reason="a session is half a sign-in: the password is proven already",
        fix="set AuthSessionValidity to 3 to 5; more where codes come by e-mail",
    ),
    Rule(
        id="client-access-token-lifetime",
        title="Access tokens live shortly",
        severity=Severity.MEDIUM,
        kind="client",
        setting="AccessTokenValidity",
        expected=AtMost(60, " minutes"),
        reason="servers that check signatures only take a token until it expires, revoked or not",
        fix="set AccessTokenValidity and TokenValidityUnits.AccessToken to an hour or less",
        read=_lifetime("AccessToken"),
    ),
    Rule(
        id="client-id-token-lifetime",
        title="ID tokens live shortly",
        severity=Severity.LOW,
        kind="client",
        setting="IdTokenValidity",
        expected=AtMost(60, " minutes"),
        reason="groups and attributes in a token are as old as the token",
        fix="set IdTokenValidity and TokenValidityUnits.IdToken to an hour or less",
        read=_lifetime("IdToken"),
    ),
    Rule(
        id="client-refresh-token-lifetime",
        title="Refresh tokens end within a month",
        severity=Severity.LOW,
        kind="client",
        setting="RefreshTokenValidity",
        expected=AtMost(30 * 24 * 60, " minutes"),
        reason="as long as it lives, whoever has it is signed in without password and code",
        fix="set RefreshTokenValidity and TokenValidityUnits.RefreshToken",
        read=_lifetime("RefreshToken"),
    ),
    Rule(
        id="client-refresh-token-rotation",
        title="Refresh tokens are replaced at each use",
        severity=Severity.LOW,
        kind="client",
        setting="RefreshTokenRotation.Feature",
        expected=Is("ENABLED"),
        reason="a token that was stolen and used shows itself when its owner refreshes",
        fix="enable RefreshTokenRotation and remove ALLOW_REFRESH_TOKEN_AUTH",
    ),
    Rule(
        id="client-write-attributes",
        title="What the user may write is listed",
        severity=Severity.LOW,
        kind="client",
        setting="WriteAttributes",
        expected=Present(),
        reason="without a list users can write every mutable attribute, custom ones too",
        fix="list the attributes of your profile page in WriteAttributes",
    ),
    Rule(
        id="client-no-implicit-grant",
        title="No tokens in addresses",
        severity=Severity.MEDIUM,
        kind="client",
        setting="AllowedOAuthFlows",
        expected=Lacks(("implicit",)),
        reason="the implicit grant puts tokens into the browser's address bar and history "
        "(RFC 9700, section 2.1.2)",
        fix="use code with PKCE",
    ),
    Rule(
        id="client-callback-urls",
        title="Callbacks are encrypted",
        severity=Severity.MEDIUM,
        kind="client",
        setting="CallbackURLs",
        expected=Satisfies(_are_private, "https, or this machine"),
        reason="the code that a callback carries can be read on the way",
        fix="use https; http is for localhost",
    ),
)
