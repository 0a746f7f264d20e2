"""A signed-in user changes their email address."""

from __future__ import annotations

import pytest

from harness import Actions, Mailbox, check
from scenarios.support import expectations, refusals
from scenarios.support.answers import (
    attributes_of,
    expect_attribute,
    expect_member,
    member_of,
    the_only,
)
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import (
    ADDRESS_CHANGES,
    CHOSEN_NAMES,
    EMAIL_CODES,
    NEW_ADDRESS_AT_ONCE,
    NO_LINKS,
    requires,
)
from scenarios.support.refusals import refused
from scenarios.support.variants import Client, SignInName, varied
from scenarios.support.watching import Unchanged

pytestmark = [
    pytest.mark.cognito_needs("admin"),
    requires(ADDRESS_CHANGES, EMAIL_CODES, NO_LINKS, NEW_ADDRESS_AT_ONCE),
]


@requires(CHOSEN_NAMES)
@varied(client=Client)
def test_new_address_is_verified_by_the_code_sent_to_it(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """UpdateUserAttributes sends a code to the new address, and only that code verifies it."""
    actions, person = cognito_actions, member.person
    access, address = sign_in(member).tokens.access, f"new-{person.email}"
    updated = actions.update_user_attributes(access, {"email": address})
    of = "UpdateUserAttributes"
    listed = member_of(updated, "CodeDeliveryDetailsList", of=of)
    details = the_only(listed, "deliveries", by=of)
    expect_member(details, "Destination", expectations.masked_email(address), of=of, facts="A010")
    attributes = attributes_of(actions, person.username)
    is_set = attributes.get("email") == address
    check(is_set, "the attribute email is another address than the one set")
    expect_attribute(attributes, "email_verified", "false")

    code = cognito_mailbox.newest_code(person.username, kind="attribute_verification").value
    wrong = f"{(int(code.reveal()) + 1) % 1_000_000:06}"
    with unchanged(person), refused(refusals.WRONG_CODE):
        actions.verify_user_attribute(access, "email", wrong)
    actions.verify_user_attribute(access, "email", code)
    expect_attribute(attributes_of(actions, person.username), "email_verified", "true")


@varied(sign_in_name=[SignInName.EMAIL_ALIAS])
def test_address_of_another_person_cannot_be_verified(
    another_member: Member,
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """Where the address is an alias, a user cannot verify one that another user has verified."""
    actions, owner, person = cognito_actions, another_member.person, member.person
    access = sign_in(member).tokens.access
    actions.update_user_attributes(access, {"email": owner.email})
    code = cognito_mailbox.newest_code(person.username, kind="attribute_verification").value
    with unchanged(owner, person), refused(refusals.ALIAS_TAKEN):
        actions.verify_user_attribute(access, "email", code)
    sign_in.works_for(another_member)
