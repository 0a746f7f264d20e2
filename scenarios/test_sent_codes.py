"""MFA codes that come by SMS or by email: right, wrong, too late, used, and somebody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness import Actions, Device, check, track_device
from scenarios.support import expectations, refusals
from scenarios.support.answers import (
    attributes_of,
    expect_access,
    expect_attribute,
    expect_tokens,
)
from scenarios.support.choices import choice
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import ORDINARY_SESSIONS, requires
from scenarios.support.refusals import refused
from scenarios.support.sent_codes import (
    EMAIL,
    SMS,
    another_code,
    expect_sent,
    expect_setting,
    give_code,
    past_the_password,
    read_code,
    sent_factor_of,
)
from scenarios.support.steps import expect_device, expect_last_step
from scenarios.support.variants import (
    WITH_MFA,
    Client,
    Devices,
    Flow,
    Mfa,
    SecondFactors,
    Variant,
    varied,
)
from scenarios.support.watching import TimePasses, Unchanged

pytestmark = pytest.mark.cognito_needs("admin")

BY_SENT_CODE = (SecondFactors.SMS, SecondFactors.EMAIL)


@varied(mfa=WITH_MFA, client=Client, flow=Flow, second_factors=BY_SENT_CODE)
def test_code_goes_to_the_contact_and_gives_tokens(
    cognito_actions: Actions,
    sent_to: Callable[[], Member],
    sign_in: MemberSignIn,
    variant: Variant,
) -> None:
    """The challenge names the masked contact, and the code that came there gives tokens."""
    member, factor = sent_to(), sent_factor_of(variant)
    asked = past_the_password(sign_in, member)
    expect_sent(asked, factor, member)
    code = read_code(sign_in, asked)
    facts = "A187" if factor.digits == 8 else ""
    check(
        code.isdigit() and len(code) == factor.digits,
        f"the code of {factor.challenge} does not have {factor.digits} digits",
        facts=facts,
    )
    expect_access(cognito_actions, give_code(sign_in, asked, code).result().tokens)


@varied(mfa=WITH_MFA, flow=Flow, second_factors=BY_SENT_CODE)
def test_wrong_sent_code_is_refused_and_can_be_corrected(
    sent_to: Callable[[], Member], sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A wrong code is refused, also one that is no number, and the right one accepted after it."""
    member = sent_to()
    asked = past_the_password(sign_in, member)
    code = read_code(sign_in, asked)
    for wrong in (another_code(code), "incorrect-code"):
        with unchanged(member.person), refused(refusals.WRONG_SENT_CODE):
            give_code(sign_in, asked, wrong)
    expect_tokens(give_code(sign_in, asked, code), "the right code")


@requires(ORDINARY_SESSIONS)
@pytest.mark.cognito_needs("clock")
@varied(flow=Flow, second_factors=BY_SENT_CODE)
def test_sent_code_is_good_for_as_long_as_its_session(
    sent_to: Callable[[], Member],
    sign_in: MemberSignIn,
    time_passes: TimePasses,
    unchanged: Unchanged,
) -> None:
    """A code is accepted until its three minutes are over, and refused afterwards."""
    member = sent_to()
    asked = past_the_password(sign_in, member)
    code = read_code(sign_in, asked)
    time_passes(expectations.SESSION_LIFETIME - 10 * expectations.SECOND)
    late = past_the_password(sign_in, member)
    late_code = read_code(sign_in, late)
    expect_tokens(give_code(sign_in, asked, code), "a code in time")
    time_passes(expectations.SESSION_LIFETIME + expectations.SECOND)
    with unchanged(member.person), refused(refusals.SESSION_EXPIRED):
        give_code(sign_in, late, late_code)


@varied(flow=Flow, second_factors=BY_SENT_CODE)
def test_sent_code_is_good_only_once(
    sent_to: Callable[[], Member], sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A used code is refused with its own session, and with that of the next sign-in."""
    member = sent_to()
    asked = past_the_password(sign_in, member)
    code = read_code(sign_in, asked)
    expect_tokens(give_code(sign_in, asked, code), "the right code")
    with unchanged(member.person), refused(refusals.SESSION_USED):
        give_code(sign_in, asked, code)
    again = past_the_password(sign_in, member)
    new_code = read_code(sign_in, again)
    if new_code != code:  # one in a million draws is the same
        with unchanged(member.person), refused(refusals.WRONG_SENT_CODE):
            give_code(sign_in, again, code)
    expect_tokens(give_code(sign_in, again, new_code), "the new code")


@varied(flow=Flow, second_factors=BY_SENT_CODE)
def test_sent_code_of_another_session_is_refused(
    sent_to: Callable[[], Member], sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """Of two sign-ins of one user, each takes the code that was sent for it, and no other."""
    member = sent_to()
    first = past_the_password(sign_in, member)
    first_code = read_code(sign_in, first)
    second = past_the_password(sign_in, member)
    second_code = read_code(sign_in, second)
    if first_code != second_code:
        for asked, code in ((first, second_code), (second, first_code)):
            with unchanged(member.person), refused(refusals.WRONG_SENT_CODE):
                give_code(sign_in, asked, code)
    expect_tokens(give_code(sign_in, first, first_code), "the code of the first sign-in")
    expect_tokens(give_code(sign_in, second, second_code), "the code of the second sign-in")


@varied(client=Client, second_factors=BY_SENT_CODE)
def test_sent_code_of_another_user_is_refused(
    sent_to: Callable[[], Member], sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """The code that was sent to another user is refused, and so is their session."""
    member, another = sent_to(), sent_to()
    asked = past_the_password(sign_in, member)
    code = read_code(sign_in, asked)
    theirs = past_the_password(sign_in, another)
    their_code = read_code(sign_in, theirs)
    if code != their_code:
        with unchanged(member.person, another.person), refused(refusals.WRONG_SENT_CODE):
            give_code(sign_in, asked, their_code)
    with unchanged(member.person, another.person), refused(refusals.SESSION_INVALID):
        give_code(sign_in, theirs, their_code, USERNAME=asked.username)


@varied(mfa=[Mfa.ON], second_factors=[SecondFactors.SMS])
def test_code_by_sms_proves_the_number(
    cognito_actions: Actions, sent_to: Callable[[], Member], sign_in: MemberSignIn
) -> None:
    """A number that is not verified gets codes, and is verified once one of them signs in."""
    member = sent_to()
    cognito_actions.admin_update_user_attributes(
        member.person.username, {"phone_number_verified": "false"}
    )
    asked = past_the_password(sign_in, member)
    expect_sent(asked, SMS, member)
    before = attributes_of(cognito_actions, member.person.username)
    expect_attribute(before, "phone_number_verified", "false")
    expect_tokens(give_code(sign_in, asked, read_code(sign_in, asked)), "the right code")
    after = attributes_of(cognito_actions, member.person.username)
    verified = after.get("phone_number_verified")
    check(verified == "true", "a code by SMS did not verify the phone number", facts="A233")


@varied(mfa=[Mfa.ON], second_factors=[*BY_SENT_CODE, SecondFactors.TOTP_AND_EMAIL])
def test_code_that_nobody_asked_for_enables_no_factor(
    cognito_actions: Actions, reachable: Callable[[], Member], sign_in: MemberSignIn
) -> None:
    """Where MFA is ON, a contact is a factor at once, and to use it changes no setting."""
    member = reachable()
    asked = past_the_password(sign_in, member)
    expect_tokens(give_code(sign_in, asked, read_code(sign_in, asked)), "the right code")
    user = cognito_actions.admin_get_user(member.person.username)
    expect_setting(user, (), None, facts="M100, M103, M105")


@varied(devices=[Devices.ALWAYS_INSTEAD_OF_MFA], flow=Flow, second_factors=[SecondFactors.SMS])
def test_remembered_device_takes_the_place_of_a_code_by_sms(
    cognito_actions: Actions, sent_to: Callable[[], Member], sign_in: MemberSignIn
) -> None:
    """On a remembered device, no code is sent by SMS."""
    member = sent_to()
    device = tracked(cognito_actions, member, sign_in)
    steps = sign_in(member, device=device).steps
    check(SMS.challenge not in steps, "a device did not take the place of SMS_MFA", facts="D053")
    expect_last_step(steps, "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")


@choice("choice 8")
@varied(devices=[Devices.ALWAYS_INSTEAD_OF_MFA], second_factors=[SecondFactors.EMAIL])
def test_code_by_email_is_asked_on_a_remembered_device_too(
    cognito_actions: Actions, sent_to: Callable[[], Member], sign_in: MemberSignIn
) -> None:
    """A remembered device does not take the place of a code by email."""
    member = sent_to()
    device = tracked(cognito_actions, member, sign_in)
    steps = sign_in(member, device=device).steps
    check(EMAIL.challenge in steps, "a device took the place of EMAIL_OTP", facts="D102")


def tracked(actions: Actions, member: Member, sign_in: MemberSignIn) -> Device:
    """Return a device on which a member has signed in with a code."""
    result = sign_in(member)
    device = expect_device(result.new_device)
    return track_device(actions, result.tokens.access, device)
