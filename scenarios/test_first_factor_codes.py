"""Codes by email and by SMS as the first factor: right, wrong, too late, used, somebody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness import check
from scenarios.support import expectations, refusals
from scenarios.support.answers import expect_access, expect_challenge, expect_equal, expect_tokens
from scenarios.support.choices import choice
from scenarios.support.first_factors import (
    ChoiceSignIn,
    FirstFactor,
    expect_code_sent,
    expect_offered,
    offered_by,
    sent_first_factor_of,
    verify_number,
)
from scenarios.support.members import Member
from scenarios.support.pool_under_test import ORDINARY_SESSIONS, requires
from scenarios.support.refusals import refused
from scenarios.support.sent_codes import another_code
from scenarios.support.variants import Client, FirstFactors, Flow, Mfa, Variant, varied
from scenarios.support.watching import TimePasses, Unchanged

pytestmark = pytest.mark.cognito_needs("admin")

BY_CODE = (FirstFactors.EMAIL, FirstFactors.SMS)
#: Who calls; no password is proved, so how does not matter.
STARTS = (Flow.USER_SRP_AUTH, Flow.ADMIN_USER_SRP_AUTH)
#: How many wrong codes were sent in a row without a lock (N030).
WRONG_CODES = 6


@pytest.fixture
def reached(by_choice: ChoiceSignIn, reachable: Callable[[], Member]) -> Callable[[], Member]:
    """Creates users whose contacts are both verified."""
    return lambda: verify_number(by_choice.actions, reachable())


@varied(mfa=[Mfa.OFF], client=Client, flow=STARTS, first_factors=BY_CODE, preferred=(True, False))
def test_code_is_enough_to_sign_in(
    by_choice: ChoiceSignIn,
    preferred: bool,
    reached: Callable[[], Member],
    variant: Variant,
) -> None:
    """The code that came to the contact gives tokens, whether it was preferred or chosen."""
    member, factor = reached(), sent_first_factor_of(variant)
    asked = by_choice.start(member, factor.challenge if preferred else None)
    listed = factor.challenge in asked.available_challenges
    check(listed, "AvailableChallenges lack the factor", facts="N015, N017, N017b")
    if not preferred:
        offered = offered_by(variant, contacts=("email", "phone_number"))
        expect_offered(asked, offered, facts="N015")
        asked = by_choice.choose(asked, factor.challenge)
    expect_code_sent(asked, factor, member)
    code = by_choice.code(asked)
    check(len(code) == 8 and code.isdigit(), "the code does not have 8 digits", facts="N029, A187")
    expect_access(by_choice.actions, by_choice.give_code(asked, code).result().tokens)


@varied(mfa=[Mfa.OFF], flow=STARTS, first_factors=BY_CODE)
def test_wrong_codes_lock_nobody_out(
    by_choice: ChoiceSignIn,
    reached: Callable[[], Member],
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """Six wrong codes are refused, and the right one is accepted on the same session."""
    member = reached()
    asked = by_choice.start(member, sent_first_factor_of(variant).challenge)
    code = by_choice.code(asked)
    for _ in range(WRONG_CODES):
        with unchanged(member.person), refused(refusals.WRONG_SENT_CODE):
            by_choice.give_code(asked, another_code(code))
    expect_tokens(by_choice.give_code(asked, code), "the right code")


@requires(ORDINARY_SESSIONS)
@pytest.mark.cognito_needs("clock")
@varied(mfa=[Mfa.OFF], flow=STARTS, first_factors=BY_CODE)
def test_first_code_is_good_for_as_long_as_its_session(
    by_choice: ChoiceSignIn,
    reached: Callable[[], Member],
    time_passes: TimePasses,
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """A code is accepted until its three minutes are over, and refused afterwards."""
    member, factor = reached(), sent_first_factor_of(variant).challenge
    asked = by_choice.start(member, factor)
    code = by_choice.code(asked)
    time_passes(expectations.SESSION_LIFETIME - 10 * expectations.SECOND)
    expect_tokens(by_choice.give_code(asked, code), "a code in time")
    late = by_choice.start(member, factor)
    late_code = by_choice.code(late)
    time_passes(expectations.SESSION_LIFETIME + expectations.SECOND)
    with unchanged(member.person), refused(refusals.SESSION_EXPIRED):
        by_choice.give_code(late, late_code)


@varied(mfa=[Mfa.OFF], client=Client, flow=STARTS, first_factors=BY_CODE)
def test_first_code_is_good_only_once(
    by_choice: ChoiceSignIn,
    reached: Callable[[], Member],
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """A used code is refused with its own session, and with that of the next sign-in."""
    member, factor = reached(), sent_first_factor_of(variant).challenge
    asked = by_choice.start(member, factor)
    code = by_choice.code(asked)
    expect_tokens(by_choice.give_code(asked, code), "the right code")
    with unchanged(member.person), refused(refusals.SESSION_USED):
        by_choice.give_code(asked, code)
    again = by_choice.start(member, factor)
    with unchanged(member.person), refused(refusals.WRONG_SENT_CODE):
        by_choice.give_code(again, code)


@varied(mfa=[Mfa.OFF], flow=STARTS, first_factors=BY_CODE)
def test_first_code_of_another_session_is_refused(
    by_choice: ChoiceSignIn,
    reached: Callable[[], Member],
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """Of two sign-ins of one user, neither takes the code that was sent for the other."""
    member, factor = reached(), sent_first_factor_of(variant).challenge
    first = by_choice.start(member, factor)
    first_code = by_choice.code(first)
    second = by_choice.start(member, factor)
    second_code = by_choice.code(second)
    for asked, code in ((first, second_code), (second, first_code)):
        with unchanged(member.person), refused(refusals.WRONG_SENT_CODE):
            by_choice.give_code(asked, code)
    expect_tokens(by_choice.give_code(second, second_code), "the code of the second sign-in")


@choice("N029c")
@varied(mfa=[Mfa.OFF], flow=STARTS, first_factors=BY_CODE)
def test_first_code_outlives_the_next_one(
    by_choice: ChoiceSignIn, reached: Callable[[], Member], variant: Variant
) -> None:
    """The code of a sign-in is accepted though a newer one was sent for another sign-in."""
    member, factor = reached(), sent_first_factor_of(variant).challenge
    first = by_choice.start(member, factor)
    code = by_choice.code(first)
    expect_challenge(by_choice.start(member, factor), factor)
    expect_tokens(by_choice.give_code(first, code), "the code of the first sign-in")


@varied(mfa=[Mfa.OFF], client=Client, first_factors=BY_CODE)
def test_first_code_of_another_user_is_refused(
    by_choice: ChoiceSignIn,
    reached: Callable[[], Member],
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """The code that was sent to another user is refused, and so is their session."""
    member, another, factor = reached(), reached(), sent_first_factor_of(variant).challenge
    asked, theirs = by_choice.start(member, factor), by_choice.start(another, factor)
    their_code = by_choice.code(theirs)
    with unchanged(member.person, another.person), refused(refusals.WRONG_SENT_CODE):
        by_choice.give_code(asked, their_code)
    with unchanged(member.person, another.person), refused(refusals.SESSION_INVALID):
        by_choice.give_code(theirs, their_code, USERNAME=member.person.username)


@varied(
    mfa=[Mfa.OFF],
    flow=STARTS,
    first_factors=[FirstFactors.EMAIL_AND_SMS],
    asked_by=("EMAIL_OTP", "SMS_OTP"),
)
def test_code_of_the_other_medium_is_refused(
    asked_by: FirstFactor,
    by_choice: ChoiceSignIn,
    reached: Callable[[], Member],
    unchanged: Unchanged,
) -> None:
    """A code that came by SMS is no code by email, and the other way round."""
    member = reached()
    other: FirstFactor = "SMS_OTP" if asked_by == "EMAIL_OTP" else "EMAIL_OTP"
    wrong = by_choice.code(by_choice.start(member, other))
    asked = by_choice.start(member, asked_by)
    with unchanged(member.person), refused(refusals.WRONG_SENT_CODE):
        by_choice.give_code(asked, wrong)


@varied(mfa=[Mfa.OFF], flow=STARTS, first_factors=BY_CODE)
def test_disabled_user_signs_in_with_no_code(
    by_choice: ChoiceSignIn,
    reached: Callable[[], Member],
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """A user who is disabled gets no code, and one that was sent before is refused."""
    member, factor = reached(), sent_first_factor_of(variant).challenge
    asked = by_choice.start(member, factor)
    code = by_choice.code(asked)
    by_choice.actions.admin_disable_user(member.person.username)
    with unchanged(member.person), refused(refusals.DISABLED):
        by_choice.start(member, factor)
    with unchanged(member.person), refused(refusals.DISABLED):
        by_choice.give_code(asked, code)


@varied(mfa=[Mfa.OFF], first_factors=[FirstFactors.EMAIL])
def test_user_keeps_the_password_beside_the_codes(
    by_choice: ChoiceSignIn, reached: Callable[[], Member], variant: Variant
) -> None:
    """A sign-in with a code changes nothing about the password, and asks nothing after it."""
    member = reached()
    result = by_choice(member, "EMAIL_OTP")
    expect_equal("the way to tokens", " > ".join(result.steps), "EMAIL_OTP", facts="N032")
    by_password = by_choice.start(member)
    expect_challenge(by_password, "SELECT_CHALLENGE")
    expect_offered(by_password, offered_by(variant), facts="N015")
    expect_access(by_choice.actions, by_choice.tokens(member))
