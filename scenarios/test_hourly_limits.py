"""Limits of calls per user and hour, which keep others from guessing and from flooding."""

from __future__ import annotations

import pytest

from harness import Actions, Person, PersonFactory
from scenarios.support import expectations, refusals
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import EMAIL_CODES, NO_ALIASES, SELF_SIGN_UP, requires
from scenarios.support.refusals import refused
from scenarios.support.variants import Mfa, varied
from scenarios.support.watching import TimePasses, Unchanged

pytestmark = pytest.mark.cognito_needs("admin")


@requires(SELF_SIGN_UP, EMAIL_CODES, NO_ALIASES)
def test_sixteenth_confirmation_within_an_hour_is_refused(
    cognito_actions: Actions, cognito_signed_up: Person, unchanged: Unchanged
) -> None:
    """ConfirmSignUp takes fifteen codes of a user in an hour, so that nobody guesses one."""
    person = cognito_signed_up
    with unchanged(person):
        for number in range(expectations.CONFIRMATIONS_PER_HOUR):
            # Letters, which no code that was sent can be.
            with refused(refusals.WRONG_CODE):
                cognito_actions.confirm_sign_up(person.username, f"guess{number}")
        with refused(refusals.TOO_MANY_CALLS):
            cognito_actions.confirm_sign_up(person.username, "guess")


@pytest.mark.cognito_needs("clock", "outbox")
@requires(SELF_SIGN_UP, EMAIL_CODES, NO_ALIASES)
def test_sixth_resent_code_within_an_hour_is_refused(
    cognito_actions: Actions,
    cognito_signed_up: Person,
    time_passes: TimePasses,
    unchanged: Unchanged,
) -> None:
    """ResendConfirmationCode sends five codes to a user in an hour, and more after it."""
    person = cognito_signed_up
    for _ in range(expectations.RESENT_CODES_PER_HOUR):
        cognito_actions.resend_confirmation_code(person.username)
    with unchanged(person), refused(refusals.TOO_MANY_CALLS):
        cognito_actions.resend_confirmation_code(person.username)
    time_passes(expectations.HOUR + expectations.SECOND)
    cognito_actions.resend_confirmation_code(person.username)


@varied(mfa=[Mfa.OFF])
def test_sixth_change_of_a_password_within_an_hour_is_refused(
    another_member: Member,
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """ChangePassword takes five calls of a user in an hour, and counts each user alone."""
    actions, old = cognito_actions, member.person.password
    access = sign_in(member).tokens.access
    for _ in range(expectations.PASSWORD_CHANGES_PER_HOUR):
        new = cognito_people.password()
        actions.change_password(access, old, new)
        old = new
    with unchanged(member.person), refused(refusals.TOO_MANY_CALLS):
        actions.change_password(access, old, cognito_people.password())
    sign_in.works_for(member.with_password(old))
    theirs = sign_in(another_member).tokens.access
    actions.change_password(theirs, another_member.person.password, cognito_people.password())
