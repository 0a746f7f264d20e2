"""Users without a password: their sign-up, their first sign-in, and their first password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from harness import (
    Actions,
    Mailbox,
    Person,
    PersonFactory,
    Secret,
    confirm_for_session,
    create_by_admin,
    sign_up,
)
from scenarios.support import expectations, factor_refusals, refusals
from scenarios.support.answers import (
    expect_access,
    expect_challenge,
    expect_equal,
    expect_tokens,
)
from scenarios.support.first_factors import (
    BY_PASSWORD,
    ChoiceSignIn,
    expect_offered,
    offered_by,
    sent_first_factor_of,
)
from scenarios.support.members import Member
from scenarios.support.pool_under_test import (
    CHOSEN_NAMES,
    ORDINARY_SESSIONS,
    SELF_SIGN_UP,
    SIGN_UP_CODES,
    SIGN_UP_WITHOUT_LINK,
    first_factors_without,
    requires,
)
from scenarios.support.refusals import refused
from scenarios.support.variants import Client, FirstFactors, Flow, Mfa, Variant, varied
from scenarios.support.watching import TimePasses, Unchanged, exists

pytestmark = pytest.mark.cognito_needs("admin")

#: The sign-up sends its code by email, and so does the first factor.
BY_EMAIL = [FirstFactors.EMAIL]
STARTS = (Flow.USER_SRP_AUTH, Flow.ADMIN_USER_SRP_AUTH)
signs_up = requires(SELF_SIGN_UP, SIGN_UP_CODES, SIGN_UP_WITHOUT_LINK)


@dataclass(frozen=True)
class Passwordless:
    """Makes users without a password.

    Attributes:
        make: makes a person.
        actions: operations of the app client.
        mailbox: gets the codes of all.
    """

    make: Callable[[], Person]
    actions: Actions
    mailbox: Mailbox

    def confirmed(self) -> tuple[Member, Secret]:
        """Return a user who has confirmed their sign-up, and the Session that they got for it."""
        person = self.make()
        signed_up = sign_up(self.actions, person, without_password=True)
        session = confirm_for_session(self.actions, person, signed_up, self.mailbox)
        return Member(person, mailbox=self.mailbox), session

    def member(self) -> Member:
        """Return a user who has confirmed their sign-up, and forgotten its Session."""
        member, _ = self.confirmed()
        return member


@pytest.fixture
def passwordless(
    by_choice: ChoiceSignIn, cognito_mailbox: Mailbox, cognito_people: PersonFactory
) -> Passwordless:
    """Makes users without a password."""
    return Passwordless(cognito_people.make, by_choice.actions, cognito_mailbox)


@signs_up
@varied(mfa=[Mfa.OFF], client=Client, flow=STARTS, first_factors=BY_EMAIL)
def test_confirmed_sign_up_signs_in_without_a_factor(
    by_choice: ChoiceSignIn, passwordless: Passwordless
) -> None:
    """The Session of ConfirmSignUp gives tokens, and nothing is asked."""
    member, session = passwordless.confirmed()
    asked = by_choice.start(member, password=None, confirmed_session=session)
    expect_tokens(asked, "the session of ConfirmSignUp")
    expect_access(by_choice.actions, asked.result().tokens)


@signs_up
@varied(mfa=[Mfa.OFF], flow=STARTS, first_factors=BY_EMAIL)
def test_session_of_a_sign_up_is_good_only_once(
    by_choice: ChoiceSignIn, passwordless: Passwordless, unchanged: Unchanged
) -> None:
    """The Session of ConfirmSignUp gives tokens once, and none to another user."""
    member, session = passwordless.confirmed()
    another = passwordless.member()
    with unchanged(member.person, another.person), refused(refusals.SESSION_INVALID):
        by_choice.start(another, password=None, confirmed_session=session)
    expect_tokens(by_choice.start(member, password=None, confirmed_session=session), "the session")
    with unchanged(member.person), refused(refusals.SESSION_USED):
        by_choice.start(member, password=None, confirmed_session=session)


@signs_up
@requires(ORDINARY_SESSIONS)
@pytest.mark.cognito_needs("clock")
@varied(mfa=[Mfa.OFF], first_factors=BY_EMAIL)
def test_session_of_a_sign_up_expires(
    by_choice: ChoiceSignIn,
    passwordless: Passwordless,
    time_passes: TimePasses,
    unchanged: Unchanged,
) -> None:
    """The Session of ConfirmSignUp is refused once three minutes have passed."""
    member, session = passwordless.confirmed()
    time_passes(expectations.SESSION_LIFETIME + expectations.SECOND)
    with unchanged(member.person), refused(refusals.SESSION_EXPIRED):
        by_choice.start(member, password=None, confirmed_session=session)


@signs_up
@varied(mfa=[Mfa.OFF], client=Client, flow=STARTS, first_factors=BY_EMAIL)
def test_user_without_a_password_signs_in_by_code(
    by_choice: ChoiceSignIn, passwordless: Passwordless, variant: Variant, unchanged: Unchanged
) -> None:
    """They are offered no password, the one of their head is refused, and a code gives tokens."""
    member = passwordless.member()
    asked = by_choice.start(member, password=None)
    expect_offered(asked, offered_by(variant) - set(BY_PASSWORD), facts="N015, N054")
    with unchanged(member.person), refused(factor_refusals.FACTOR_NOT_THERE):
        by_choice.choose(by_choice.start(member), "PASSWORD")
    code = by_choice.choose(asked, sent_first_factor_of(variant).challenge)
    expect_access(by_choice.actions, by_choice.answer(code).result().tokens)


@signs_up
@varied(mfa=[Mfa.OFF], client=Client, first_factors=BY_EMAIL)
def test_first_password_needs_no_previous_one(
    by_choice: ChoiceSignIn,
    passwordless: Passwordless,
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """ChangePassword sets a first password without another, and never again without that one."""
    member, session = passwordless.confirmed()
    actions, person = by_choice.actions, member.person
    signed_in = by_choice.start(member, password=None, confirmed_session=session).result()
    access = signed_in.tokens.access
    actions.change_password(access, None, person.password)
    expect_offered(by_choice.start(member), offered_by(variant), facts="N055")
    expect_access(actions, by_choice.tokens(member))
    another = Secret(f"{person.password.reveal()}-2")
    with unchanged(person), refused(factor_refusals.PREVIOUS_PASSWORD_NEEDED):
        actions.change_password(access, None, another)
    actions.change_password(access, person.password, another)
    expect_access(actions, by_choice.tokens(member.with_password(another)))


@requires(CHOSEN_NAMES)
@signs_up
@varied(mfa=[Mfa.OFF], client=Client, first_factors=BY_EMAIL)
def test_sign_up_without_password_and_contact_is_refused(
    cognito_actions: Actions, cognito_people: PersonFactory, by_choice: ChoiceSignIn
) -> None:
    """Without a password, the contact that gets the codes must be given."""
    person = cognito_people.make()
    attributes = {name: value for name, value in person.attributes.items() if name != "email"}
    unreachable = replace(person, attributes=attributes)
    with refused(factor_refusals.PASSWORD_NEEDED):
        sign_up(cognito_actions, unreachable, without_password=True)
    made = exists(cognito_actions, person)
    expect_equal("the refused user in the pool", made, False)


@requires(first_factors_without("EMAIL_OTP", "SMS_OTP"))
@signs_up
@varied(client=Client)
def test_sign_up_without_password_needs_codes(
    cognito_actions: Actions, cognito_people: PersonFactory
) -> None:
    """Where no code can be a first factor, a sign-up needs a password."""
    person = cognito_people.make()
    with refused(factor_refusals.PASSWORD_NEEDED):
        sign_up(cognito_actions, person, without_password=True)
    expect_equal("the refused user in the pool", exists(cognito_actions, person), False)


@requires(CHOSEN_NAMES)
@varied(mfa=[Mfa.OFF], flow=STARTS, first_factors=[FirstFactors.EMAIL, FirstFactors.SMS])
def test_user_of_an_administrator_needs_no_password(
    by_choice: ChoiceSignIn,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """AdminCreateUser without a password makes a user who signs in by code, if they have one."""
    person = cognito_people.make(phone_number=True)
    factor = sent_first_factor_of(variant)
    hidden = {factor.contact, f"{factor.contact}_verified"}
    kept = {k: v for k, v in person.verified_attributes.items() if k not in hidden}
    with refused(factor_refusals.NO_PASSWORD_AND_NO_CONTACT):
        by_choice.actions.admin_create_user(
            person.username, attributes=kept, message_action="SUPPRESS"
        )
    create_by_admin(by_choice.actions, person, without_password=True)
    member = Member(person, mailbox=cognito_mailbox)
    asked = by_choice.start(member, factor.challenge, password=None)
    expect_challenge(asked, factor.challenge)
    expect_access(by_choice.actions, by_choice.answer(asked).result().tokens)
