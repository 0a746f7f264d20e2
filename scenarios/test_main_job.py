"""The main job: from sign-up to signing in on a tracked device without a code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness import (
    Actions,
    AuthFlow,
    Clock,
    Mailbox,
    Person,
    PoolPeople,
    SignIn,
    SignInContext,
    Trace,
)
from scenarios.support.answers import (
    authenticator_of,
    expect_challenge,
    expect_equal,
    expect_member,
    expect_status,
    member_of,
    session_in,
    the_only,
)
from scenarios.support.contacts import Contact
from scenarios.support.expectations import Situation
from scenarios.support.pool_under_test import (
    SELF_SIGN_UP,
    SIGN_UP_CODES,
    SIGN_UP_WITHOUT_LINK,
    flows_allowed,
    requires,
)
from scenarios.support.steps import expect_device, expect_steps
from scenarios.support.variants import Client, Flow, SignInName, Variant, varied

pytestmark = [
    pytest.mark.cognito_needs("admin"),
    requires(
        SELF_SIGN_UP,
        SIGN_UP_CODES,
        SIGN_UP_WITHOUT_LINK,
        flows_allowed("ALLOW_ADMIN_USER_PASSWORD_AUTH"),
    ),
]

#: The actions of the main job, in order.
THE_TWELVE_ACTIONS = [
    "SignUp",
    "ResendConfirmationCode",
    "ConfirmSignUp",
    "AdminGetUser",
    "ListUsers",
    "AdminInitiateAuth",
    "AssociateSoftwareToken",
    "VerifySoftwareToken",
    "AdminRespondToAuthChallenge",
    "ConfirmDevice",
    "InitiateAuth",
    "RespondToAuthChallenge",
]


@varied(
    sign_in_name=SignInName,
    client=Client,
    flow=(Flow.USER_PASSWORD_AUTH, Flow.USER_SRP_AUTH),
    engines=True,
)
def test_main_job(
    cognito_actions: Actions,
    cognito_auth_flow: AuthFlow,
    cognito_clock: Clock,
    cognito_mailbox: Mailbox,
    cognito_person: Person,
    cognito_sign_in: SignIn,
    cognito_trace: Trace,
    people: PoolPeople,
    variant: Variant,
) -> None:
    """The twelve actions lead from sign-up to signing in on a device without a code."""
    actions, person, walker = cognito_actions, cognito_person, cognito_sign_in

    signed_up = actions.sign_up(person.username, person.password, person.attributes)
    expect_member(signed_up, "UserConfirmed", False, of="SignUp")
    actions.resend_confirmation_code(person.username)
    code = cognito_mailbox.newest_code(person.username, kind="resend")
    actions.confirm_sign_up(person.username, code.value)
    expect_status(actions, person.username, "CONFIRMED")
    contact = Contact.of(person, people.sign_up_contact)
    listed = actions.list_users(filter=f'{contact.attribute} = "{contact.value}"')
    found = the_only(member_of(listed, "Users", of="ListUsers"), "users", by="ListUsers")
    expect_member(found, "UserStatus", "CONFIRMED", of="ListUsers")

    context = SignInContext.for_person(person)
    asked = walker.start(context, "ADMIN_USER_PASSWORD_AUTH")
    expect_challenge(asked, "MFA_SETUP")
    associated = actions.associate_software_token(session=asked.session)
    authenticator = authenticator_of(associated, cognito_clock)
    verified = actions.verify_software_token(authenticator.code(), session=session_in(associated))
    expect_member(verified, "Status", "SUCCESS", of="VerifySoftwareToken")
    session = member_of(verified, "Session", of="VerifySoftwareToken")
    actions.admin_respond_to_auth_challenge(
        "MFA_SETUP", {"USERNAME": asked.username}, session=session
    )

    context = SignInContext.for_person(person, authenticator=authenticator)
    with_code = walker.run(context, "ADMIN_USER_PASSWORD_AUTH")
    by_admin = replace(variant, flow=Flow.ADMIN_USER_PASSWORD_AUTH)
    expect_steps(with_code.steps, by_admin, Situation(enrolled=True))
    device = expect_device(with_code.new_device)
    confirmed = actions.confirm_device(
        with_code.tokens.access, device.key, device.verifier_config()
    )
    necessary = confirmed.get("UserConfirmationNecessary", False)
    expect_equal("UserConfirmationNecessary", necessary, False, facts="D051")

    context = SignInContext.for_person(person, device=device)
    without_code = walker.run(context, cognito_auth_flow)
    on_device = Situation(enrolled=True, device_remembered=True)
    expect_steps(without_code.steps, variant, on_device)

    called = list(dict.fromkeys(call.operation for call in cognito_trace.calls))
    expect_equal("the actions of the main job", called, THE_TWELVE_ACTIONS)
