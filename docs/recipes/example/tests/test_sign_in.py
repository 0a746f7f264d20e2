"""Users sign in to the app."""

from harness import SignInContext


def test_a_sign_in_needs_an_mfa_code(cognito_enrolled, cognito_sign_in):
    """The password alone is not enough."""
    person, authenticator = cognito_enrolled.person, cognito_enrolled.authenticator
    context = SignInContext.for_person(person, authenticator=authenticator)
    result = cognito_sign_in.run(context, "USER_SRP_AUTH")
    assert result.steps[:2] == ("PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA")


def test_a_remembered_device_needs_no_code(cognito_tracked_device, cognito_sign_in):
    """On the same device, the password is enough."""
    person, device = cognito_tracked_device.person, cognito_tracked_device.device
    context = SignInContext.for_person(person, device=device)
    result = cognito_sign_in.run(context, "USER_SRP_AUTH")
    assert result.steps[-2:] == ("DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")
