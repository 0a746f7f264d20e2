"""Flows that the app client does not allow, and codes of attributes that are too old."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness import Actions, Mailbox, refresh
from scenarios.support import expectations, refusals
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import (
    ADDRESS_CHANGES,
    CHOSEN_NAMES,
    EMAIL_CODES,
    NEW_ADDRESS_AT_ONCE,
    NO_LINKS,
    flow_forbidden,
    requires,
)
from scenarios.support.refusals import Refusal, refused
from scenarios.support.variants import Client, Devices, varied
from scenarios.support.watching import TimePasses, Unchanged

pytestmark = pytest.mark.cognito_needs("admin")

#: The code is that of every flow that is off; the words for this one are not known.
REFRESH_OFF = Refusal("InvalidParameterException", facts="A108, A109, A111")


@requires(flow_forbidden("ALLOW_REFRESH_TOKEN_AUTH"))
@varied(devices=[Devices.NOT_TRACKED], client=Client)
@pytest.mark.cognito_pool(auth_flows=("ALLOW_USER_SRP_AUTH",))
def test_refresh_flow_that_the_client_does_not_allow_is_refused(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """REFRESH_TOKEN_AUTH is refused where ExplicitAuthFlows does not have it."""
    tokens = sign_in(member).tokens
    with refused(REFRESH_OFF):
        refresh(cognito_actions, tokens)


@pytest.mark.cognito_needs("clock", "outbox")
@requires(ADDRESS_CHANGES, EMAIL_CODES, NO_LINKS, NEW_ADDRESS_AT_ONCE, CHOSEN_NAMES)
def test_code_of_a_new_address_expires_after_a_day(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    member: Member,
    sign_in: MemberSignIn,
    time_passes: TimePasses,
    unchanged: Unchanged,
) -> None:
    """VerifyUserAttribute refuses a code that is a day old, and the address stays unverified."""
    actions, person = cognito_actions, member.person
    actions.update_user_attributes(sign_in(member).tokens.access, {"email": f"new-{person.email}"})
    code = cognito_mailbox.newest_code(person.username, kind="attribute_verification").value
    time_passes(expectations.DAY + expectations.SECOND)
    # The new address is no alias before it is verified.
    by_username = Member(replace(person, sign_in_name="username"), member.authenticator)
    access = sign_in(by_username).tokens.access
    with unchanged(person), refused(refusals.EXPIRED_CODE):
        actions.verify_user_attribute(access, "email", code)
