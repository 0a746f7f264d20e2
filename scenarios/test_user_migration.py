"""Users who come from another directory when they first sign in or forgot their password."""

from __future__ import annotations

import pytest

from harness import Actions, Mailbox, Person, PersonFactory, SignIn, check, recover_password
from scenarios.support import refusals
from scenarios.support.answers import (
    attributes_of,
    expect_attribute,
    expect_challenge,
    expect_status,
    expect_tokens,
)
from scenarios.support.choices import choice
from scenarios.support.first_factors import ChoiceSignIn
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.other_directory import NOT_MIGRATED, OTHER_DIRECTORY
from scenarios.support.pool_under_test import CHOSEN_NAMES, EMAIL_CODES, RECOVERY, requires
from scenarios.support.refusals import refused
from scenarios.support.variants import Client, Flow, Mfa, Variant, varied
from scenarios.support.watching import exists

pytestmark = [
    pytest.mark.cognito_needs("admin"),
    # A client that hides who exists says less.
    pytest.mark.cognito_pool(prevent_user_existence_errors=False),
    requires(CHOSEN_NAMES),
]

BY_PASSWORD = (Flow.USER_PASSWORD_AUTH, Flow.ADMIN_USER_PASSWORD_AUTH)
BY_SRP = (Flow.USER_SRP_AUTH, Flow.ADMIN_USER_SRP_AUTH)


@varied(mfa=[Mfa.OFF, Mfa.ON], client=Client, flow=BY_PASSWORD)
def test_first_sign_in_brings_the_user(
    with_triggers: None,
    cognito_actions: Actions,
    cognito_person: Person,
    cognito_sign_in: SignIn,
    variant: Variant,
) -> None:
    """A right password makes the user with the attributes of the directory, and MFA follows."""
    OTHER_DIRECTORY.add(cognito_person)
    context = Member(cognito_person).context()
    for _ in range(2):
        progress = cognito_sign_in.start(context, variant.flow.value)
        if variant.mfa is Mfa.ON:
            expect_challenge(progress, "MFA_SETUP")
        else:
            expect_tokens(progress, "the password of the other directory")
    expect_status(cognito_actions, cognito_person.username, "CONFIRMED")
    attributes = attributes_of(cognito_actions, cognito_person.username)
    expect_attribute(attributes, "email", cognito_person.attributes["email"])
    expect_attribute(attributes, "email_verified", "true")


@varied(mfa=[Mfa.OFF], flow=BY_PASSWORD)
def test_wrong_password_brings_nobody(
    with_triggers: None,
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    cognito_person: Person,
    sign_in: MemberSignIn,
) -> None:
    """What the directory refuses is refused in its own words, and there is no user afterwards."""
    OTHER_DIRECTORY.add(cognito_person)
    wrong = cognito_person.with_password(cognito_people.password())
    with refused(NOT_MIGRATED):
        sign_in(Member(wrong))
    there = exists(cognito_actions, cognito_person)
    check(not there, "a wrong password brought the user", facts="T010")


@varied(mfa=[Mfa.OFF], flow=BY_PASSWORD)
def test_user_of_neither_directory_is_unknown(
    with_triggers: None, cognito_person: Person, sign_in: MemberSignIn
) -> None:
    """A name that the other directory does not know either is an unknown user."""
    with refused(refusals.UNKNOWN_USER):
        sign_in(Member(cognito_person))


@varied(mfa=[Mfa.OFF], flow=BY_SRP)
def test_srp_brings_nobody(
    with_triggers: None,
    cognito_actions: Actions,
    cognito_person: Person,
    sign_in: MemberSignIn,
) -> None:
    """SRP hands over no password, so the other directory is not asked."""
    OTHER_DIRECTORY.add(cognito_person)
    with refused(refusals.UNKNOWN_USER):
        sign_in.start(Member(cognito_person))
    there = exists(cognito_actions, cognito_person)
    check(not there, "a sign-in by SRP brought the user", facts="T004")


@varied(mfa=[Mfa.OFF], flow=BY_PASSWORD)
def test_user_who_must_set_a_new_password_gets_no_tokens(
    with_triggers: None,
    cognito_actions: Actions,
    cognito_person: Person,
    sign_in: MemberSignIn,
) -> None:
    """RESET_REQUIRED brings the user, who cannot sign in before there is a new password."""
    OTHER_DIRECTORY.add(cognito_person, "RESET_REQUIRED")
    with refused(refusals.RESET_REQUIRED):
        sign_in(Member(cognito_person))
    expect_status(cognito_actions, cognito_person.username, "RESET_REQUIRED")


@pytest.mark.cognito_pool(prevent_user_existence_errors=True)
@choice("T024")
@varied(mfa=[Mfa.OFF, Mfa.ON], client=Client, flow=BY_PASSWORD)
def test_password_that_is_chosen_brings_the_user(
    by_choice: ChoiceSignIn,
    cognito_actions: Actions,
    cognito_person: Person,
    with_triggers: None,
    variant: Variant,
) -> None:
    """A password in response to SELECT_CHALLENGE is one that the other directory is asked about."""
    OTHER_DIRECTORY.add(cognito_person)
    asked = by_choice.start(Member(cognito_person))
    progress = by_choice.choose(asked, "PASSWORD")
    if variant.mfa is Mfa.ON:
        expect_challenge(progress, "MFA_SETUP")
    else:
        expect_tokens(progress, "the password of the other directory")
    expect_status(cognito_actions, cognito_person.username, "CONFIRMED")


@requires(RECOVERY, EMAIL_CODES)
@varied(mfa=[Mfa.OFF], client=Client, flow=BY_PASSWORD)
def test_forgotten_password_brings_the_user(
    with_triggers: None,
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    cognito_person: Person,
    sign_in: MemberSignIn,
) -> None:
    """The code goes to the address that the directory has, and the new password signs in."""
    OTHER_DIRECTORY.add(cognito_person)
    new = cognito_people.password()
    recover_password(cognito_actions, cognito_person, cognito_mailbox, new)
    sign_in.works_for(Member(cognito_person.with_password(new)))
    expect_status(cognito_actions, cognito_person.username, "CONFIRMED")
