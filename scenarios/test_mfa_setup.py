"""Enrolling an authenticator: by MFA_SETUP if MFA is ON, by access token if it is OPTIONAL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from harness import (
    Actions,
    Clock,
    Progress,
    Secret,
    check,
    enrol_by_access_token,
    prefer_software_token,
    stop_using_software_token,
)
from scenarios.support import expectations, refusals
from scenarios.support.answers import (
    authenticator_of,
    expect_challenge,
    expect_equal,
    expect_member,
    session_in,
)
from scenarios.support.expectations import Situation
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import MFA_OFF, MFA_ON, TOTP_ALONE, requires
from scenarios.support.refusals import refused
from scenarios.support.steps import expect_last_step, expect_steps
from scenarios.support.variants import WITH_MFA, Client, Flow, Mfa, Variant, varied
from scenarios.support.watching import Unchanged

pytestmark = pytest.mark.cognito_needs("admin")

CONFIRMED_ONLY = Situation()
ENROLLED = Situation(enrolled=True)


def expect_factor(actions: Actions, member: Member, factor: str | None) -> None:
    """Expect that a factor is the only and the preferred one of a user; ``None`` means none."""
    user = actions.admin_get_user(member.person.username)
    enabled, wanted = user.get("UserMFASettingList"), [factor] if factor else None
    expect_equal("UserMFASettingList of AdminGetUser", enabled, wanted, facts="A066")
    preferred = user.get("PreferredMfaSetting")
    expect_equal("PreferredMfaSetting of AdminGetUser", preferred, factor, facts="A066")


@requires(MFA_ON, TOTP_ALONE)
@varied(client=Client, flow=Flow)
def test_mfa_setup_enrolls_and_gives_tokens(
    cognito_actions: Actions, newcomer: Callable[[], Member], sign_in: MemberSignIn
) -> None:
    """Where MFA is ON, the first sign-in enrolls an authenticator, and later ones need a code."""
    member = newcomer()
    asked = sign_in.until("MFA_SETUP", member)
    offered = asked.parameter("MFAS_CAN_SETUP")
    expect_equal("MFAS_CAN_SETUP of MFA_SETUP", offered, '["SOFTWARE_TOKEN_MFA"]')
    result = sign_in.answer(asked).result()
    # https://github.com/aws-amplify/docs/pull/5690
    expect_factor(cognito_actions, member, None)
    enrolled = Member(member.person, result.authenticator)
    expect_last_step(sign_in(enrolled).steps, "SOFTWARE_TOKEN_MFA")


@varied(mfa=[Mfa.OPTIONAL], flow=Flow)
def test_access_token_enrolls_and_the_preference_asks(
    cognito_actions: Actions,
    cognito_clock: Clock,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
    variant: Variant,
) -> None:
    """Where MFA is OPTIONAL, a verified authenticator is asked for once the user prefers it."""
    member = newcomer()
    access = sign_in(member).tokens.access
    authenticator = enrol_by_access_token(cognito_actions, access, cognito_clock)
    expect_steps(sign_in(member).steps, variant, CONFIRMED_ONLY)
    prefer_software_token(cognito_actions, access)
    expect_factor(cognito_actions, member, "SOFTWARE_TOKEN_MFA")
    enrolled = Member(member.person, authenticator)
    expect_steps(sign_in(enrolled).steps, variant, ENROLLED)


@varied(mfa=[Mfa.OPTIONAL])
def test_switching_the_factor_off_asks_no_more_where_mfa_is_optional(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, variant: Variant
) -> None:
    """Where MFA is OPTIONAL, a user who turns the factor off signs in without a code."""
    stop_using_software_token(cognito_actions, sign_in(member).tokens.access)
    expect_factor(cognito_actions, member, None)
    expect_steps(sign_in(member).steps, variant, CONFIRMED_ONLY)


@requires(MFA_ON)
def test_switching_the_factor_off_still_asks_where_mfa_is_on(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """Where MFA is ON, every sign-in requires a second factor, whatever the user prefers."""
    stop_using_software_token(cognito_actions, sign_in(member).tokens.access)
    asked = sign_in.start(member)
    if asked.challenge_name == "PASSWORD_VERIFIER":
        asked = sign_in.answer(asked)
    expect_challenge(asked, "SOFTWARE_TOKEN_MFA", "MFA_SETUP")


@varied(mfa=[Mfa.OPTIONAL])
def test_administrator_switches_the_factor_off_and_on(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, variant: Variant
) -> None:
    """AdminSetUserMFAPreference affects the next sign-in as the user's own call does."""
    username = member.person.username
    for wanted, situation in ((False, CONFIRMED_ONLY), (True, ENROLLED)):
        cognito_actions.admin_set_user_mfa_preference(
            username, software_token={"Enabled": wanted, "PreferredMfa": wanted}
        )
        expect_steps(sign_in(member).steps, variant, situation)


@requires(MFA_OFF)
@varied(mfa=[Mfa.OFF])
def test_pool_without_mfa_refuses_to_enroll(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """Where MFA is OFF, AssociateSoftwareToken is refused."""
    access = sign_in(member).tokens.access
    with unchanged(member.person), refused(refusals.NO_TOTP_IN_POOL):
        cognito_actions.associate_software_token(access_token=access)


@varied(mfa=[Mfa.OPTIONAL])
def test_preferring_a_factor_that_was_never_verified_is_refused(
    cognito_actions: Actions,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """SetUserMFAPreference is refused before VerifySoftwareToken, even after Associate."""
    member = newcomer()
    access = sign_in(member).tokens.access
    with unchanged(member.person), refused(refusals.TOTP_NOT_VERIFIED):
        prefer_software_token(cognito_actions, access)
    cognito_actions.associate_software_token(access_token=access)
    with unchanged(member.person), refused(refusals.TOTP_NOT_VERIFIED):
        prefer_software_token(cognito_actions, access)


@varied(mfa=[Mfa.OPTIONAL])
def test_verifying_without_a_secret_is_refused(
    cognito_actions: Actions,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """VerifySoftwareToken is refused for a user who never called AssociateSoftwareToken."""
    member = newcomer()
    access = sign_in(member).tokens.access
    with unchanged(member.person), refused(refusals.NO_TOTP_OF_USER):
        cognito_actions.verify_software_token("123456", access_token=access)


@requires(MFA_ON)
@varied(flow=Flow)
def test_wrong_code_at_mfa_setup_is_refused(
    cognito_actions: Actions,
    cognito_clock: Clock,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """VerifySoftwareToken with a wrong code is refused, and the next sign-in starts setup again."""
    member = newcomer()
    associated = cognito_actions.associate_software_token(
        session=session_of(sign_in.until("MFA_SETUP", member))
    )
    authenticator = authenticator_of(associated, cognito_clock)
    with unchanged(member.person), refused(refusals.WRONG_TOTP_AT_SET_UP):
        cognito_actions.verify_software_token(
            expectations.wrong_code(authenticator.peek), session=session_in(associated)
        )
    expect_last_step(sign_in(member).steps, "MFA_SETUP")


@varied(mfa=[Mfa.OPTIONAL])
def test_wrong_code_with_the_access_token_can_be_corrected(
    cognito_actions: Actions,
    cognito_clock: Clock,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """After a wrong code the right one is accepted, without another AssociateSoftwareToken."""
    member = newcomer()
    access = sign_in(member).tokens.access
    associated: Mapping[str, Any] = cognito_actions.associate_software_token(access_token=access)
    check("Session" not in associated, "AssociateSoftwareToken with an access token has a Session")
    authenticator = authenticator_of(associated, cognito_clock)
    wrong = expectations.wrong_code(authenticator.peek)
    with unchanged(member.person), refused(refusals.WRONG_TOTP_OF_SIGNED_IN_USER):
        cognito_actions.verify_software_token(wrong, access_token=access)
    verified = cognito_actions.verify_software_token(authenticator.code(), access_token=access)
    expect_member(verified, "Status", "SUCCESS", of="VerifySoftwareToken")


@requires(MFA_ON)
@varied(client=Client)
def test_verified_factor_counts_though_mfa_setup_was_never_answered(
    cognito_actions: Actions,
    cognito_clock: Clock,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
) -> None:
    """VerifySoftwareToken alone registers the factor: the next sign-in asks for a code."""
    member = newcomer()
    associated = cognito_actions.associate_software_token(
        session=session_of(sign_in.until("MFA_SETUP", member))
    )
    authenticator = authenticator_of(associated, cognito_clock)
    cognito_actions.verify_software_token(authenticator.code(), session=session_in(associated))
    enrolled = Member(member.person, authenticator)
    expect_last_step(sign_in(enrolled).steps, "SOFTWARE_TOKEN_MFA")


@requires(MFA_ON)
@varied(client=Client)
def test_only_the_newest_session_goes_on_in_mfa_setup(
    cognito_actions: Actions,
    cognito_clock: Clock,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """AssociateSoftwareToken uses up the session of MFA_SETUP."""
    member = newcomer()
    first = session_of(sign_in.until("MFA_SETUP", member))
    associated = cognito_actions.associate_software_token(session=first)
    authenticator = authenticator_of(associated, cognito_clock)
    with unchanged(member.person), refused(refusals.SESSION_USED):
        cognito_actions.verify_software_token(authenticator.code(), session=first)


@requires(MFA_ON)
@varied(flow=Flow)
def test_mfa_setup_cannot_be_skipped(
    cognito_actions: Actions,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """A response to MFA_SETUP before VerifySoftwareToken is refused, even after Associate."""
    member = newcomer()
    asked = sign_in.until("MFA_SETUP", member)
    answer = {"USERNAME": asked.username}
    with unchanged(member.person), refused(refusals.NO_TOTP_OF_USER):
        sign_in.walker.submit(asked, answer)
    associated = cognito_actions.associate_software_token(session=session_of(asked))
    asked = replace(asked, session=Secret(session_in(associated)))
    with unchanged(member.person), refused(refusals.NO_TOTP_OF_USER):
        sign_in.walker.submit(asked, answer)


@varied(mfa=WITH_MFA)
def test_each_person_has_a_secret_of_their_own(another_member: Member, member: Member) -> None:
    """The authenticators of two users show different codes."""
    offsets = range(-2, 3)
    codes = [member.second_factor.peek(offset) for offset in offsets]
    theirs = [another_member.second_factor.peek(offset) for offset in offsets]
    check(codes != theirs, "two users got the same TOTP secret")


def session_of(progress: Progress) -> Secret:
    """Return the session of a challenge that has one."""
    check(progress.session is not None, f"{progress.challenge_name} came without Session")
    return cast("Secret", progress.session)
