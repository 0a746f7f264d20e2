"""Rules about app clients: flows, token lifetimes and what they reveal."""

from __future__ import annotations

from typing import Any

from harness.pools.audit.conditions import (
    all_of,
    has_flow,
    has_no_secret,
    signs_in_with,
    tracks_devices,
    without,
)
from harness.pools.audit.expectations import (
    AtMost,
    IncludesOne,
    Is,
    Lacks,
    Present,
    Satisfies,
)
from harness.pools.audit.rules import Rule, Severity
from harness.pools.configuration.pool_configuration import Part, Unknown
from harness.pools.spec.callback_urls import is_private

__all__ = ["RULES"]

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
_OLDER_FLOWS = ("ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH")


def _lifetime(token: str) -> Any:
    """Return a function that reads the lifetime of a token in minutes."""

    def read(part: Part) -> Any:
        amount = part.value(f"{token}Validity")
        unit = part.value(f"TokenValidityUnits.{token}")
        for value in (amount, unit):
            if isinstance(value, Unknown):
                return value
        # Rounded up, so that a minute that has begun is not hidden.
        return -(-amount * _SECONDS[unit] // 60)

    return read


def _are_private(urls: Any) -> bool:
    return all(is_private(url) for url in urls or ())


RULES = (
    Rule(
        id="client-srp-flow",
        title="The client allows sign-in with SRP",
        severity=Severity.MEDIUM,
        kind="client",
        setting="ExplicitAuthFlows",
        # ALLOW_USER_AUTH covers SRP too, and USER_AUTH takes a DEVICE_KEY:
        # https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
        expected=IncludesOne(("ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH")),
        reason="client libraries prove remembered devices in the SRP flow, which sends no password",
        fix="add ALLOW_USER_SRP_AUTH; first rename flows with older names, as Cognito refuses both "
        "kinds together",
        # Nobody signs in with a client for machines.
        applies=all_of(tracks_devices, without(has_flow("client_credentials"))),
    ),
    Rule(
        id="client-no-password-flow",
        title="The client does not send plain passwords",
        severity=Severity.MEDIUM,
        kind="client",
        setting="ExplicitAuthFlows",
        expected=Lacks(("ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH")),
        reason="USER_PASSWORD_AUTH shows the password to every TLS proxy between the user and "
        "Cognito",
        fix="remove ALLOW_USER_PASSWORD_AUTH, once no trigger migrates users anymore",
    ),
    Rule(
        id="client-choice",
        title="A client that lets users choose has something to choose",
        severity=Severity.INFO,
        kind="client",
        setting="ExplicitAuthFlows",
        expected=Lacks(("ALLOW_USER_AUTH",)),
        reason="the pool allows only passwords, and USER_AUTH also takes a plain password, even "
        "where ALLOW_USER_PASSWORD_AUTH is not allowed",
        fix="remove ALLOW_USER_AUTH and name the flows that the client uses, or allow WEB_AUTHN",
        applies=without(signs_in_with("EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")),
        facts=("N001",),
    ),
    Rule(
        id="client-no-public-admin-flow",
        title="Only clients with a secret allow admin sign-in",
        severity=Severity.LOW,
        kind="client",
        setting="ExplicitAuthFlows",
        expected=Lacks(("ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH")),
        reason="users hold the clients without a secret; a server can keep a secret",
        fix="give the server its own app client with a secret",
        applies=has_no_secret,
    ),
    Rule(
        id="client-no-older-flows",
        title="No flow uses its name from before 2018",
        severity=Severity.LOW,
        kind="client",
        setting="ExplicitAuthFlows",
        expected=Lacks(_OLDER_FLOWS),
        reason="older names cannot be mixed with ALLOW_ names, and they always allow token refresh",
        fix="use ALLOW_ADMIN_USER_PASSWORD_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_USER_PASSWORD_AUTH",
    ),
    Rule(
        id="client-hides-users",
        title="The client does not reveal which users exist",
        severity=Severity.MEDIUM,
        kind="client",
        setting="PreventUserExistenceErrors",
        expected=Is("ENABLED"),
        reason="with LEGACY, the API's default, anyone can find out which addresses have a user",
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
        reason="otherwise a stolen refresh token works until it expires",
        fix="set EnableTokenRevocation to true",
        elsewhere=("Prowler cognito_user_pool_client_token_revocation_enabled",),
    ),
    Rule(
        id="client-session-validity",
        title="Sessions between challenges are short",
        severity=Severity.LOW,
        kind="client",
        setting="AuthSessionValidity",
        expected=AtMost(5, " minutes"),
        reason="a session is half a sign-in: it proves that the password was right",
        fix="lower AuthSessionValidity, to 3 at least; use more only if codes arrive by email",
    ),
    Rule(
        id="client-access-token-lifetime",
        title="Access tokens are short-lived",
        severity=Severity.MEDIUM,
        kind="client",
        setting="AccessTokenValidity",
        expected=AtMost(60, " minutes"),
        reason="a server that checks only signatures accepts a revoked token until it expires",
        fix="lower AccessTokenValidity; TokenValidityUnits.AccessToken is its unit",
        read=_lifetime("AccessToken"),
    ),
    Rule(
        id="client-id-token-lifetime",
        title="ID tokens are short-lived",
        severity=Severity.LOW,
        kind="client",
        setting="IdTokenValidity",
        expected=AtMost(60, " minutes"),
        reason="the groups and attributes in a token are as old as the token",
        fix="lower IdTokenValidity; TokenValidityUnits.IdToken is its unit",
        read=_lifetime("IdToken"),
    ),
    Rule(
        id="client-refresh-token-lifetime",
        title="Refresh tokens expire within a month",
        severity=Severity.LOW,
        kind="client",
        setting="RefreshTokenValidity",
        expected=AtMost(30 * 24 * 60, " minutes"),
        reason="until it expires, anyone who has it stays signed in without a password or a code",
        fix="lower RefreshTokenValidity; TokenValidityUnits.RefreshToken is its unit",
        read=_lifetime("RefreshToken"),
    ),
    Rule(
        id="client-refresh-token-rotation",
        title="Each refresh token works only once",
        severity=Severity.LOW,
        kind="client",
        setting="RefreshTokenRotation.Feature",
        expected=Is("ENABLED"),
        reason="rotation reveals a stolen token when its owner refreshes",
        fix="enable RefreshTokenRotation and remove ALLOW_REFRESH_TOKEN_AUTH",
    ),
    Rule(
        id="client-write-attributes",
        title="The attributes that users can write are listed",
        severity=Severity.LOW,
        kind="client",
        setting="WriteAttributes",
        expected=Present(),
        reason="without a list, users can write every mutable attribute, including custom ones",
        # Cognito refuses a list without a required one: https://github.com/aws/aws-cdk/issues/2608.
        fix="list the attributes of your profile page in WriteAttributes, and every required one",
    ),
    Rule(
        id="client-no-implicit-grant",
        title="URLs contain no tokens",
        severity=Severity.MEDIUM,
        kind="client",
        setting="AllowedOAuthFlows",
        expected=Lacks(("implicit",)),
        reason="the implicit grant puts tokens into the browser's address bar and history "
        "(RFC 9700, section 2.1.2)",
        fix="use the code grant with PKCE",
    ),
    Rule(
        id="client-callback-urls",
        title="Callback URLs use HTTPS",
        severity=Severity.MEDIUM,
        kind="client",
        setting="CallbackURLs",
        expected=Satisfies(_are_private, "https, or http for localhost", of_each=True),
        reason="otherwise others can read the authorization code on its way",
        fix="use https, and http only for localhost",
    ),
)
