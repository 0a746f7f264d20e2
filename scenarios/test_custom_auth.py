"""CUSTOM_AUTH: challenges that the triggers of the pool make, ask and judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness import AuthFlow, Progress, SignIn, check
from scenarios.support import factor_refusals, refusals
from scenarios.support.answers import expect_access, expect_challenge, expect_equal, expect_tokens
from scenarios.support.custom_auth import MOST_WRONG_ANSWERS, answer_to, wrong_answer_to
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import (
    CHOSEN_NAMES,
    flow_forbidden,
    flows_allowed,
    requires,
)
from scenarios.support.refusals import refused
from scenarios.support.variants import Client, Flow, Mfa, Variant, varied
from scenarios.support.watching import Unchanged

pytestmark = pytest.mark.cognito_needs("admin")

ASKED = "CUSTOM_CHALLENGE"
STARTS = (Flow.USER_SRP_AUTH, Flow.ADMIN_USER_SRP_AUTH)
custom = pytest.mark.cognito_pool(
    auth_flows=("ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH")
)
asks = requires(flows_allowed("ALLOW_CUSTOM_AUTH"))


def custom_flow(variant: Variant) -> AuthFlow:
    """Return the flow with custom challenges of the one who calls."""
    return "ADMIN_CUSTOM_AUTH" if variant.flow.by_admin else "CUSTOM_AUTH"


def respond(walker: SignIn, asked: Progress, *, right: bool) -> Progress:
    """Respond to CUSTOM_CHALLENGE."""
    expect_challenge(asked, ASKED)
    answer = (answer_to if right else wrong_answer_to)(asked.challenge_parameters)
    return walker.submit(asked, {"USERNAME": asked.username, "ANSWER": answer})


@requires(CHOSEN_NAMES)
@custom
@asks
@varied(mfa=[Mfa.OFF], client=Client, flow=STARTS)
def test_right_answer_signs_in_without_the_password(
    with_triggers: None,
    cognito_sign_in: SignIn,
    newcomer: Callable[[], Member],
    variant: Variant,
) -> None:
    """The challenge has the public parameters and the user, and its answer gives tokens."""
    member = newcomer()
    context = member.context(password=None)
    asked = cognito_sign_in.start(context, custom_flow(variant))
    expect_challenge(asked, ASKED)
    hint = asked.parameter("hint")
    expect_equal("the hint", hint, f"{member.person.username}-0", facts="A180, A181")
    named = asked.parameter("USERNAME")
    expect_equal(f"USERNAME of {ASKED}", named, member.person.username, facts="A181")
    done = respond(cognito_sign_in, asked, right=True)
    expect_access(cognito_sign_in.actions, done.result().tokens)


@custom
@asks
@varied(mfa=[Mfa.OFF], client=Client, flow=STARTS)
def test_wrong_answers_end_the_sign_in(
    with_triggers: None,
    cognito_sign_in: SignIn,
    newcomer: Callable[[], Member],
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """A wrong answer leads to another challenge, and the last one that is allowed to a refusal."""
    member = newcomer()
    context = member.context(password=None)
    asked = cognito_sign_in.start(context, custom_flow(variant))
    first = asked
    for _ in range(MOST_WRONG_ANSWERS - 1):
        asked = respond(cognito_sign_in, asked, right=False)
        expect_challenge(asked, ASKED)
    same = asked.parameter("hint") == first.parameter("hint")
    check(not same, "each round has the same challenge", facts="A181")
    with unchanged(member.person), refused(refusals.SESSION_USED):
        respond(cognito_sign_in, first, right=True)
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        respond(cognito_sign_in, asked, right=False)
    again = cognito_sign_in.start(context, custom_flow(variant))
    corrected = respond(cognito_sign_in, respond(cognito_sign_in, again, right=False), right=True)
    expect_tokens(corrected, "the right answer after a wrong one")


@custom
@asks
@varied(mfa=[Mfa.OFF, Mfa.ON], flow=STARTS)
def test_password_and_mfa_can_come_before_the_challenge(
    with_triggers: None,
    cognito_sign_in: SignIn,
    member: Member,
    variant: Variant,
) -> None:
    """A sign-in that starts with SRP_A proves the password, and MFA follows as always."""
    context = member.context(custom_with_srp=True, custom_answers=answer_to)
    result = cognito_sign_in.run(context, custom_flow(variant))
    codes = ["SOFTWARE_TOKEN_MFA"] if variant.mfa is Mfa.ON else []
    expected = sorted(["PASSWORD_VERIFIER", ASKED, *codes])
    expect_equal("what was asked, sorted", sorted(result.steps), expected, facts="A180")
    expect_equal("what was asked first", result.steps[0], "PASSWORD_VERIFIER", facts="A180")


@custom
@asks
@varied(mfa=[Mfa.OFF], flow=STARTS)
def test_answer_of_another_user_is_refused(
    with_triggers: None,
    cognito_sign_in: SignIn,
    newcomer: Callable[[], Member],
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """The session of another user's challenge is refused, even with its right answer."""
    member, another = newcomer(), newcomer()
    theirs = cognito_sign_in.start(another.context(password=None), custom_flow(variant))
    mine = replace(theirs, username=member.person.username)
    with unchanged(member.person, another.person), refused(refusals.SESSION_INVALID):
        respond(cognito_sign_in, mine, right=True)


@requires(flow_forbidden("ALLOW_CUSTOM_AUTH"))
@varied(client=Client, flow=STARTS)
def test_custom_challenges_need_a_client_that_allows_them(
    member: Member, sign_in: MemberSignIn, unchanged: Unchanged, variant: Variant
) -> None:
    """CUSTOM_AUTH is refused to app clients without ALLOW_CUSTOM_AUTH."""
    with unchanged(member.person), refused(factor_refusals.CUSTOM_AUTH_OFF):
        sign_in.walker.start(member.context(), custom_flow(variant))
