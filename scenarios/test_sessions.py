"""Sessions work for one response, for a few minutes, and for one user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness import Actions, PersonFactory, Secret
from scenarios.support import expectations, refusals
from scenarios.support.answers import expect_tokens
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import MFA_ON, ORDINARY_SESSIONS, SECOND_FACTOR, requires
from scenarios.support.refusals import refused
from scenarios.support.variants import Client, Flow, varied
from scenarios.support.watching import TimePasses, Unchanged

pytestmark = [pytest.mark.cognito_needs("admin"), requires(SECOND_FACTOR)]

ASKED = "SOFTWARE_TOKEN_MFA"


@varied(flow=Flow)
def test_session_is_good_only_once(
    member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A session that was used is refused, even with a valid code."""
    asked = sign_in.until(ASKED, member)
    expect_tokens(sign_in.answer(asked), "the right code")
    with unchanged(member.person), refused(refusals.SESSION_USED):
        sign_in.answer(asked)


@requires(MFA_ON)
@varied(client=Client)
def test_session_of_mfa_setup_is_good_only_once(
    newcomer: Callable[[], Member], sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """The session of a response to MFA_SETUP is refused the second time."""
    member = newcomer()
    asked = sign_in.until("MFA_SETUP", member)
    answer = sign_in.walker.prepare(asked)
    expect_tokens(sign_in.walker.submit(asked, answer), "MFA_SETUP")
    with unchanged(member.person), refused(refusals.SESSION_USED):
        sign_in.walker.submit(asked, answer)


@requires(ORDINARY_SESSIONS)
@pytest.mark.cognito_needs("clock")
@varied(flow=Flow)
def test_session_expires_after_three_minutes(
    member: Member, sign_in: MemberSignIn, time_passes: TimePasses, unchanged: Unchanged
) -> None:
    """A session is refused once three minutes have passed, and a new sign-in works."""
    asked = sign_in.until(ASKED, member)
    time_passes(expectations.SESSION_LIFETIME + expectations.SECOND)
    with unchanged(member.person), refused(refusals.SESSION_EXPIRED):
        sign_in.answer(asked)
    sign_in.works_for(member)


@pytest.mark.cognito_needs("clock")
def test_session_is_good_for_nearly_three_minutes(
    member: Member, sign_in: MemberSignIn, time_passes: TimePasses
) -> None:
    """A session is accepted until its three minutes are over."""
    asked = sign_in.until(ASKED, member)
    time_passes(expectations.SESSION_LIFETIME - 10 * expectations.SECOND)
    expect_tokens(sign_in.answer(asked), "the right code in time")


@pytest.mark.cognito_needs("clock")
@pytest.mark.cognito_pool(auth_session_validity=15)
def test_session_lives_as_long_as_the_client_says(
    member: Member, sign_in: MemberSignIn, time_passes: TimePasses, unchanged: Unchanged
) -> None:
    """With AuthSessionValidity 15, a session lasts 15 minutes and no longer."""
    asked, asked_again = sign_in.until(ASKED, member), sign_in.until(ASKED, member)
    time_passes(14 * expectations.MINUTE)
    expect_tokens(sign_in.answer(asked), "the right code in time")
    time_passes(expectations.MINUTE + expectations.SECOND)
    with unchanged(member.person), refused(refusals.SESSION_EXPIRED):
        sign_in.answer(asked_again)


@varied(flow=Flow)
def test_session_of_another_person_is_refused(
    another_member: Member, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A session is refused for another user's name, even with that user's valid code."""
    asked = sign_in.until(ASKED, member)
    theirs = sign_in.until(ASKED, another_member)
    with (
        unchanged(member.person, another_member.person),
        refused(refusals.SESSION_INVALID),
    ):
        sign_in.give_code(asked, another_member.second_factor.code(), username=theirs.username)


@varied(client=Client)
def test_made_up_session_is_refused(
    member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A session that the service never issued is refused."""
    asked = replace(sign_in.until(ASKED, member), session=Secret("AYAB" + "x" * 1000))
    with unchanged(member.person), refused(refusals.SESSION_INVALID):
        sign_in.answer(asked)


def test_missing_session_is_named(
    member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A code without a session is refused, and the error names what is missing."""
    asked = replace(sign_in.until(ASKED, member), session=None)
    refusal = refusals.MISSING_PARAMETER.about(name="Session")
    with unchanged(member.person), refused(refusal):
        sign_in.answer(asked)


def test_two_sign_ins_side_by_side_do_not_disturb_each_other(
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
) -> None:
    """Two sign-ins of one user that have begun can both finish, each with its own code."""
    first, second = sign_in.until(ASKED, member), sign_in.until(ASKED, member)
    expect_tokens(sign_in.answer(second), "the code of the second sign-in")
    expect_tokens(sign_in.answer(first), "the code of the first sign-in")
