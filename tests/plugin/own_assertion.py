"""A test of somebody else's, which uses the fixtures and asserts in its own way."""

from __future__ import annotations

from harness import Actions, Person


def test_account_is_ready(cognito_actions: Actions, cognito_confirmed: Person) -> None:
    """A new account has a verified address and a name."""
    user = cognito_actions.admin_get_user(cognito_confirmed.username)
    names = {each["Name"] for each in user["UserAttributes"]}
    assert names == {"email", "email_verified", "family_name", "sub"}
