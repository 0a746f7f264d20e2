"""SetUserSettings: codes by SMS, turned on as it was done before SetUserMFAPreference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness import Actions, Mailbox, PersonFactory, Secret, check
from scenarios.support import factor_refusals
from scenarios.support.answers import expect_equal, expect_tokens
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.refusals import refused
from scenarios.support.sent_codes import SMS, expect_sent, member_without, past_the_password
from scenarios.support.variants import Flow, Mfa, SecondFactors, varied
from scenarios.support.watching import Unchanged

pytestmark = pytest.mark.cognito_needs("admin")

BY_SMS = {"DeliveryMedium": "SMS", "AttributeName": "phone_number"}
#: Calls the operation of the user, or that of an administrator.
CALLERS = ("user", "administrator")


def set_settings(
    actions: Actions, member: Member, access_token: Secret, caller: str, *options: dict[str, str]
) -> None:
    """Call SetUserSettings, or AdminSetUserSettings."""
    given: Any = list(options)
    if caller == "user":
        actions.client.set_user_settings(AccessToken=access_token.reveal(), MFAOptions=given)
        return
    actions.admin.admin_set_user_settings(
        UserPoolId=actions.app.user_pool_id,
        Username=member.person.username,
        MFAOptions=given,
    )


def expect_options(
    actions: Actions, member: Member, access_token: Secret, *options: object
) -> None:
    """Expect MFAOptions, which is absent where it is empty, from both that show a user."""
    for answer, name in (
        (actions.get_user(access_token), "GetUser"),
        (actions.admin_get_user(member.person.username), "AdminGetUser"),
    ):
        shown = list(answer.get("MFAOptions", ()))
        expect_equal(f"MFAOptions of {name}", shown, list(options), facts="A064, A071")


@varied(mfa=[Mfa.OPTIONAL], flow=Flow, second_factors=[SecondFactors.SMS], caller=CALLERS)
def test_settings_turn_codes_by_sms_on_and_off(
    caller: str,
    cognito_actions: Actions,
    reachable: Callable[[], Member],
    sign_in: MemberSignIn,
) -> None:
    """With SMS in MFAOptions every sign-in asks for a code, and with none it does not."""
    member = reachable()
    access = sign_in(member).tokens.access
    expect_options(cognito_actions, member, access)
    set_settings(cognito_actions, member, access, caller, BY_SMS)
    expect_options(cognito_actions, member, access, BY_SMS)
    asked = past_the_password(sign_in, member)
    expect_sent(asked, SMS, member)
    expect_tokens(sign_in.answer(asked), "the code by SMS")
    set_settings(cognito_actions, member, access, caller)
    expect_options(cognito_actions, member, access)
    expect_tokens(past_the_password(sign_in, member), "the password")


@varied(mfa=[Mfa.OPTIONAL], second_factors=[SecondFactors.SMS], caller=CALLERS)
def test_settings_need_a_phone_number(
    caller: str,
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """A user without a phone number cannot have codes by SMS."""
    person = cognito_people.make(phone_number=True)
    member = member_without(cognito_actions, person, "phone_number", cognito_mailbox)
    access = sign_in(member).tokens.access
    with unchanged(person), refused(factor_refusals.NO_NUMBER_FOR_SMS):
        set_settings(cognito_actions, member, access, caller, BY_SMS)
    check(
        past_the_password(sign_in, member).done, "a code is asked of a user without a phone number"
    )
