"""The main job: from sign-up to signing in on a tracked device without a code."""

from __future__ import annotations

import pytest

from harness import (
    Actions,
    Authenticator,
    AuthFlow,
    Clock,
    Mailbox,
    Person,
    SignIn,
    SignInContext,
    Trace,
)
from scenarios.support.pool_under_test import EMAIL_CODES, SELF_SIGN_UP, flows_allowed, requires
from scenarios.support.variants import Client, Flow, SignInName, varied

pytestmark = [
    pytest.mark.cognito_needs("admin"),
    requires(SELF_SIGN_UP, EMAIL_CODES, flows_allowed("ALLOW_ADMIN_USER_PASSWORD_AUTH")),
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
) -> None:
    """The twelve actions lead from sign-up to signing in on a device without a code."""
    actions, person, walker = cognito_actions, cognito_person, cognito_sign_in

    signed_up = actions.sign_up(person.username, person.password, person.attributes)
    assert not signed_up["UserConfirmed"]
    actions.resend_confirmation_code(person.username)
    code = cognito_mailbox.newest_code(person.username, kind="resend")
    actions.confirm_sign_up(person.username, code.value)
    assert actions.admin_get_user(person.username)["UserStatus"] == "CONFIRMED"
    found = actions.list_users(filter=f'email = "{person.email}"')["Users"]
    assert [user["UserStatus"] for user in found] == ["CONFIRMED"]

    context = SignInContext.for_person(person)
    asked = walker.start(context, "ADMIN_USER_PASSWORD_AUTH")
    assert asked.challenge_name == "MFA_SETUP"
    assert asked.session is not None
    associated = actions.associate_software_token(session=asked.session)
    authenticator = Authenticator(associated["SecretCode"], cognito_clock)
    verified = actions.verify_software_token(authenticator.code(), session=associated["Session"])
    assert verified["Status"] == "SUCCESS"
    actions.admin_respond_to_auth_challenge(
        "MFA_SETUP", {"USERNAME": asked.username}, session=verified["Session"]
    )

    context = SignInContext.for_person(person, authenticator=authenticator)
    with_code = walker.run(context, "ADMIN_USER_PASSWORD_AUTH")
    assert with_code.steps == ("SOFTWARE_TOKEN_MFA",)
    device = with_code.new_device
    assert device is not None
    confirmed = actions.confirm_device(
        with_code.tokens.access, device.key, device.verifier_config()
    )
    assert not confirmed.get("UserConfirmationNecessary", False)

    context = SignInContext.for_person(person, device=device)
    without_code = walker.run(context, cognito_auth_flow)
    assert "SOFTWARE_TOKEN_MFA" not in without_code.steps
    assert without_code.steps[-2:] == ("DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")

    called = list(dict.fromkeys(call.operation for call in cognito_trace.calls))
    assert called == THE_TWELVE_ACTIONS
