"""People sign up and in to the app, whose app client has a secret."""

import pytest

from harness import Authenticator

pytestmark = pytest.mark.cognito_pool(mfa="ON", client_secret=True)


def test_only_the_code_in_the_email_confirms(
    client, cognito_person, cognito_mailbox, cognito_trace
):
    """A wrong code is refused, the right one is accepted."""
    person = cognito_person
    new = {"username": person.username, "password": person.password.reveal()}
    assert client.post("/users", {**new, "email": person.email}).status_code == 201
    code = cognito_mailbox.newest_code(person.username, kind="sign_up").value.reveal()

    wrong = {"username": person.username, "code": f"{(int(code) + 1) % 1_000_000:06}"}
    refused = client.post("/users/confirmation", wrong)
    assert (refused.status_code, refused.json()) == (400, {"error": "CodeMismatchException"})
    right = {"username": person.username, "code": code}
    assert client.post("/users/confirmation", right).status_code == 204
    cognito_trace.assert_sequence("SignUp", "ConfirmSignUp", "ConfirmSignUp", by="app")


def test_the_first_sign_in_sets_up_an_authenticator(client, cognito_confirmed, cognito_clock):
    """Without a second factor, nobody gets tokens."""
    person = cognito_confirmed
    password = {"username": person.username, "password": person.password.reveal()}
    assert client.post("/sign-in", password).json() == {"challenge": "MFA_SETUP"}
    secret = client.post("/authenticator").json()["secret"]
    code = Authenticator(secret, cognito_clock).code()
    done = client.post("/authenticator/code", {"code": code}, follow=True)
    assert done.json()["of"] == person.username


def test_a_sign_in_needs_the_code_of_the_authenticator(client, cognito_enrolled, cognito_trace):
    """The password alone is not enough."""
    person, authenticator = cognito_enrolled.person, cognito_enrolled.authenticator
    password = {"username": person.username, "password": person.password.reveal()}
    assert client.post("/sign-in", password).json() == {"challenge": "SOFTWARE_TOKEN_MFA"}
    assert client.get("/orders").status_code == 401

    done = client.post("/sign-in/code", {"code": authenticator.code()}, follow=True)
    assert done.json()["of"] == person.username
    cognito_trace.assert_called(
        "RespondToAuthChallenge", ChallengeName="SOFTWARE_TOKEN_MFA", by="app", times=1
    )


def test_another_token_is_refused(client, cognito_signed_in):
    """Orders are shown for a valid access token alone."""
    tokens = cognito_signed_in.tokens
    for token, status in ((tokens.access, 200), (tokens.id, 401)):
        session = client.session
        session["token"] = token.reveal()
        session.save()
        client.cookies["sessionid"] = session.session_key
        assert client.get("/orders").status_code == status
