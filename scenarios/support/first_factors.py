"""Sign-in by USER_AUTH: which first factors are offered, chosen and proven, step by step."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from harness import (
    Actions,
    AuthFlow,
    HarnessError,
    Progress,
    SignIn,
    SignInResult,
    Tokens,
    check,
)
from scenarios.support.answers import expect_challenge, expect_equal
from scenarios.support.contacts import Contact
from scenarios.support.expectations import masked_email, masked_phone_number
from scenarios.support.members import Member
from scenarios.support.variants import FirstFactors, Variant

__all__ = [
    "BY_PASSWORD",
    "ChoiceSignIn",
    "FirstFactor",
    "SentFirstFactor",
    "expect_code_sent",
    "expect_offered",
    "offered_by",
    "sent_first_factor_of",
    "verify_number",
]

#: What USER_AUTH can begin with.
FirstFactor = Literal["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
#: The two of them that prove the password.
BY_PASSWORD: tuple[FirstFactor, FirstFactor] = ("PASSWORD_SRP", "PASSWORD")


@dataclass(frozen=True)
class SentFirstFactor:
    """A first factor whose code comes to a contact.

    Attributes:
        challenge: its ChallengeName.
        contact: the attribute with the contact.
        member: the member of ChallengeResponses for the code (N027).
        medium: CODE_DELIVERY_DELIVERY_MEDIUM.
    """

    challenge: FirstFactor
    contact: str
    member: str
    medium: str


_SENT = {
    FirstFactors.EMAIL: SentFirstFactor("EMAIL_OTP", "email", "EMAIL_OTP_CODE", "EMAIL"),
    FirstFactors.SMS: SentFirstFactor("SMS_OTP", "phone_number", "SMS_OTP_CODE", "SMS"),
}
_MEMBERS = {one.challenge: one.member for one in _SENT.values()}


def sent_first_factor_of(variant: Variant) -> SentFirstFactor:
    """Return the first factor with sent codes of a pool; the one by email if it has both.

    Raises:
        HarnessError: the pool has none.
    """
    for least, factor in _SENT.items():
        if least.is_part_of(variant.first_factors):
            return factor
    raise HarnessError("the pool of this scenario has no first factor with sent codes")


def offered_by(
    variant: Variant, *, contacts: tuple[str, ...] = ("email",), passkey: bool = False
) -> set[str]:
    """Return AvailableChallenges of a user with a password, where no MFA is needed (N015).

    Args:
        variant: the pool.
        contacts: the attributes of the user's verified contacts.
        passkey: whether the user has a passkey.
    """
    codes = {"email": "EMAIL_OTP", "phone_number": "SMS_OTP"}
    has = {"PASSWORD", "PASSWORD_SRP", *(codes[name] for name in contacts)}
    if passkey:
        has.add("WEB_AUTHN")
    return has & {*variant.first_factors.value, "PASSWORD_SRP"}


class ChoiceSignIn:
    """Signs members in with USER_AUTH, as an administrator if the variant's flow is one's.

    Args:
        walker: signs users in.
        variant: the flow says who calls, and how a password is proven.
    """

    def __init__(self, walker: SignIn, variant: Variant) -> None:
        self.walker = walker
        self.by_admin = variant.flow.by_admin
        self.flow: AuthFlow = "ADMIN_USER_AUTH" if self.by_admin else "USER_AUTH"
        self.by_password: FirstFactor = "PASSWORD_SRP" if variant.flow.by_srp else "PASSWORD"

    def through(self, actions: Actions) -> ChoiceSignIn:
        """Return the same sign-in through another app client."""
        another = copy(self)
        another.walker = SignIn(actions, self.walker.engine, self.walker.clock)
        return another

    @property
    def actions(self) -> Actions:
        """The operations of the app client."""
        return self.walker.actions

    def start(self, member: Member, preferred: FirstFactor | None = None, **more: Any) -> Progress:
        """Send the first request; ``preferred`` is PREFERRED_CHALLENGE."""
        context = member.context(preferred_challenge=preferred, **more)
        return self.walker.start(context, self.flow)

    def choose(self, asked: Progress, factor: FirstFactor) -> Progress:
        """Respond to SELECT_CHALLENGE with a factor, offered or not, and its proof if it is one."""
        expect_challenge(asked, "SELECT_CHALLENGE")
        chosen = replace(asked, context=replace(asked.context, first_factor=factor))
        return self.walker.submit(chosen, self.walker.prepare(chosen))

    def answer(self, asked: Progress, **changed: str) -> Progress:
        """Respond to the pending challenge, with ``changed`` replacing members of the response."""
        answer = self.walker.prepare(asked)
        answer.update(changed)
        return self.walker.submit(asked, answer)

    def code(self, asked: Progress) -> str:
        """Return the code that was sent for the pending challenge, without using it."""
        expect_challenge(asked, *_MEMBERS)
        member = _MEMBERS[cast("FirstFactor", asked.challenge_name)]
        return self.walker.prepare(asked)[member]

    def give_code(self, asked: Progress, code: str, **more: str) -> Progress:
        """Respond to EMAIL_OTP or SMS_OTP with a code."""
        member = _MEMBERS[cast("FirstFactor", asked.challenge_name)]
        return self.walker.submit(asked, {"USERNAME": asked.username, member: code, **more})

    def past_the_password(self, member: Member, **more: Any) -> Progress:
        """Sign in up to what comes after the password, whatever it is."""
        asked = self.start(member, self.by_password, **more)
        return self.answer(asked) if asked.challenge_name == "PASSWORD_VERIFIER" else asked

    def __call__(
        self, member: Member, preferred: FirstFactor | None = None, **more: Any
    ) -> SignInResult:
        """Sign in to the end, with the password unless another factor is preferred."""
        context = member.context(preferred_challenge=preferred or self.by_password, **more)
        return self.walker.run(context, self.flow)

    def tokens(self, member: Member, **more: Any) -> Tokens:
        """Sign in with the password, and return the tokens."""
        return self(member, **more).tokens


def expect_offered(asked: Progress, expected: set[str], *, facts: str) -> None:
    """Expect AvailableChallenges; their order says nothing (N016)."""
    listed = sorted(asked.available_challenges)
    expect_equal("AvailableChallenges, sorted", listed, sorted(expected), facts=f"{facts}, N016")


def expect_code_sent(asked: Progress, factor: SentFirstFactor, member: Member) -> None:
    """Expect that a challenge says where its code went, and that it is the user's contact."""
    expect_challenge(asked, factor.challenge)
    value = Contact.of(member.person, factor.contact).value
    masked = masked_email(value) if factor.contact == "email" else masked_phone_number(value)
    for name, expected in (
        ("CODE_DELIVERY_DELIVERY_MEDIUM", factor.medium),
        ("CODE_DELIVERY_DESTINATION", masked),
    ):
        told = asked.parameter(name)
        expect_equal(f"{name} of {factor.challenge}", told, expected, facts="N020")


def verify_number(actions: Actions, member: Member) -> Member:
    """Mark the phone number of a user as verified, and return the user."""
    check(member.person.phone_number is not None, "the person has no phone number")
    actions.admin_update_user_attributes(member.person.username, {"phone_number_verified": "true"})
    return member
