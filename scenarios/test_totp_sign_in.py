"""Signing in with a code from the authenticator."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness import Actions, Clock, prefer_software_token
from scenarios.support import expectations, refusals
from scenarios.support.answers import (
    authenticator_of,
    expect_access,
    expect_tokens,
    session_in,
)
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import SECOND_FACTOR, requires
from scenarios.support.refusals import refused
from scenarios.support.steps import expect_last_step
from scenarios.support.variants import WITH_MFA, Client, Flow, Mfa, Variant, varied
from scenarios.support.watching import Unchanged

pytestmark = [pytest.mark.cognito_needs("admin"), requires(SECOND_FACTOR)]

ASKED = "SOFTWARE_TOKEN_MFA"


@varied(mfa=WITH_MFA, client=Client, flow=Flow)
def test_right_code_gives_tokens(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """A code of the current step gives tokens, and the tokens work."""
    asked = sign_in.until(ASKED, member)
    result = sign_in.give_code(asked, member.second_factor.code()).result()
    expect_access(cognito_actions, result.tokens)


@varied(mfa=WITH_MFA, flow=Flow)
def test_wrong_code_is_refused_and_can_be_corrected(
    member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A wrong code is refused, and the right one is accepted for the same challenge."""
    asked = sign_in.until(ASKED, member)
    wrong = expectations.wrong_code(member.second_factor.peek)
    with unchanged(member.person), refused(refusals.WRONG_TOTP):
        sign_in.give_code(asked, wrong)
    expect_tokens(sign_in.give_code(asked, member.second_factor.code()), "the right code")


@varied(mfa=WITH_MFA, flow=Flow)
def test_code_is_good_only_once(
    member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A code that was used to sign in is refused at the next sign-in, and a new one accepted."""
    code = member.second_factor.code()
    expect_tokens(sign_in.give_code(sign_in.until(ASKED, member), code), "the right code")
    asked = sign_in.until(ASKED, member)
    with unchanged(member.person), refused(refusals.TOTP_USED):
        sign_in.give_code(asked, code)
    expect_last_step(sign_in(member).steps, ASKED)


@varied(mfa=WITH_MFA)
def test_code_that_enrolled_the_authenticator_is_used_up(
    cognito_actions: Actions,
    cognito_clock: Clock,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """The code that VerifySoftwareToken accepted is refused at sign-in."""
    actions, member = cognito_actions, newcomer()
    if variant.mfa is Mfa.ON:
        session = sign_in.until("MFA_SETUP", member).session
        associated = actions.associate_software_token(session=session)
        authenticator = authenticator_of(associated, cognito_clock)
        code = authenticator.code()
        actions.verify_software_token(code, session=session_in(associated))
    else:
        access = sign_in(member).tokens.access
        associated = actions.associate_software_token(access_token=access)
        authenticator = authenticator_of(associated, cognito_clock)
        code = authenticator.code()
        actions.verify_software_token(code, access_token=access)
        prefer_software_token(actions, access)
    asked = sign_in.until(ASKED, member)
    with unchanged(member.person), refused(refusals.TOTP_USED):
        sign_in.give_code(asked, code)


@varied(flow=Flow)
def test_code_of_another_person_is_refused(
    another_member: Member, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A code from another user's authenticator is refused."""
    asked = sign_in.until(ASKED, member)
    with unchanged(member.person, another_member.person), refused(refusals.WRONG_TOTP):
        sign_in.give_code(asked, another_member.second_factor.code())


@pytest.mark.cognito_needs("clock")
@varied(mfa=WITH_MFA, steps=(-1, 0, 1))
def test_code_of_an_adjacent_step_is_taken(
    cognito_clock: Clock, member: Member, sign_in: MemberSignIn, steps: int
) -> None:
    """The codes of the current step and of one step on either side give tokens."""
    wait_for_an_unused_step(cognito_clock)
    asked = sign_in.until(ASKED, member)
    code = member.second_factor.peek(steps)
    expect_tokens(sign_in.give_code(asked, code), f"the code of step {steps:+d}")


@pytest.mark.cognito_needs("clock")
@varied(mfa=WITH_MFA, steps=(-2, 2))
def test_code_of_two_steps_away_is_refused(
    cognito_clock: Clock, member: Member, sign_in: MemberSignIn, steps: int, unchanged: Unchanged
) -> None:
    """A code of two steps ago, or two steps ahead, is refused as a wrong one."""
    wait_for_an_unused_step(cognito_clock)
    asked = sign_in.until(ASKED, member)
    with unchanged(member.person), refused(refusals.WRONG_TOTP):
        sign_in.give_code(asked, member.second_factor.peek(steps))


def wait_for_an_unused_step(clock: Clock) -> None:
    """Move to the beginning of a step that is far from all codes used so far."""
    step = clock.time() // expectations.TOTP_STEP + 5
    clock.wait_until(step * expectations.TOTP_STEP + expectations.SECOND)
