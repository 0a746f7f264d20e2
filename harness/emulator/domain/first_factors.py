"""Decides which first factors USER_AUTH offers a user: pure functions of facts (N015 to N035).

`harness.emulator.rules.first_factors` gathers the facts of a user.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.emulator.domain.next_challenge import (
    EMAIL_OTP,
    PASSWORD,
    PASSWORD_SRP,
    SMS_OTP,
    WEB_AUTHN,
)

#: The challenges that can be a first factor. Their order is unknown (N016); this one agrees with
#: both lists that were seen.
FIRST_FACTORS = (EMAIL_OTP, SMS_OTP, WEB_AUTHN, PASSWORD_SRP, PASSWORD)
#: The first factors that prove the password.
BY_PASSWORD = (PASSWORD_SRP, PASSWORD)
#: The attribute that the code of a first factor is sent to.
CODE_CONTACT = {EMAIL_OTP: "email", SMS_OTP: "phone_number"}
#: Digits of the code of a first factor (N029).
FIRST_FACTOR_DIGITS = 8
#: AuthFactorType of a software token, which is only ever reported (N004).
SOFTWARE_TOKEN = "SOFTWARE_TOKEN"


@dataclass(frozen=True)
class FirstFactorFacts:
    """Everything that decides which first factors a user has.

    Attributes:
        allowed: AllowedFirstAuthFactors of the pool.
        has_password: whether the user has a password (N054).
        must_change_password: whether that password is a temporary one (N021).
        contacts: the contact attributes that the user has, verified or not.
        has_passkey: whether the user has a passkey of the pool's relying party.
        software_token: whether the user has a verified software token.
        mfa_mode: the pool's MfaConfiguration: OFF, OPTIONAL or ON.
        second_factors: the second factors that the user switched on and can use.
        passkey_is_mfa: whether a passkey of the user satisfies MFA: by the pool's
            FactorConfiguration and the user's WebAuthnMfaSettings (N033).
    """

    allowed: tuple[str, ...] = (PASSWORD,)
    has_password: bool = True
    must_change_password: bool = False
    contacts: tuple[str, ...] = ()
    has_passkey: bool = False
    software_token: bool = False
    mfa_mode: str = "OFF"
    second_factors: tuple[str, ...] = ()
    passkey_is_mfa: bool = False

    @property
    def needs_mfa(self) -> bool:
        """Whether one proof is not enough: MFA is on, or optional and the user has a factor."""
        return self.mfa_mode == "ON" or (self.mfa_mode == "OPTIONAL" and bool(self.second_factors))


def available_first_factors(facts: FirstFactorFacts) -> tuple[str, ...]:
    """Return AvailableChallenges: the first factors that the user can use now.

    A user with a temporary password has only the password (N021). Where MFA is needed, codes are
    not offered, and a passkey only if it satisfies MFA alone (N032, N033, N035).
    """
    if facts.must_change_password:
        return BY_PASSWORD
    usable = set_up_first_factors(facts)
    if not facts.needs_mfa:
        return usable
    alone = {WEB_AUTHN} if facts.passkey_is_mfa else set()
    return tuple(factor for factor in usable if factor in {*BY_PASSWORD, *alone})


def set_up_first_factors(facts: FirstFactorFacts) -> tuple[str, ...]:
    """Return the first factors that the pool allows and the user has set up, whatever MFA asks."""
    by_password = facts.has_password and PASSWORD in facts.allowed
    has = {
        EMAIL_OTP: EMAIL_OTP in facts.allowed and CODE_CONTACT[EMAIL_OTP] in facts.contacts,
        SMS_OTP: SMS_OTP in facts.allowed and CODE_CONTACT[SMS_OTP] in facts.contacts,
        WEB_AUTHN: WEB_AUTHN in facts.allowed and facts.has_passkey,
        PASSWORD_SRP: by_password,
        PASSWORD: by_password,
    }
    return tuple(factor for factor in FIRST_FACTORS if has[factor])


def configured_first_factors(facts: FirstFactorFacts) -> tuple[str, ...]:
    """Return ConfiguredUserAuthFactors: what is set up, and a software token too (N048).

    It is in the order of the published sample, and does not depend on the MFA setting.
    """
    has = set(set_up_first_factors(facts))
    if facts.software_token:
        has.add(SOFTWARE_TOKEN)
    order = (PASSWORD, EMAIL_OTP, SMS_OTP, WEB_AUTHN, SOFTWARE_TOKEN)
    return tuple(factor for factor in order if factor in has)


def simulated_first_factors(allowed: tuple[str, ...], mfa_mode: str) -> tuple[str, ...]:
    """Return AvailableChallenges for an unknown user in a client that hides that (N022).

    Which ones Cognito makes up is unknown, except that EMAIL_OTP is among them (A102). Here it is
    what the pool allows to a user with a password, an email address and a phone number.
    """
    everything = FirstFactorFacts(allowed, contacts=("email", "phone_number"), mfa_mode=mfa_mode)
    return available_first_factors(everything)
