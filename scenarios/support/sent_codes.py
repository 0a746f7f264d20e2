"""Second factors whose codes the service sends: how they are asked, answered and preferred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness import Actions, HarnessError, Mailbox, Person, Progress, Secret, check
from scenarios.support.answers import expect_challenge, expect_equal
from scenarios.support.contacts import Contact
from scenarios.support.expectations import masked_email, masked_phone_number
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.variants import Variant

__all__ = [
    "EMAIL",
    "SMS",
    "SentFactor",
    "another_code",
    "choose",
    "expect_sent",
    "expect_setting",
    "give_code",
    "member_without",
    "past_the_password",
    "prefer",
    "read_code",
    "sent_factor_of",
]


@dataclass(frozen=True)
class SentFactor:
    """A second factor whose code comes to a contact.

    Attributes:
        challenge: its ChallengeName, which is also its name in every list of factors.
        contact: the attribute with the contact.
        member: the member of ChallengeResponses for the code.
        digits: how long the code is (A187 for email; SMS has six).
        medium: CODE_DELIVERY_DELIVERY_MEDIUM.
        facts: the facts that say what the challenge tells.
    """

    challenge: str
    contact: str
    member: str
    digits: int
    medium: str
    facts: str

    def masked(self, member: Member) -> str:
        """Return CODE_DELIVERY_DESTINATION for a user (A010, A011)."""
        value = Contact.of(member.person, self.contact).value
        return masked_email(value) if self.contact == "email" else masked_phone_number(value)


SMS = SentFactor("SMS_MFA", "phone_number", "SMS_MFA_CODE", 6, "SMS", "A173")
EMAIL = SentFactor("EMAIL_OTP", "email", "EMAIL_OTP_CODE", 8, "EMAIL", "A174")

_SETTINGS = {"SMS_MFA": "sms", "EMAIL_OTP": "email", "SOFTWARE_TOKEN_MFA": "software_token"}
_MEMBERS = {one.challenge: one.member for one in (SMS, EMAIL)}


def sent_factor_of(variant: Variant) -> SentFactor:
    """Return the factor with sent codes of a pool that has one such factor.

    Raises:
        HarnessError: the pool has none.
    """
    for factor in (SMS, EMAIL):
        if factor.challenge in variant.second_factors.value:
            return factor
    raise HarnessError("the pool of this scenario has no factor with sent codes")


def prefer(
    actions: Actions,
    access_token: Secret,
    *on: str,
    off: tuple[str, ...] = (),
    preferred: str | None = None,
) -> None:
    """Call SetUserMFAPreference for the factors named, and no others.

    Args:
        actions: operations of the app client that the user has signed in through.
        access_token: whose preference it is.
        on: the factors to turn on.
        off: the factors to turn off.
        preferred: the one that is PreferredMfa.
    """
    settings: dict[str, Any] = {
        _SETTINGS[name]: {"Enabled": name in on, "PreferredMfa": name == preferred}
        for name in (*on, *off)
    }
    actions.set_user_mfa_preference(access_token, **settings)


def member_without(actions: Actions, person: Person, contact: str, mailbox: Mailbox) -> Member:
    """Make a confirmed user as an administrator, with all attributes of a person but one contact.

    Args:
        actions: operations on the pool.
        person: who becomes a user.
        contact: the attribute to leave out; what the user signs in with must be another.
        mailbox: where the codes of the user come.
    """
    attributes = {
        name: value
        for name, value in person.verified_attributes.items()
        if name not in (contact, f"{contact}_verified")
    }
    actions.admin_create_user(person.username, attributes=attributes, message_action="SUPPRESS")
    actions.admin_set_user_password(person.username, person.password, permanent=True)
    return Member(person, mailbox=mailbox)


def past_the_password(sign_in: MemberSignIn, member: Member, **more: Any) -> Progress:
    """Sign in up to what comes after the password, whatever it is."""
    asked = sign_in.start(member, **more)
    return sign_in.answer(asked) if asked.challenge_name == "PASSWORD_VERIFIER" else asked


def read_code(sign_in: MemberSignIn, asked: Progress) -> str:
    """Return the code that was sent for the pending challenge, without using it."""
    expect_challenge(asked, *_MEMBERS)
    return sign_in.walker.prepare(asked)[_MEMBERS[asked.challenge_name or ""]]


def give_code(sign_in: MemberSignIn, asked: Progress, code: str, **more: str) -> Progress:
    """Respond to the pending challenge with a code."""
    member = _MEMBERS[asked.challenge_name or ""]
    return sign_in.walker.submit(asked, {"USERNAME": asked.username, member: code, **more})


def another_code(*right: str) -> str:
    """Return a code as long as the right ones that is none of them."""
    digits = len(right[0])
    return next(
        code for code in (f"{number:0{digits}}" for number in range(9)) if code not in right
    )


def choose(sign_in: MemberSignIn, asked: Progress, factor: str) -> Progress:
    """Respond to SELECT_MFA_TYPE with a factor (A175)."""
    expect_challenge(asked, "SELECT_MFA_TYPE")
    return sign_in.walker.submit(asked, {"USERNAME": asked.username, "ANSWER": factor})


def expect_sent(asked: Progress, factor: SentFactor, member: Member) -> None:
    """Expect that a challenge says where its code went, and that it is the user's contact."""
    expect_challenge(asked, factor.challenge)
    for name, value in (
        ("CODE_DELIVERY_DELIVERY_MEDIUM", factor.medium),
        ("CODE_DELIVERY_DESTINATION", factor.masked(member)),
    ):
        told = asked.parameter(name)
        expect_equal(f"{name} of {factor.challenge}", told, value, facts=factor.facts)


def expect_setting(
    user: Mapping[str, Any], factors: tuple[str, ...], preferred: str | None, *, facts: str
) -> None:
    """Expect which factors an administrator sees as enabled and as preferred; both may be none."""
    enabled = set(user.get("UserMFASettingList", ()))
    check(
        enabled == set(factors),
        f"UserMFASettingList is {sorted(enabled)}, expected {sorted(factors)}",
        facts=facts,
    )
    chosen = user.get("PreferredMfaSetting")
    expect_equal("PreferredMfaSetting", chosen, preferred, facts=facts)
