"""Users with several second factors: which one is asked, the choice, and the preference."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from harness import (
    Actions,
    Clock,
    Mailbox,
    PersonFactory,
    Progress,
    enrol_by_access_token,
)
from scenarios.support import factor_refusals
from scenarios.support.acceptance import accepted
from scenarios.support.answers import expect_access, expect_challenge, expect_equal, expect_tokens
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.refusals import refused
from scenarios.support.sent_codes import (
    EMAIL,
    SMS,
    choose,
    expect_sent,
    expect_setting,
    member_without,
    past_the_password,
    prefer,
)
from scenarios.support.variants import Client, Flow, Mfa, SecondFactors, varied
from scenarios.support.watching import Unchanged

pytestmark = pytest.mark.cognito_needs("admin")

CHOICE = "SELECT_MFA_TYPE"


def expect_choice(asked: Progress, *factors: str, facts: str) -> None:
    """Expect that a sign-in asks which of these factors to use."""
    expect_challenge(asked, CHOICE)
    listed = json.loads(asked.parameter("MFAS_CAN_CHOOSE"))
    expect_equal(
        f"MFAS_CAN_CHOOSE of {CHOICE}, sorted", sorted(listed), sorted(factors), facts=facts
    )


def settings_of(actions: Actions, member: Member) -> dict[str, object]:
    """Return what an administrator sees of a user."""
    return {**actions.admin_get_user(member.person.username)}


@varied(client=Client, flow=Flow, second_factors=[SecondFactors.SMS_AND_EMAIL])
def test_user_with_two_contacts_chooses_where_mfa_is_on(
    cognito_actions: Actions, reachable: Callable[[], Member], sign_in: MemberSignIn
) -> None:
    """A user who has turned nothing on chooses among their contacts, at every sign-in."""
    member = reachable()
    for factor in (SMS, EMAIL):
        asked = past_the_password(sign_in, member)
        expect_choice(asked, "SMS_MFA", "EMAIL_OTP", facts="M101, M111")
        code = choose(sign_in, asked, factor.challenge)
        expect_sent(code, factor, member)
        expect_access(cognito_actions, sign_in.answer(code).result().tokens)
    expect_setting(settings_of(cognito_actions, member), (), None, facts="M103, M104, M105")


@varied(client=Client, flow=Flow, mfa=[Mfa.OPTIONAL], second_factors=[SecondFactors.ALL])
@pytest.mark.parametrize("chosen", ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"])
def test_choice_among_enabled_factors_changes_no_preference(
    chosen: str,
    cognito_actions: Actions,
    cognito_clock: Clock,
    reachable: Callable[[], Member],
    sign_in: MemberSignIn,
) -> None:
    """Each enabled factor can be chosen and gives tokens, and the choice is asked again."""
    member = with_authenticator(cognito_actions, cognito_clock, reachable(), sign_in)
    every = SecondFactors.ALL.value
    prefer(cognito_actions, sign_in(member).tokens.access, *every)
    asked = past_the_password(sign_in, member)
    expect_choice(asked, *every, facts="M107, M111, A175")
    challenge = choose(sign_in, asked, chosen)
    expect_challenge(challenge, chosen)
    expect_tokens(sign_in.answer(challenge), f"the code of {chosen}")
    expect_setting(settings_of(cognito_actions, member), every, None, facts="M107")
    expect_challenge(past_the_password(sign_in, member), CHOICE)


@varied(mfa=[Mfa.OPTIONAL], flow=Flow, second_factors=[SecondFactors.SMS_AND_EMAIL])
def test_preferred_factor_is_asked_without_a_choice(
    cognito_actions: Actions, reachable: Callable[[], Member], sign_in: MemberSignIn
) -> None:
    """The preferred factor is asked, and another one that is enabled later leaves it so."""
    member = reachable()
    access = sign_in(member).tokens.access
    prefer(cognito_actions, access, "SMS_MFA", preferred="SMS_MFA")
    prefer(cognito_actions, access, "EMAIL_OTP")
    both = ("SMS_MFA", "EMAIL_OTP")
    expect_setting(settings_of(cognito_actions, member), both, "SMS_MFA", facts="M109")
    asked = past_the_password(sign_in, member)
    expect_sent(asked, SMS, member)
    expect_tokens(sign_in.answer(asked), "the code by SMS")


@varied(mfa=[Mfa.OPTIONAL], second_factors=[SecondFactors.SMS_AND_EMAIL])
def test_preference_ends_with_its_factor(
    cognito_actions: Actions, reachable: Callable[[], Member], sign_in: MemberSignIn
) -> None:
    """Turning the preferred factor off clears the preference, and the other one is asked."""
    member = reachable()
    access = sign_in(member).tokens.access
    prefer(cognito_actions, access, "SMS_MFA", "EMAIL_OTP", preferred="SMS_MFA")
    prefer(cognito_actions, access, off=("SMS_MFA",))
    expect_setting(settings_of(cognito_actions, member), ("EMAIL_OTP",), None, facts="M110")
    expect_sent(past_the_password(sign_in, member), EMAIL, member)


@varied(mfa=[Mfa.ON], second_factors=[SecondFactors.SMS_AND_EMAIL])
def test_all_factors_may_be_off_where_mfa_is_on(
    cognito_actions: Actions, reachable: Callable[[], Member], sign_in: MemberSignIn
) -> None:
    """A user may turn everything off, and still has to pass MFA with one of their contacts."""
    member = reachable()
    tokens = sign_in(member).tokens
    both = ("SMS_MFA", "EMAIL_OTP")
    prefer(cognito_actions, tokens.access, *both, preferred="EMAIL_OTP")
    with accepted("turning every factor off where MFA is ON", facts="M108"):
        prefer(cognito_actions, tokens.access, off=both)
    expect_setting(settings_of(cognito_actions, member), (), None, facts="M108")
    expect_choice(past_the_password(sign_in, member), *both, facts="A243, M101")


@varied(mfa=[Mfa.OPTIONAL], second_factors=[SecondFactors.SMS])
def test_factors_that_stay_off_need_no_set_up(
    cognito_actions: Actions, reachable: Callable[[], Member], sign_in: MemberSignIn
) -> None:
    """A preference may name factors as off that nobody has set up, and that the pool lacks."""
    member = reachable()
    access = sign_in(member).tokens.access
    with accepted("a preference with two factors that stay off", facts="M107"):
        prefer(cognito_actions, access, "SMS_MFA", off=("SOFTWARE_TOKEN_MFA", "EMAIL_OTP"))
    expect_setting(settings_of(cognito_actions, member), ("SMS_MFA",), None, facts="M107")


@varied(mfa=[Mfa.OPTIONAL], second_factors=[SecondFactors.SMS_AND_EMAIL])
def test_two_factors_cannot_be_preferred(
    cognito_actions: Actions,
    reachable: Callable[[], Member],
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """SetUserMFAPreference with two preferred factors is refused, and turns neither on."""
    member = reachable()
    access = sign_in(member).tokens.access
    both = {"Enabled": True, "PreferredMfa": True}
    with unchanged(member.person), refused(factor_refusals.TWO_PREFERRED):
        cognito_actions.set_user_mfa_preference(access, sms=both, email=both)  # type: ignore[arg-type]


@varied(mfa=[Mfa.OPTIONAL], second_factors=[SecondFactors.SMS])
def test_sms_needs_a_number_and_not_a_verified_one(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """Codes by SMS are refused to a user without a number, and need no verified one."""
    person = cognito_people.make(phone_number=True)
    member = member_without(cognito_actions, person, "phone_number", cognito_mailbox)
    access, username = sign_in(member).tokens.access, person.username
    with unchanged(member.person), refused(factor_refusals.NO_NUMBER_FOR_SMS):
        prefer(cognito_actions, access, "SMS_MFA")
    number = {"phone_number": person.phone_number or "", "phone_number_verified": "false"}
    cognito_actions.admin_update_user_attributes(username, number)
    with accepted("turning SMS on for a number that is not verified", facts="M127"):
        prefer(cognito_actions, access, "SMS_MFA")
    expect_sent(past_the_password(sign_in, member), SMS, member)


@varied(mfa=[Mfa.ON], second_factors=[SecondFactors.SMS_AND_TOTP])
def test_authenticator_beside_sms_is_not_preferred(
    cognito_actions: Actions,
    cognito_clock: Clock,
    reachable: Callable[[], Member],
    sign_in: MemberSignIn,
) -> None:
    """VerifySoftwareToken of a user with codes by SMS sets no preference."""
    member = reachable()
    tokens = sign_in(member).tokens
    prefer(cognito_actions, tokens.access, "SMS_MFA")
    enrol_by_access_token(cognito_actions, tokens.access, cognito_clock)
    preferred = settings_of(cognito_actions, member).get("PreferredMfaSetting")
    expect_equal("PreferredMfaSetting", preferred, None, facts="M106")


def with_authenticator(
    actions: Actions, clock: Clock, member: Member, sign_in: MemberSignIn
) -> Member:
    """Return a user with an authenticator that is not turned on, in a pool with optional MFA."""
    access = sign_in(member).tokens.access
    return member.with_authenticator(enrol_by_access_token(actions, access, clock))
