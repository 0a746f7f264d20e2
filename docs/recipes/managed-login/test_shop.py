"""People sign in to the app on the pages of managed login, with a code."""

import pytest

from harness import ManagedLogin

pytestmark = pytest.mark.cognito_pool(mfa="ON", client_secret=True, managed_login=ManagedLogin())


def test_a_person_signs_in(client, sign_in, cognito_enrolled):
    """The pages ask for the password and the code, and the app knows who it is."""
    walked = sign_in()
    assert [str(page) for page in walked.pages] == ["the sign-in page", "a page for a TOTP code"]
    home = client.get(walked.departure.url, follow_redirects=True)
    assert f"Hello {cognito_enrolled.person.email}" in home.text


def test_the_app_uses_pkce(client):
    """Cognito demands it of nobody, so only a test of the app can say that it is there."""
    address = client.get("/sign-in").headers["Location"]
    assert "code_challenge_method=S256" in address
    assert "code_challenge=" in address


def test_a_callback_is_for_one_browser(client, sign_in):
    """Who has seen the address of the callback gets nothing."""
    callback = sign_in().departure.url
    another_browser = client.application.test_client()
    assert another_browser.get(callback).status_code == 400
    assert client.get(callback).status_code == 302
    assert client.get(callback).status_code == 400


def test_the_app_refuses_an_error_of_cognito(client):
    """What comes in place of a code signs nobody in."""
    done = client.get("/callback?error=invalid_request&error_description=invalid_scope")
    assert (done.status_code, done.text) == (400, "You are not signed in: invalid_request")
    assert "Hello" not in client.get("/").text


def test_a_sign_out_ends_the_session_of_the_pages(client, sign_in, cognito_managed_login):
    """Without it, the next sign-in asks for nothing."""
    client.get(sign_in().departure.url)
    assert sign_in().pages == ()
    left = cognito_managed_login.browser.open(client.get("/sign-out").headers["Location"])
    assert left.url == "http://localhost:3000/"
    assert "Hello" not in client.get("/").text
    assert len(sign_in().pages) == 2
