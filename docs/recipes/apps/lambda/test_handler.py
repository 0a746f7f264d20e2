"""People sign up and in through the function."""

import pytest

from harness import Authenticator

pytestmark = pytest.mark.cognito_pool(mfa="ON")


def test_only_the_code_in_the_email_confirms(call, cognito_person, cognito_mailbox, cognito_trace):
    """A wrong code is refused, the right one is accepted."""
    person = cognito_person
    new = {"username": person.username, "password": person.password.reveal()}
    assert call("POST /users", {**new, "email": person.email}) == (200, {})
    code = cognito_mailbox.newest_code(person.username, kind="sign_up").value.reveal()

    wrong = {"username": person.username, "code": f"{(int(code) + 1) % 1_000_000:06}"}
    refused = (400, {"error": "CodeMismatchException"})
    assert call("POST /users/confirmation", wrong) == refused
    right = {"username": person.username, "code": code}
    assert call("POST /users/confirmation", right) == (200, {})
    cognito_trace.assert_sequence("SignUp", "ConfirmSignUp", "ConfirmSignUp", by="app")


def test_the_first_sign_in_sets_up_an_authenticator(call, cognito_confirmed, cognito_clock):
    """Without a second factor, nobody gets tokens."""
    person = cognito_confirmed
    password = {"username": person.username, "password": person.password.reveal()}
    _, step = call("POST /sign-in", password)
    assert step["challenge"] == "MFA_SETUP"
    given = {"username": person.username, "session": step["session"]}
    _, new = call("POST /authenticator", given)
    given.update(session=new["session"], code=Authenticator(new["secret"], cognito_clock).code())
    _, step = call("POST /authenticator/code", given)
    _, found = call("GET /orders", token=step["access_token"])
    assert found["of"] == person.username


def test_a_sign_in_needs_the_code_of_the_authenticator(call, cognito_enrolled, cognito_trace):
    """The password alone is not enough."""
    person, authenticator = cognito_enrolled.person, cognito_enrolled.authenticator
    password = {"username": person.username, "password": person.password.reveal()}
    _, step = call("POST /sign-in", password)
    assert step["challenge"] == "SOFTWARE_TOKEN_MFA"

    given = {"username": person.username, "session": step["session"]}
    _, step = call("POST /sign-in/code", {**given, "code": authenticator.code()})
    _, found = call("GET /orders", token=step["access_token"])
    assert found["of"] == person.username
    cognito_trace.assert_called(
        "RespondToAuthChallenge", ChallengeName="SOFTWARE_TOKEN_MFA", by="app", times=1
    )


def test_another_token_is_refused(call, cognito_signed_in):
    """Orders are shown for a valid access token alone."""
    tokens = cognito_signed_in.tokens
    assert call("GET /orders", token=tokens.access.reveal())[0] == 200
    assert call("GET /orders", token=tokens.id.reveal()) == (403, {})
    assert call("GET /orders", token="no.token.atall") == (403, {})
