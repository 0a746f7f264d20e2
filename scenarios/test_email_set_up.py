"""Setting up codes by email in MFA_SETUP, where a user has no address yet."""

from __future__ import annotations

import json

import pytest

from harness import Actions, Mailbox, PersonFactory, Progress
from scenarios.support import refusals
from scenarios.support.answers import (
    attributes_of,
    expect_access,
    expect_attribute,
    expect_challenge,
    expect_equal,
)
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.refusals import refused
from scenarios.support.sent_codes import (
    EMAIL,
    another_code,
    expect_sent,
    give_code,
    member_without,
    past_the_password,
    read_code,
)
from scenarios.support.variants import Client, Flow, SecondFactors, SignInName, varied
from scenarios.support.watching import Unchanged

pytestmark = pytest.mark.cognito_needs("admin")


def set_up(sign_in: MemberSignIn, asked: Progress, member: Member) -> Progress:
    """Respond to MFA_SETUP with the user's address (M113)."""
    answer = {"USERNAME": asked.username, "EMAIL": member.person.email}
    return sign_in.walker.submit(asked, answer)


@varied(
    client=Client,
    flow=Flow,
    sign_in_name=[SignInName.USERNAME],
    second_factors=[SecondFactors.EMAIL, SecondFactors.TOTP_AND_EMAIL],
)
def test_address_given_at_mfa_setup_gets_the_code(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    sign_in: MemberSignIn,
) -> None:
    """MFA_SETUP offers codes by email, and the code at the address given there gives tokens."""
    person = cognito_people.make()
    member = member_without(cognito_actions, person, "email", cognito_mailbox)
    asked = past_the_password(sign_in, member)
    expect_challenge(asked, "MFA_SETUP")
    offered = json.loads(asked.parameter("MFAS_CAN_SETUP"))
    expect_equal("EMAIL_OTP in MFAS_CAN_SETUP", "EMAIL_OTP" in offered, True, facts="M112")
    code = set_up(sign_in, asked, member)
    expect_sent(code, EMAIL, member)
    expect_access(cognito_actions, sign_in.answer(code).result().tokens)
    attributes = attributes_of(cognito_actions, member.person.username)
    expect_attribute(attributes, "email", member.person.email)
    expect_attribute(attributes, "email_verified", "true")
    expect_sent(past_the_password(sign_in, member), EMAIL, member)


@varied(
    flow=Flow, sign_in_name=[SignInName.USERNAME], second_factors=[SecondFactors.TOTP_AND_EMAIL]
)
def test_wrong_code_at_mfa_setup_by_email_sets_nothing_up(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """A wrong code is refused and leaves the user without an address, and the right one works."""
    person = cognito_people.make()
    member = member_without(cognito_actions, person, "email", cognito_mailbox)
    code = set_up(sign_in, past_the_password(sign_in, member), member)
    right = read_code(sign_in, code)
    with unchanged(member.person), refused(refusals.WRONG_SENT_CODE):
        give_code(sign_in, code, another_code(right))
    expect_access(cognito_actions, give_code(sign_in, code, right).result().tokens)
