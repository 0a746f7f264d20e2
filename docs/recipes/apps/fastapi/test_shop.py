"""People sign up and in to the app."""

import pytest

from harness import Authenticator

pytestmark = pytest.mark.cognito_pool(mfa="ON")


def test_only_the_code_in_the_email_confirms(
    client, cognito_person, cognito_mailbox, cognito_trace
):
    """A wrong code is refused, the right one is accepted."""
    person = cognito_person
    new = {"username": person.username, "password": person.password.reveal()}
    assert client.post("/users", json={**new, "email": person.email}).is_success
    code = cognito_mailbox.newest_code(person.username, kind="sign_up").value.reveal()

    wrong = {"username": person.username, "code": f"{(int(code) + 1) % 1_000_000:06}"}
    refused = client.post("/users/confirmation", json=wrong)
    assert (refused.status_code, refused.json()) == (400, {"error": "CodeMismatchException"})
    right = {"username": person.username, "code": code}
    assert client.post("/users/confirmation", json=right).is_success

    cognito_trace.assert_sequence("SignUp", "ConfirmSignUp", "ConfirmSignUp", by="app")
    cognito_trace.assert_not_called("AdminConfirmSignUp")


def test_the_first_sign_in_sets_up_an_authenticator(client, cognito_confirmed, cognito_clock):
    """Without a second factor, nobody gets tokens."""
    person = cognito_confirmed
    password = {"username": person.username, "password": person.password.reveal()}
    step = client.post("/sign-in", json=password).json()
    assert step["challenge"] == "MFA_SETUP"
    given = {"username": person.username, "session": step["session"]}
    new = client.post("/authenticator", json=given).json()
    given["session"] = new["session"]

    code = Authenticator(new["secret"], cognito_clock).code()
    step = client.post("/authenticator/code", json={**given, "code": code}).json()
    bearer = {"Authorization": f"Bearer {step['access_token']}"}
    assert client.get("/orders", headers=bearer).json()["of"] == person.username


def test_a_sign_in_needs_the_code_of_the_authenticator(client, cognito_enrolled, cognito_trace):
    """The password alone is not enough."""
    person, authenticator = cognito_enrolled.person, cognito_enrolled.authenticator
    password = {"username": person.username, "password": person.password.reveal()}
    step = client.post("/sign-in", json=password).json()
    assert step["challenge"] == "SOFTWARE_TOKEN_MFA"

    given = {"username": person.username, "session": step["session"]}
    code = authenticator.code()
    step = client.post("/sign-in/code", json={**given, "code": code}).json()
    bearer = {"Authorization": f"Bearer {step['access_token']}"}
    assert client.get("/orders", headers=bearer).json()["of"] == person.username
    cognito_trace.assert_called(
        "RespondToAuthChallenge", ChallengeName="SOFTWARE_TOKEN_MFA", by="app", times=1
    )


def test_another_token_is_refused(client, cognito_signed_in):
    """Orders are shown for a valid access token alone."""
    tokens = cognito_signed_in.tokens
    bearer = {"Authorization": f"Bearer {tokens.access.reveal()}"}
    assert client.get("/orders", headers=bearer).status_code == 200
    bearer = {"Authorization": f"Bearer {tokens.id.reveal()}"}
    assert client.get("/orders", headers=bearer).status_code == 401
    head, claims, signature = tokens.access.reveal().split(".")
    bearer = {"Authorization": f"Bearer {head}.{claims}.{signature[::-1]}"}
    assert client.get("/orders", headers=bearer).status_code == 401
