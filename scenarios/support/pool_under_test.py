"""What scenarios need of a pool in addition to what a variant says; they use :func:`requires`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from harness import GivenPool, PoolPeople, PoolSpec
from scenarios.support.expectations import allowance
from scenarios.support.variants import Flow


@dataclass(frozen=True)
class Need:
    """Something that a scenario needs from a pool in addition to what a variant says.

    Attributes:
        kind: where the setting is: ``pool``, ``mfa`` (its MFA configuration) or ``client``.
        path: the setting, with Cognito's names.
        why: what is needed, as the end of the sentence "the scenario needs that ...".
        holds: returns whether a value of the setting meets the need.
        holds_for: returns whether the whole pool meets the need, where other settings decide too.
    """

    kind: str
    path: str
    why: str
    holds: Callable[[Any], bool] = bool
    holds_for: Callable[[PoolSpec], bool] | None = None

    def is_met(self, given: GivenPool) -> bool:
        """Return whether a pool meets the need."""
        if self.holds_for is not None:
            return self.holds_for(given.spec)
        return self.holds(given.setting(self.kind, self.path))


def _changeable(name: str) -> Callable[[Any], bool]:
    """Return whether an attribute can be changed, by the pool's Schema."""
    return lambda schema: all(one.get("Mutable", True) for one in schema if one["Name"] == name)


def _signs_in_without_sent_codes(spec: PoolSpec) -> bool:
    people = PoolPeople(spec)
    return spec.mfa != "ON" or (people.set_up_totp and people.sent_factor is None)


def _all_classes(policy: Any) -> bool:
    classes = ("Lowercase", "Numbers", "Symbols", "Uppercase")
    return all(policy[f"Require{name}"] for name in classes)


ADDRESS_CHANGES = Need("pool", "Schema", "an email address can be changed", _changeable("email"))
NAME_CHANGES = Need("pool", "Schema", "a given name can be changed", _changeable("given_name"))
EMAIL_CODES = Need(
    "pool",
    "AutoVerifiedAttributes",
    "codes are sent by email, and that the app client can change the address",
    holds_for=lambda spec: "email" in spec.auto_verified and PoolPeople(spec).may_write("email"),
)
IMPORTS_BY_EMAIL = Need(
    "pool",
    "AutoVerifiedAttributes",
    "users with a verified email address can be imported",
    holds_for=lambda spec: "email" in spec.auto_verified,
)
NO_LINKS = Need(
    "pool",
    "VerificationMessageTemplate.DefaultEmailOption",
    "emails have a code, not a link",
    lambda option: option != "CONFIRM_WITH_LINK",
)
NEW_ADDRESS_AT_ONCE = Need(
    "pool",
    "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate",
    "a changed email address replaces the old one at once",
    lambda names: "email" not in (names or ()),
)
SIGN_UP_CODES = Need(
    "pool",
    "AutoVerifiedAttributes",
    "a sign-up sends a code",
    holds_for=lambda spec: PoolPeople(spec).sign_up_contact is not None,
)
SIGN_UP_WITHOUT_LINK = Need(
    "pool",
    "VerificationMessageTemplate.DefaultEmailOption",
    "a sign-up is confirmed by a code, not a link",
    holds_for=lambda spec: not PoolPeople(spec).follow_links,
)
ONE_NAME_FOR_ALL = Need(
    "pool",
    "UsernameAttributes",
    "users sign up with their email addresses alone",
    lambda names: names == ["email"],
)
GIVEN_NAMES = Need(
    "client",
    "WriteAttributes",
    "the app client can write given_name",
    holds_for=lambda spec: PoolPeople(spec).may_write("given_name"),
)
RECOVERY = Need(
    "pool",
    "AccountRecoverySetting.RecoveryMechanisms",
    "users have a verified contact that passwords are recovered by",
    holds_for=lambda spec: PoolPeople(spec).recovery_contact is not None,
)
SELF_SERVICE = Need(
    "pool",
    "AccountRecoverySetting.RecoveryMechanisms",
    "users can recover their passwords themselves",
    holds_for=lambda spec: not spec.recovery_by_administrator_only,
)
SELF_SIGN_UP = Need(
    "pool",
    "AdminCreateUserConfig.AllowAdminCreateUserOnly",
    "users can sign up themselves",
    lambda closed: not closed,
)
ORDINARY_POLICY = Need(
    "pool",
    "Policies.PasswordPolicy",
    "passwords follow Cognito's default policy",
    lambda policy: policy["MinimumLength"] == 8 and _all_classes(policy),
)
ORDINARY_LIFETIMES = Need(
    "client",
    "AccessTokenValidity",
    "tokens have Cognito's default lifetimes",
    lambda value: value == 1,
)
ORDINARY_SESSIONS = Need(
    "client", "AuthSessionValidity", "a session lasts three minutes", lambda value: value == 3
)
ORDINARY_TEMPORARY_PASSWORDS = Need(
    "pool",
    "Policies.PasswordPolicy.TemporaryPasswordValidityDays",
    "a temporary password lasts a week",
    holds_for=lambda spec: spec.temporary_password_validity_days == 7,
)
REVOCATION = Need("client", "EnableTokenRevocation", "tokens can be revoked", bool)


MANAGED_LOGIN = Need(
    "client",
    "AllowedOAuthFlows",
    "the pool has a domain, and its app client the flow code on it",
    holds_for=lambda spec: spec.managed_login is not None and "code" in spec.managed_login.flows,
)


def login_scopes(*scopes: str) -> Need:
    """Return the need that the app client can ask for these scopes on the pages."""
    return Need(
        "client",
        "AllowedOAuthScopes",
        f"the app client has the scopes {', '.join(scopes)}",
        holds_for=lambda spec: (
            spec.managed_login is not None and set(scopes) <= set(spec.managed_login.scopes)
        ),
    )


#: The token endpoint gives an ID token (H080).
OPENID = login_scopes("openid")
IMPLICIT_FLOW = Need(
    "client",
    "AllowedOAuthFlows",
    "the app client has the implicit flow",
    holds_for=lambda spec: (
        spec.managed_login is not None and "implicit" in spec.managed_login.flows
    ),
)
PROMPTS = Need(
    "client",
    "AllowedOAuthFlows",
    "the pages of the domain are of version 2, which know prompt",
    holds_for=lambda spec: spec.managed_login is not None and spec.managed_login.version == 2,
)
MANAGED_LOGIN_OF_MACHINES = Need(
    "client",
    "AllowedOAuthFlows",
    "the pool has a domain and the API of the scenarios, and its app client is a machine's",
    holds_for=lambda spec: (
        spec.managed_login is not None
        and "client_credentials" in spec.managed_login.flows
        and "https://api.example.com/write" in spec.managed_login.scopes
    ),
)
MFA_ON = Need("mfa", "MfaConfiguration", "MFA is ON", lambda mode: mode == "ON")
MFA_OFF = Need("mfa", "MfaConfiguration", "MFA is OFF", lambda mode: mode == "OFF")
TOTP_ALONE = Need(
    "mfa",
    "MfaConfiguration",
    "TOTP is the only second factor",
    holds_for=lambda spec: spec.second_factors == ("SOFTWARE_TOKEN_MFA",),
)
SECOND_FACTOR = Need(
    "mfa",
    "SoftwareTokenMfaConfiguration",
    "the pool has MFA with TOTP",
    holds_for=lambda spec: PoolPeople(spec).set_up_totp,
)
#: What every scenario needs in which somebody signs in.
TO_SIGN_IN = Need(
    "client",
    "ExplicitAuthFlows",
    "the app client allows a flow with a password",
    holds_for=lambda spec: bool(flows_of(spec)),
)
#: What they need too, unless they read the codes that are sent to their users.
WITHOUT_CODES = Need(
    "mfa",
    "MfaConfiguration",
    "no code by SMS or email is asked for at the first sign-in",
    holds_for=_signs_in_without_sent_codes,
)
#: What the others need.
CONTACTS = Need(
    "client",
    "WriteAttributes",
    "users have an email address and a phone number",
    holds_for=lambda spec: (
        spec.allow_admin_create_user_only
        or all(PoolPeople(spec).may_write(name) for name in ("email", "phone_number"))
    ),
)
TRACKED_DEVICES = Need("pool", "DeviceConfiguration", "devices are tracked", bool)
REMEMBERED_DEVICES = Need(
    "pool",
    "DeviceConfiguration",
    "devices are always remembered",
    lambda tracking: bool(tracking) and not tracking["DeviceOnlyRememberedOnUserPrompt"],
)
CHOSEN_NAMES = Need(
    "pool", "UsernameAttributes", "users choose their usernames", lambda names: not names
)
NO_ALIASES = Need(
    "pool", "AliasAttributes", "users sign in with their usernames", lambda names: not names
)

RELYING_PARTY = Need(
    "mfa",
    "WebAuthnConfiguration.RelyingPartyId",
    "the pool names a relying party for passkeys",
)


TEMPORARY_PASSWORDS = Need(
    "pool",
    "Policies.SignInPolicy.AllowedFirstAuthFactors",
    "an administrator who names no password makes users with a temporary one (N054)",
    holds_for=lambda spec: {"EMAIL_OTP", "SMS_OTP"}.isdisjoint(spec.first_factors),
)
#: What everyone needs who signs in with a code by email.
VERIFIED_EMAIL = Need(
    "pool",
    "AutoVerifiedAttributes",
    "a confirmed user has a verified email address",
    holds_for=lambda spec: "email" in PoolPeople(spec).verified,
)


def first_factors_without(*factors: str) -> Need:
    """Return the need that none of these is a first factor."""
    return Need(
        "pool",
        "Policies.SignInPolicy.AllowedFirstAuthFactors",
        f"no first factor is {' or '.join(factors)}",
        holds_for=lambda spec: set(factors).isdisjoint(spec.first_factors),
    )


def flows_allowed(*allowances: str) -> Need:
    """Return the need that the app client allows other flows than that of the variant."""
    return Need(
        "client",
        "ExplicitAuthFlows",
        f"the app client has {' and '.join(allowances)}",
        holds_for=lambda spec: set(allowances) <= set(spec.auth_flows),
    )


def flow_forbidden(allowance: str) -> Need:
    """Return the need that the app client does not allow a flow."""
    return Need(
        "client",
        "ExplicitAuthFlows",
        f"the app client does not have {allowance}",
        holds_for=lambda spec: allowance not in spec.auth_flows,
    )


REFRESHING = flows_allowed("ALLOW_REFRESH_TOKEN_AUTH")


def requires(*needs: Need) -> pytest.MarkDecorator:
    """Run a scenario only on pools that meet all of these needs.

    Without arguments, the scenario also drops the needs of its module and of its fixtures.
    """
    return pytest.mark.asks(*needs)


def flows_of(spec: PoolSpec) -> tuple[Flow, ...]:
    """Return the flows with a password that the app client allows.

    USER_AUTH takes passwords in each of these ways, without their own settings (N001).
    """
    allowed = tuple(flow for flow in Flow if allowance(flow) in spec.auth_flows)
    return allowed or (tuple(Flow) if "ALLOW_USER_AUTH" in spec.auth_flows else ())


def by_choice_alone(spec: PoolSpec) -> bool:
    """Return whether people sign in with passwords through USER_AUTH, for want of other flows."""
    return "ALLOW_USER_AUTH" in spec.auth_flows and not any(
        allowance(flow) in spec.auth_flows for flow in Flow
    )
