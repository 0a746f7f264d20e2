"""The chapters about sign-up and its confirmation with the code from the email."""

from __future__ import annotations

from dataclasses import replace

from botocore.exceptions import ClientError

from harness.cli.demo.stage import Stage, error_code
from harness.flows.sign_up import sign_up
from harness.users.person import Person

__all__ = ["register"]

_SIGN_UP = (
    "A new user signs up. Anyone can: SignUp needs no AWS credentials, only the id of the app "
    "client. Cognito checks the password against the pool's policy."
)
_SIGN_UP_WITHOUT = (
    "A new user signs up without a password. Cognito allows that where users can sign in with a "
    "code by email or SMS, and demands the address for it."
)
_CONFIRM = (
    "The user is UNCONFIRMED and cannot sign in until the verification code comes back. "
    "This keeps people from signing up with someone else's address."
)


def register(stage: Stage, *, without_password: bool = False) -> Person:
    """Sign up a user, confirm the sign-up, and return the person as Cognito accepted it."""
    if without_password:
        stage.chapter("Sign up without a password", _SIGN_UP_WITHOUT)
    else:
        stage.chapter("Sign up", _SIGN_UP)
    player = stage.player
    person = player.person_without_password() if without_password else player.person()
    person, confirmed = _sign_up(stage, person, without_password)
    if not confirmed:
        stage.chapter("Confirm the email address", _CONFIRM)
        _confirm(stage, person)
    return person


def _sign_up(stage: Stage, person: Person, without_password: bool) -> tuple[Person, bool]:
    while True:
        try:
            with stage.shown_calls():
                signed_up = sign_up(stage.actions, person, without_password=without_password)
                return person, signed_up.confirmed
        except ClientError as error:
            person = _corrected(stage, person, error)


def _corrected(stage: Stage, person: Person, error: ClientError) -> Person:
    """Ask again for the value that Cognito refused; raise ``error`` if that cannot help."""
    stage.ask_again(
        error, "UsernameExistsException", "InvalidPasswordException", "InvalidParameterException"
    )
    text = error.response["Error"]["Message"].casefold()
    if error_code(error) == "UsernameExistsException":
        return _with_username(stage, person)
    if "attributes did not conform" in text:
        name, value = stage.player.attribute()
        return replace(person, attributes={**person.attributes, name: value})
    if "password" in text:
        return person.with_password(stage.player.password("Another password"))
    if "email" in text:
        email = stage.player.email()
        return replace(person, email=email, attributes={**person.attributes, "email": email})
    return _with_username(stage, person)


def _with_username(stage: Stage, person: Person) -> Person:
    return replace(person, username=stage.player.username())


def _confirm(stage: Stage, person: Person) -> None:
    while True:
        code = stage.player.sent_code(person.username)
        try:
            with stage.shown_calls():
                if code is None:
                    stage.actions.resend_confirmation_code(person.username)
                else:
                    stage.actions.confirm_sign_up(person.username, code)
                    return
        except ClientError as error:
            stage.ask_again(
                error,
                "CodeMismatchException",
                "ExpiredCodeException",
                "InvalidParameterException",
                "LimitExceededException",
            )
