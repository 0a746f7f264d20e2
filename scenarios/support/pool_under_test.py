"""The given pool of a run, if there is one: which variant it is, and which scenarios apply to it.

On a given pool, every scenario runs in the variants that match the pool. A dimension that a
scenario names is one that it needs; a dimension that it does not name has the pool's value. For
what no variant says, such as whether an email address can be changed, a scenario uses
:func:`requires`.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Sequence
from enum import Enum
from typing import Any

import pytest

from harness import GivenPool, PoolPeople, PoolSpec, UnfitSetting
from scenarios.support.expectations import allowance
from scenarios.support.need import (
    Need,
    all_classes,
    changeable,
    signs_in_without_sent_codes,
)
from scenarios.support.variants import (
    Client,
    Devices,
    FirstFactors,
    Flow,
    Mfa,
    SecondFactors,
    SignInName,
    Variant,
    Variation,
)

#: The Cognito settings of the dimensions.
_SETTINGS = {
    "mfa": ("mfa", "MfaConfiguration"),
    "devices": ("pool", "DeviceConfiguration"),
    "sign_in_name": ("pool", "UsernameAttributes"),
    "client": ("client", "GenerateSecret"),
    "flow": ("client", "ExplicitAuthFlows"),
    "second_factors": ("mfa", "MfaConfiguration"),
    "first_factors": ("pool", "Policies.SignInPolicy.AllowedFirstAuthFactors"),
}
#: The fields of a specification behind the dimensions.
_FIELDS = {
    "mfa": "mfa",
    "devices": "device_tracking",
    "sign_in_name": "sign_in_names",
    "client": "client_secret",
    "flow": "auth_flows",
    "second_factors": "second_factors",
    "first_factors": "first_factors",
}

#: The fixture of every scenario in which somebody signs in.
_SIGNS_IN = "cognito_sign_in"
#: The fixture of every scenario that reads the codes of its users.
_READS_CODES = "reachable"
#: The fixture of every scenario in which somebody signs in with USER_AUTH.
CHOOSES = "by_choice"
#: Fields that a scenario asks for with :func:`requires`, or that do not matter.
_SAID_OTHERWISE = frozenset({"auth_flows", "name"})


ADDRESS_CHANGES = Need("pool", "Schema", "an email address can be changed", changeable("email"))
NAME_CHANGES = Need("pool", "Schema", "a given name can be changed", changeable("given_name"))
EMAIL_CODES = Need(
    "pool",
    "AutoVerifiedAttributes",
    "codes are sent by email, and that the app client can change the address",
    holds_for=lambda spec: "email" in spec.auto_verified and PoolPeople(spec).may_write("email"),
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
    lambda policy: policy["MinimumLength"] == 8 and all_classes(policy),
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
_TO_SIGN_IN = Need(
    "client",
    "ExplicitAuthFlows",
    "the app client allows a flow with a password",
    holds_for=lambda spec: bool(flows_of(spec)),
)
#: What they need too, unless they read the codes that are sent to their users.
_WITHOUT_CODES = Need(
    "mfa",
    "MfaConfiguration",
    "no code by SMS or email is asked for at the first sign-in",
    holds_for=signs_in_without_sent_codes,
)
#: What the others need.
_CONTACTS = Need(
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
_VERIFIED_EMAIL = Need(
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
        f"{' and '.join(factors)} are not among the first factors",
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


def variant_of(given: GivenPool, engine: str) -> Variant:
    """Return the variant that the given pool is, with USER_SRP_AUTH if it is allowed."""
    spec = given.spec
    tracking = spec.device_tracking
    devices = Devices.NOT_TRACKED
    if tracking is not None:
        prompt = tracking.device_only_remembered_on_user_prompt
        devices = Devices((tracking.challenge_required_on_new_device, prompt))
    allowed = flows_of(spec)
    asks_nobody = spec.mfa == "OPTIONAL" and not PoolPeople(spec).set_up_totp
    return Variant(
        # Where MFA is OPTIONAL, Cognito asks only those who have set a factor up.
        mfa=Mfa.OFF if asks_nobody else Mfa(spec.mfa),
        devices=devices,
        sign_in_name=SignInName(spec.sign_in_names),
        client=Client(spec.client_secret),
        flow=Flow.USER_SRP_AUTH if Flow.USER_SRP_AUTH in allowed or not allowed else allowed[0],
        engine=engine,
        second_factors=SecondFactors.of(spec.second_factors),
        first_factors=FirstFactors.of(spec.first_factors),
    )


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


def flows_for(given: GivenPool, pool: Variant, fixtures: Collection[str]) -> tuple[Flow, ...]:
    """Return the flows that a scenario can run with.

    Where nobody signs in, it does not matter that the app client allows no flow with a password,
    and USER_AUTH has the password in each of the ways of these flows (N001).

    Args:
        given: the pool.
        pool: the variant that the pool is.
        fixtures: the names of the scenario's fixtures.
    """
    if CHOOSES in fixtures:
        return tuple(Flow)
    return flows_of(given.spec) or (() if _SIGNS_IN in fixtures else (pool.flow,))


def why_not(
    given: GivenPool, variation: Variation, pool: Variant, flows: Sequence[Flow]
) -> str | None:
    """Return which settings keep a scenario from running in any variant, or ``None``."""
    here = variation.on(pool, flows)
    missing = [
        name for name in _SETTINGS if not here.dimensions[name] or given.is_unknown(_FIELDS[name])
    ]
    return _told(given, [_differing(given, name, variation) for name in missing])


def unmet(given: GivenPool, item: pytest.Item) -> str | None:
    """Return which settings of the pool do not meet the scenario's needs, or ``None``."""
    misfits = [
        given.misfit(need.kind, need.path, f"the scenario needs that {need.why}")
        for need in _needs(item)
        if given.is_undecided(need.kind, need.path) or not need.is_met(given)
    ]
    return _told(given, [*misfits, *_unlike_its_markers(given, item)])


def _needs(item: pytest.Item) -> list[Need]:
    marker = item.get_closest_marker("asks")
    own_only = marker is not None and not marker.args
    needs = [need for each in item.iter_markers("asks") for need in each.args]
    fixtures: list[str] = getattr(item, "fixturenames", [])
    if "cognito_tracked_device" in fixtures:
        needs.append(TRACKED_DEVICES)
    if _SIGNS_IN in fixtures:
        needs.append(flows_allowed("ALLOW_USER_AUTH") if CHOOSES in fixtures else _TO_SIGN_IN)
        needs.append(_CONTACTS if _READS_CODES in fixtures else _WITHOUT_CODES)
    if CHOOSES in fixtures:
        needs.append(_VERIFIED_EMAIL)
    function = getattr(item, "function", None)
    # A user who has signed up and is not confirmed did so without an administrator.
    if function is not None and "cognito_signed_up" in inspect.signature(function).parameters:
        needs.append(SELF_SIGN_UP)
    return [] if own_only else list(dict.fromkeys(needs))


def _unlike_its_markers(given: GivenPool, item: pytest.Item) -> list[UnfitSetting]:
    """Return which fields in the scenario's markers the pool does not have.

    A marker counts even if it names the ordinary value.
    """
    asked: dict[str, Any] = {}
    for marker in reversed(list(item.iter_markers("cognito_pool"))):
        asked.update(marker.kwargs)
    return [
        given.field_misfit(name, wanted, "the scenario needs")
        for name, wanted in asked.items()
        if name not in _SAID_OTHERWISE
        and (given.is_unknown(name) or getattr(given.spec, name) != wanted)
    ]


def _differing(given: GivenPool, name: str, variation: Variation) -> UnfitSetting:
    field = _FIELDS[name]
    kind, member = given.behind(field) if given.is_unknown(field) else _SETTINGS[name]
    wanted = ", ".join(map(_said, variation.dimensions.get(name, ())))
    return given.misfit(kind, member, f"it must be {wanted or 'a flow with a password'}")


def _said(one: Enum) -> str:
    """Return the value that a variant needs, as a template has it."""
    return str(one.value).lower() if isinstance(one.value, bool) else one.name


def _told(given: GivenPool, misfits: list[UnfitSetting]) -> str | None:
    return given.why_unfit(misfits) if misfits else None
