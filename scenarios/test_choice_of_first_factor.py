"""USER_AUTH: which first factors a user is offered, the preference, and the choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness import Mailbox, PersonFactory, Secret, SignIn, check
from scenarios.support import expectations, factor_refusals, refusals
from scenarios.support.answers import expect_access, expect_challenge, expect_equal, expect_tokens
from scenarios.support.choices import choice
from scenarios.support.first_factors import (
    BY_PASSWORD,
    ChoiceSignIn,
    FirstFactor,
    expect_code_sent,
    expect_offered,
    offered_by,
    sent_first_factor_of,
    verify_number,
)
from scenarios.support.members import Member
from scenarios.support.pool_under_test import ORDINARY_SESSIONS, flow_forbidden, requires
from scenarios.support.refusals import refused
from scenarios.support.sent_codes import member_without
from scenarios.support.variants import Client, FirstFactors, Flow, Mfa, Variant, varied
from scenarios.support.watching import TimePasses, Unchanged

pytestmark = pytest.mark.cognito_needs("admin")

CHOICE = "SELECT_CHALLENGE"
STARTS = (Flow.USER_SRP_AUTH, Flow.ADMIN_USER_SRP_AUTH)
WITH_CODES = (FirstFactors.EMAIL, FirstFactors.SMS)


@varied(
    mfa=[Mfa.OFF],
    client=Client,
    flow=Flow,
    first_factors=[FirstFactors.PASSWORD, *WITH_CODES, FirstFactors.PASSKEY, FirstFactors.ALL],
)
def test_user_is_offered_what_they_can_use(
    by_choice: ChoiceSignIn, reachable: Callable[[], Member], variant: Variant
) -> None:
    """AvailableChallenges has what the pool allows and the user has set up, and nothing else."""
    member = verify_number(by_choice.actions, reachable())
    asked = by_choice.start(member)
    expect_challenge(asked, CHOICE)
    expected = offered_by(variant, contacts=("email", "phone_number"))
    expect_offered(asked, expected, facts="N015, A185")


@varied(mfa=[Mfa.OFF], first_factors=[FirstFactors.EMAIL_AND_SMS])
def test_contact_that_a_user_lacks_is_not_offered(
    by_choice: ChoiceSignIn,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    variant: Variant,
) -> None:
    """A user without a phone number is offered no code by SMS, though the pool allows it."""
    person = cognito_people.make(phone_number=True)
    member = member_without(by_choice.actions, person, "phone_number", cognito_mailbox)
    expect_offered(by_choice.start(member), offered_by(variant), facts="N015")


@varied(mfa=[Mfa.OFF], client=Client, flow=Flow, first_factors=[FirstFactors.EMAIL])
def test_chosen_password_gives_tokens(
    by_choice: ChoiceSignIn, reachable: Callable[[], Member]
) -> None:
    """The password can be chosen, sent or proved by SRP, and gives tokens."""
    asked = by_choice.choose(by_choice.start(reachable()), by_choice.by_password)
    if by_choice.by_password == "PASSWORD_SRP":
        expect_challenge(asked, "PASSWORD_VERIFIER")
        asked = by_choice.answer(asked)
    expect_access(by_choice.actions, asked.result().tokens)


@varied(mfa=[Mfa.OFF], flow=Flow, first_factors=[FirstFactors.EMAIL])
def test_preferred_password_is_taken_at_once(
    by_choice: ChoiceSignIn, reachable: Callable[[], Member], variant: Variant
) -> None:
    """With PREFERRED_CHALLENGE and its proof there is no choice, and the list is there too."""
    asked = by_choice.start(reachable(), by_choice.by_password)
    if by_choice.by_password == "PASSWORD_SRP":
        expect_challenge(asked, "PASSWORD_VERIFIER")
        expect_offered(asked, offered_by(variant), facts="N017")
        asked = by_choice.answer(asked)
    expect_access(by_choice.actions, asked.result().tokens)


@varied(mfa=[Mfa.OFF], flow=Flow, first_factors=[FirstFactors.EMAIL])
def test_wrong_password_is_refused_in_the_choice(
    by_choice: ChoiceSignIn, reachable: Callable[[], Member], unchanged: Unchanged
) -> None:
    """A wrong password is refused, whether it is preferred or chosen."""
    member = reachable()
    wrong = member.with_password(Secret("Wrong-password-1"))
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        by_choice(wrong)
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        chosen = by_choice.choose(by_choice.start(wrong), by_choice.by_password)
        by_choice.answer(chosen)


@varied(
    mfa=[Mfa.OFF],
    flow=Flow,
    first_factors=[FirstFactors.EMAIL_AND_PASSKEY],
    preferred=("SMS_OTP", "WEB_AUTHN"),
)
def test_preference_that_a_user_cannot_follow_gives_the_list(
    by_choice: ChoiceSignIn,
    preferred: FirstFactor,
    reachable: Callable[[], Member],
    variant: Variant,
) -> None:
    """To prefer what the pool does not allow, or the user has not set up, is no error."""
    asked = by_choice.start(reachable(), preferred)
    expect_challenge(asked, CHOICE)
    expect_offered(asked, offered_by(variant), facts="N018, N051, M125")


@choice("N032")
@varied(
    mfa=[Mfa.OFF],
    flow=Flow,
    first_factors=[FirstFactors.EMAIL_AND_PASSKEY],
    chosen=("SMS_OTP", "WEB_AUTHN"),
)
def test_choice_of_what_is_not_offered_is_refused(
    by_choice: ChoiceSignIn,
    chosen: FirstFactor,
    reachable: Callable[[], Member],
    unchanged: Unchanged,
) -> None:
    """A factor that is not in the list cannot be chosen, and another one still can."""
    member = reachable()
    asked = by_choice.start(member)
    with unchanged(member.person), refused(factor_refusals.FACTOR_NOT_THERE):
        by_choice.choose(asked, chosen)
    expect_challenge(by_choice.choose(asked, "EMAIL_OTP"), "EMAIL_OTP")


@pytest.mark.cognito_needs("outbox")
@varied(mfa=[Mfa.OFF], flow=Flow, first_factors=WITH_CODES)
def test_temporary_password_is_the_only_factor_of_an_invited_user(
    by_choice: ChoiceSignIn,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """An invited user gets no code, preferred or chosen, and has to replace the password first."""
    person = cognito_people.make(phone_number=True)
    by_choice.actions.admin_create_user(
        person.username,
        temporary_password=person.password,
        attributes=person.verified_attributes,
        message_action="SUPPRESS",
    )
    member = Member(person, mailbox=cognito_mailbox)
    factor = sent_first_factor_of(variant).challenge
    asked = by_choice.start(member, factor)
    expect_challenge(asked, CHOICE)
    expect_offered(asked, set(BY_PASSWORD), facts="N021, A186")
    with unchanged(person), refused(factor_refusals.PASSWORD_REQUIRED):
        by_choice.choose(asked, factor)
    expect_challenge(by_choice.past_the_password(member), "NEW_PASSWORD_REQUIRED")


@choice("N022b")
@pytest.mark.cognito_pool(prevent_user_existence_errors=True)
@varied(mfa=[Mfa.OFF], client=Client, flow=Flow, first_factors=[FirstFactors.EMAIL])
def test_unknown_user_is_offered_what_a_known_one_is(
    by_choice: ChoiceSignIn, cognito_people: PersonFactory, reachable: Callable[[], Member]
) -> None:
    """With PreventUserExistenceErrors, a stranger gets the list of a user with a contact."""
    known, stranger = reachable(), Member(cognito_people.make())
    asked = by_choice.start(stranger)
    expect_challenge(asked, CHOICE)
    offered = set(by_choice.start(known).available_challenges)
    expect_offered(asked, offered, facts="N022")


@pytest.mark.cognito_pool(prevent_user_existence_errors=True)
@varied(mfa=[Mfa.OFF], client=Client, flow=STARTS, first_factors=[FirstFactors.EMAIL])
def test_unknown_user_is_asked_for_a_code_like_a_known_one(
    by_choice: ChoiceSignIn, cognito_people: PersonFactory
) -> None:
    """With PreventUserExistenceErrors, a stranger is asked for a code, and each is wrong."""
    stranger = Member(cognito_people.make())
    code = by_choice.start(stranger, "EMAIL_OTP")
    asked = code.challenge_name == "EMAIL_OTP"
    check(asked, "an unknown user is not asked for a code, as a known one is", facts="A102, N022")
    medium = code.parameter("CODE_DELIVERY_DELIVERY_MEDIUM")
    expect_equal("CODE_DELIVERY_DELIVERY_MEDIUM", medium, "EMAIL", facts="A102")
    with refused(refusals.WRONG_SENT_CODE):
        by_choice.give_code(code, "12345678")


@pytest.mark.cognito_pool(prevent_user_existence_errors=False)
@varied(mfa=[Mfa.OFF], flow=Flow, first_factors=[FirstFactors.EMAIL])
def test_unknown_user_is_named_where_that_may_be_said(
    by_choice: ChoiceSignIn, cognito_people: PersonFactory
) -> None:
    """With LEGACY, USER_AUTH of a name that no user has is refused."""
    stranger = Member(cognito_people.make())
    with refused(refusals.UNKNOWN_USER):
        by_choice.start(stranger)


@requires(flow_forbidden("ALLOW_USER_AUTH"))
@varied(flow=STARTS)
def test_choice_needs_a_client_that_allows_it(
    cognito_sign_in: SignIn, member: Member, unchanged: Unchanged, variant: Variant
) -> None:
    """USER_AUTH is refused to app clients without ALLOW_USER_AUTH."""
    by_choice = ChoiceSignIn(cognito_sign_in, variant)
    with unchanged(member.person), refused(factor_refusals.USER_AUTH_OFF):
        by_choice.start(member)


@choice("N019b")
@varied(mfa=[Mfa.OFF], flow=Flow, first_factors=[FirstFactors.EMAIL])
def test_preferred_password_has_to_come_with_it(
    by_choice: ChoiceSignIn, reachable: Callable[[], Member], unchanged: Unchanged
) -> None:
    """To prefer a password without the password, or without SRP_A, is refused."""
    member = reachable()
    actions = by_choice.actions
    initiate = actions.admin_initiate_auth if by_choice.by_admin else actions.initiate_auth
    parameters = {
        "USERNAME": member.person.sign_in_as,
        "PREFERRED_CHALLENGE": by_choice.by_password,
    }
    with unchanged(member.person), refused(factor_refusals.PREFERENCE_WITHOUT_PROOF):
        initiate("USER_AUTH", parameters)


@varied(mfa=[Mfa.OFF], client=Client, flow=Flow, first_factors=[FirstFactors.EMAIL])
def test_session_of_the_choice_is_good_only_once(
    by_choice: ChoiceSignIn,
    reachable: Callable[[], Member],
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """After the choice, its session cannot choose again, and that of the factor gives tokens."""
    member = reachable()
    asked = by_choice.start(member)
    code = by_choice.choose(asked, "EMAIL_OTP")
    expect_code_sent(code, sent_first_factor_of(variant), member)
    with unchanged(member.person), refused(refusals.SESSION_USED):
        by_choice.choose(asked, "EMAIL_OTP")
    expect_tokens(by_choice.answer(code), "the code")


@requires(ORDINARY_SESSIONS)
@pytest.mark.cognito_needs("clock")
@varied(mfa=[Mfa.OFF], flow=Flow, first_factors=[FirstFactors.EMAIL])
def test_session_of_the_choice_expires(
    by_choice: ChoiceSignIn,
    reachable: Callable[[], Member],
    time_passes: TimePasses,
    unchanged: Unchanged,
) -> None:
    """A choice has to be made within three minutes."""
    member = reachable()
    asked = by_choice.start(member)
    time_passes(expectations.SESSION_LIFETIME + expectations.SECOND)
    with unchanged(member.person), refused(refusals.SESSION_EXPIRED):
        by_choice.choose(asked, "EMAIL_OTP")


@varied(mfa=[Mfa.OFF], flow=Flow, first_factors=[FirstFactors.EMAIL])
def test_session_of_another_user_chooses_nothing(
    by_choice: ChoiceSignIn, reachable: Callable[[], Member], unchanged: Unchanged
) -> None:
    """The session of another user's choice is refused, and sends no code."""
    member, another = reachable(), reachable()
    theirs = replace(by_choice.start(another), username=member.person.username)
    with unchanged(member.person, another.person), refused(refusals.SESSION_INVALID):
        by_choice.choose(theirs, "EMAIL_OTP")
