"""Limits of calls per user and hour, and locks: they keep others from guessing and flooding."""

from __future__ import annotations

import pytest

from harness import Actions, Person, PersonFactory, check
from scenarios.support import expectations, refusals
from scenarios.support.acceptance import accepted, code_of_refusal
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import (
    ADDRESS_CHANGES,
    EMAIL_CODES,
    NO_ALIASES,
    NO_LINKS,
    RECOVERY,
    SELF_SIGN_UP,
    SIGN_UP_CODES,
    requires,
)
from scenarios.support.refusals import refused
from scenarios.support.variants import Flow, Mfa, varied
from scenarios.support.watching import TimePasses, Unchanged

pytestmark = pytest.mark.cognito_needs("admin")


@pytest.mark.cognito_needs("outbox")
@requires(SELF_SIGN_UP, SIGN_UP_CODES, NO_ALIASES)
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
@requires(SELF_SIGN_UP, SIGN_UP_CODES, NO_ALIASES)
def test_sixth_resent_code_within_an_hour_is_refused(
    cognito_actions: Actions,
    cognito_signed_up: Person,
    time_passes: TimePasses,
    unchanged: Unchanged,
) -> None:
    """ResendConfirmationCode sends five codes to a user in an hour, and more after it."""
    person = cognito_signed_up
    for number in range(1, expectations.RESENT_CODES_PER_HOUR + 1):
        with accepted(f"code {number} of the hour", facts="A048"):
            cognito_actions.resend_confirmation_code(person.username)
    with unchanged(person), refused(refusals.TOO_MANY_CALLS):
        cognito_actions.resend_confirmation_code(person.username)
    time_passes(expectations.HOUR + expectations.SECOND)
    with accepted("a code an hour later", facts="A048"):
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
    for number in range(1, expectations.PASSWORD_CHANGES_PER_HOUR + 1):
        new = cognito_people.password()
        with accepted(f"change {number} of the hour", facts="A096"):
            actions.change_password(access, old, new)
        old = new
    with unchanged(member.person), refused(refusals.TOO_MANY_CALLS):
        actions.change_password(access, old, cognito_people.password())
    sign_in.works_for(member.with_password(old))
    theirs = sign_in(another_member).tokens.access
    new = cognito_people.password()
    with accepted("the first change of another user", facts="A096"):
        actions.change_password(theirs, another_member.person.password, new)


@requires(RECOVERY)
@varied(mfa=[Mfa.OFF])
def test_guesses_at_a_recovery_code_end_within_the_hour(
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """ForgotPassword and ConfirmForgotPassword end after 5 to 20 calls of a user in an hour."""
    person, new = member.person, cognito_people.password()
    cognito_actions.forgot_password(person.sign_in_as)
    calls, code = 1, ""
    with unchanged(person):
        while code != refusals.TOO_MANY_CALLS.code and calls <= expectations.MOST_RECOVERY_CALLS:
            calls += 1
            code = code_of_refusal(
                lambda: cognito_actions.confirm_forgot_password(person.sign_in_as, "guess", new)
            )
        least = expectations.LEAST_RECOVERY_CALLS
        what = f"call {calls} of a recovery within an hour was answered {code or 'with success'}"
        limited = code == refusals.TOO_MANY_CALLS.code and calls > least
        check(limited, what, facts="A090", answered=code)
        with refused(refusals.TOO_MANY_CALLS):
            cognito_actions.confirm_forgot_password(person.sign_in_as, "guess", new)
    sign_in.works_for(member)


@pytest.mark.cognito_needs("outbox")
@requires(ADDRESS_CHANGES, EMAIL_CODES, NO_LINKS)
@varied(mfa=[Mfa.OFF])
def test_sixteenth_verification_within_an_hour_is_refused(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """VerifyUserAttribute takes fifteen codes of a user in an hour, so that nobody guesses one."""
    access = sign_in(member).tokens.access
    cognito_actions.update_user_attributes(access, {"email": f"new-{member.person.email}"})
    with unchanged(member.person):
        for number in range(expectations.VERIFICATIONS_PER_HOUR):
            with refused(refusals.WRONG_CODE):
                cognito_actions.verify_user_attribute(access, "email", f"guess{number}")
        with refused(refusals.TOO_MANY_CALLS):
            cognito_actions.verify_user_attribute(access, "email", "guess")


@pytest.mark.cognito_needs("clock", "outbox")
@requires(EMAIL_CODES, NO_LINKS)
@varied(mfa=[Mfa.OFF])
def test_sixth_verification_code_within_an_hour_is_refused(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """GetUserAttributeVerificationCode sends five codes to a user in an hour."""
    access = sign_in(member).tokens.access
    for number in range(1, expectations.VERIFICATION_CODES_PER_HOUR + 1):
        with accepted(f"code {number} of the hour", facts="A289"):
            cognito_actions.get_user_attribute_verification_code(access, "email")
    with unchanged(member.person), refused(refusals.TOO_MANY_CALLS):
        cognito_actions.get_user_attribute_verification_code(access, "email")


@pytest.mark.cognito_needs("clock")
@varied(mfa=[Mfa.OFF], flow=[Flow.USER_PASSWORD_AUTH])
def test_lock_ends_with_fifteen_quiet_minutes(
    cognito_people: PersonFactory, member: Member, sign_in: MemberSignIn, time_passes: TimePasses
) -> None:
    """Fifteen minutes without an attempt make wrong passwords as free as at first."""
    mistaken = member.with_password(cognito_people.password())
    for _ in range(2):
        for _ in range(expectations.FREE_FAILURES):
            with refused(refusals.WRONG_PASSWORD):
                sign_in(mistaken)
        time_passes(expectations.QUIET_TIME + expectations.SECOND)
    sign_in.works_for(member)


@pytest.mark.cognito_needs("clock")
@varied(mfa=[Mfa.OFF], flow=[Flow.USER_PASSWORD_AUTH])
def test_lock_never_lasts_longer_than_fifteen_minutes(
    cognito_people: PersonFactory, member: Member, sign_in: MemberSignIn, time_passes: TimePasses
) -> None:
    """However many wrong passwords there were, the right one signs in after fifteen minutes."""
    mistaken, lock = member.with_password(cognito_people.password()), 0.0
    for failures in range(1, 17):
        time_passes(lock)
        with refused(refusals.WRONG_PASSWORD):
            sign_in(mistaken)
        lock = expectations.lock_after(failures)
    with refused(refusals.LOCKED_OUT):
        sign_in(member)
    time_passes(expectations.QUIET_TIME + expectations.SECOND)
    sign_in.works_for(member)
