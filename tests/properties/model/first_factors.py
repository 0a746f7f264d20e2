"""What a user can sign in with first: the core of choice-based sign-in, from N015 to N035."""

from __future__ import annotations

from dataclasses import dataclass

from tests.properties.model.demands import second_factor
from tests.properties.model.records import (
    BY_PASSWORD,
    CONTACTS,
    EMAIL_OTP,
    FORCE_CHANGE_PASSWORD,
    PASSKEY_MFA,
    PASSWORD,
    PASSWORD_SRP,
    SMS_OTP,
    WEB_AUTHN,
    Account,
    Key,
    Pool,
)

#: Every challenge that can be a first factor.
FIRST_FACTORS = (WEB_AUTHN, EMAIL_OTP, SMS_OTP, PASSWORD, PASSWORD_SRP)


@dataclass(frozen=True)
class Factors:
    """First factors.

    Attributes:
        certain: those that the user has.
        open: those that the facts do not decide.
    """

    certain: frozenset[str]
    open: frozenset[str] = frozenset()

    @property
    def possible(self) -> frozenset[str]:
        """Everything that may be among them."""
        return self.certain | self.open

    def agree(self, shown: set[str]) -> bool:
        """Return whether the service may show these."""
        return self.certain <= shown <= self.possible

    def without(self, others: frozenset[str]) -> Factors:
        """Return the factors without some."""
        return Factors(self.certain - others, self.open - others)


def set_up(account: Account) -> Factors:
    """Return what the pool allows and the user has (N015).

    A code goes to a contact that is not verified as well, if the guide is to be believed.
    """
    pool = account.pool
    certain, unsure = set[str](), set[str]()
    if account.password is not None and PASSWORD in pool.allowed:
        certain |= BY_PASSWORD
    for factor, contact in CONTACTS.items():
        there = account.email if factor == EMAIL_OTP else account.phone
        if factor in pool.allowed and there:
            (certain if contact in account.verified else unsure).add(factor)
    if WEB_AUTHN in pool.allowed and keys_of(account):
        certain.add(WEB_AUTHN)
    return Factors(frozenset(certain), frozenset(unsure))


def available(account: Account) -> Factors:
    """Return what the user can sign in with now: AvailableChallenges.

    A temporary password comes first (N021). Where MFA is due, codes are out of the question, and a
    passkey needs to count as MFA (N032, N033, N035).
    """
    if account.status == FORCE_CHANGE_PASSWORD and account.password is not None:
        return Factors(BY_PASSWORD)
    usable = set_up(account)
    if second_factor(account) is None:
        return usable
    left = BY_PASSWORD | ({WEB_AUTHN} if counts_as_mfa(account) else set())
    return usable.without(usable.possible - left)


def counts_as_mfa(account: Account) -> bool:
    """Return whether a passkey that verifies the user satisfies MFA (N033)."""
    return account.pool.party.counts_as_mfa and PASSKEY_MFA in account.factors


def fitting_keys(account: Account) -> list[Key]:
    """Return the passkeys that can count as MFA: they verified the user when they were made."""
    return [key for key in keys_of(account) if key.verified and account.pool.party.counts_as_mfa]


def keys_of(account: Account) -> list[Key]:
    """Return the passkeys for the pool's relying party; others are useless (N010)."""
    party_id = account.pool.party.party_id
    return [key for key in account.passkeys.values() if key.party_id == party_id]


def may_be_without_password(pool: Pool, email: str | None, phone: str | None) -> bool:
    """Return whether a user needs no password: a code can go to them (N054)."""
    contacts = {"email": email, "phone_number": phone}
    return any(factor in pool.allowed and contacts[CONTACTS[factor]] for factor in CONTACTS)
