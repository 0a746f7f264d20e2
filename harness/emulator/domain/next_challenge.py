"""Decides the next challenge of a sign-in: a pure function of facts.

The order (A166): first factor, NEW_PASSWORD_REQUIRED, then either the device, if it replaces
MFA, or MFA and then the device. Nothing here uses requests, sessions or clocks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

SMS_MFA = "SMS_MFA"
SOFTWARE_TOKEN_MFA = "SOFTWARE_TOKEN_MFA"
EMAIL_OTP = "EMAIL_OTP"

#: The factors in the order in which Cognito lists them.
FACTORS = (SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP)
#: The attribute that a factor's code is sent to; a software token needs none.
CONTACT = {SMS_MFA: "phone_number", EMAIL_OTP: "email"}
#: Digits of a sent code (A187 for email; six by SMS).
CODE_DIGITS = {SMS_MFA: 6, EMAIL_OTP: 8}

NEW_PASSWORD_REQUIRED = "NEW_PASSWORD_REQUIRED"
MFA_SETUP = "MFA_SETUP"
SELECT_MFA_TYPE = "SELECT_MFA_TYPE"
DEVICE_SRP_AUTH = "DEVICE_SRP_AUTH"
DEVICE_PASSWORD_VERIFIER = "DEVICE_PASSWORD_VERIFIER"
PASSWORD_VERIFIER = "PASSWORD_VERIFIER"
SRP_A = "SRP_A"
CUSTOM_CHALLENGE = "CUSTOM_CHALLENGE"
SELECT_CHALLENGE = "SELECT_CHALLENGE"

#: The first factors that USER_AUTH offers, with EMAIL_OTP, which is a second factor too.
PASSWORD_SRP = "PASSWORD_SRP"
PASSWORD = "PASSWORD"
SMS_OTP = "SMS_OTP"
WEB_AUTHN = "WEB_AUTHN"


@dataclass(frozen=True)
class DeviceFacts:
    """The confirmed device that the newest request presented, in a pool that tracks devices.

    Attributes:
        may_replace_mfa: whether the pool has ChallengeRequiredOnNewDevice and MFA was passed with
            the device before (D053, D101).
    """

    remembered: bool
    may_replace_mfa: bool


@dataclass(frozen=True)
class Facts:
    """Everything that decides the next challenge, once the first factor is proven.

    Attributes:
        mfa_mode: the pool's MfaConfiguration: OFF, OPTIONAL or ON.
        enabled_factors: the factors that the user switched on and can use.
        available_factors: the factors that the user could use: a verified software token, or a
            phone number or email address if the pool sends codes there. They count only if
            mfa_mode is ON.
        preferred_factor: PreferredMfaSetting.
        chosen_factor: the factor in the response to SELECT_MFA_TYPE.
    """

    temporary_password: bool = False
    mfa_mode: str = "OFF"
    enabled_factors: tuple[str, ...] = ()
    available_factors: tuple[str, ...] = ()
    preferred_factor: str | None = None
    chosen_factor: str | None = None
    device: DeviceFacts | None = None
    mfa_passed: bool = False
    device_proven: bool = False


def in_order(factors: Collection[str]) -> list[str]:
    """Return the factors in Cognito's order (A242)."""
    return [factor for factor in FACTORS if factor in factors]


def reachable(
    factors: Iterable[str], attributes: Mapping[str, str], *, software_token: bool
) -> tuple[str, ...]:
    """Return the factors that a user can use: those with a token, a number or an address."""
    return tuple(
        factor
        for factor in factors
        if (attributes.get(CONTACT[factor]) if factor in CONTACT else software_token)
    )


def next_challenge(facts: Facts) -> str | None:
    """Return the name of the next challenge, or ``None`` if it is time for tokens."""
    if facts.temporary_password:
        return NEW_PASSWORD_REQUIRED
    factor = _mfa_challenge(facts)
    if factor is not None and not _device_replaces(factor, facts.device):
        return factor
    if facts.device is not None and facts.device.remembered and not facts.device_proven:
        return DEVICE_SRP_AUTH
    return None


def factors_to_choose(facts: Facts) -> tuple[str, ...]:
    """Return the factors that the user can choose from, in Cognito's order.

    With MFA ON,
    a user who switched on nothing can choose from the available factors (A208, A243).
    """
    if facts.mfa_mode == "OFF":
        return ()
    usable = facts.enabled_factors
    if facts.mfa_mode == "ON" and not usable:
        usable = facts.available_factors
    return tuple(factor for factor in FACTORS if factor in usable)


def _mfa_challenge(facts: Facts) -> str | None:
    if facts.mfa_passed:
        return None
    usable = factors_to_choose(facts)
    for factor in (facts.chosen_factor, facts.preferred_factor):
        if factor in usable:
            return factor
    if len(usable) > 1:
        return SELECT_MFA_TYPE
    if usable:
        return usable[0]
    return MFA_SETUP if facts.mfa_mode == "ON" else None


def _device_replaces(challenge: str, device: DeviceFacts | None) -> bool:
    """Return whether the device replaces a challenge.

    It replaces SMS and TOTP codes (D053), but neither email codes (D102) nor MFA_SETUP.
    """
    if device is None or not device.remembered or not device.may_replace_mfa:
        return False
    return challenge in (SMS_MFA, SOFTWARE_TOKEN_MFA, SELECT_MFA_TYPE)
