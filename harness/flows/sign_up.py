"""Sign-up and its confirmation, by verification code or by an administrator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.errors import UnexpectedResult
from harness.flows.actions import Actions
from harness.redaction import Secret
from harness.users.mailboxes.base import Code, Mailbox, time_of
from harness.users.person import Person

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import CodeDeliveryDetailsTypeTypeDef

__all__ = [
    "SignedUp",
    "confirm_by_admin",
    "confirm_by_code",
    "confirm_for_session",
    "create_by_admin",
    "resend_code",
    "sign_up",
    "sign_up_and_confirm",
]


@dataclass(frozen=True)
class SignedUp:
    """The result of a sign-up.

    Attributes:
        sub: UserSub.
        confirmed: UserConfirmed.
        delivery: CodeDeliveryDetails; ``None`` if no code was sent (A005, A007).
        session: Session, for :func:`confirm_for_session`; ``None`` if the app client does not
            allow USER_AUTH (A009).
    """

    sub: str
    confirmed: bool
    delivery: CodeDeliveryDetailsTypeTypeDef | None
    session: Secret | None = None


def sign_up(actions: Actions, person: Person, *, without_password: bool = False) -> SignedUp:
    """Sign a person up.

    Args:
        actions: operations of the app client.
        person: the person.
        without_password: the user gets no password, which pools allow whose users can sign in with
            a code by email or SMS (N054).
    """
    password = None if without_password else person.password
    response = actions.sign_up(person.username, password, person.attributes)
    return SignedUp(
        sub=response["UserSub"],
        confirmed=response["UserConfirmed"],
        delivery=response.get("CodeDeliveryDetails"),
        session=_session(response),
    )


def confirm_by_code(
    actions: Actions,
    person: Person,
    mailbox: Mailbox,
    *,
    kind: str = "sign_up",
    since: float | None = None,
) -> Code:
    """Confirm a person with the newest verification code, and return the code.

    Args:
        actions: operations of the app client that signed the person up.
        person: the person who signed up.
        mailbox: receives the code.
        kind: ``sign_up``, or ``resend`` after :func:`resend_code`.
        since: only a code sent at this moment (epoch seconds) or later counts.
    """
    code = mailbox.newest_code(person.username, kind=kind, since=since)
    actions.confirm_sign_up(person.username, code.value)
    return code


def confirm_for_session(
    actions: Actions, person: Person, signed_up: SignedUp, mailbox: Mailbox
) -> Secret:
    """Confirm a person by code, and return the Session that USER_AUTH takes for tokens (N024).

    Args:
        actions: operations of the app client that signed the person up.
        person: the person who signed up.
        signed_up: the result of :func:`sign_up`, whose Session goes along.
        mailbox: receives the code.

    Raises:
        UnexpectedResult: SignUp or ConfirmSignUp returned no Session.
    """
    if signed_up.session is None:
        raise UnexpectedResult("SignUp returned no Session; does the app client allow USER_AUTH?")
    code = mailbox.newest_code(person.username, kind="sign_up")
    confirmed = actions.confirm_sign_up(person.username, code.value, session=signed_up.session)
    session = _session(confirmed)
    if session is None:
        raise UnexpectedResult("ConfirmSignUp returned no Session")
    return session


def confirm_by_admin(actions: Actions, person: Person, verified: Iterable[str] = ()) -> None:
    """Confirm a person without a code, as an administrator.

    Args:
        actions: operations of the app client that signed the person up, with an ``admin`` client.
        person: the person who signed up.
        verified: attributes that a code would verify, such as ``email``. They are marked as
            verified, which AdminConfirmSignUp does not do (A053).
    """
    actions.admin_confirm_sign_up(person.username)
    marks = {f"{name}_verified": "true" for name in verified if name in person.attributes}
    if marks:
        actions.admin_update_user_attributes(person.username, marks)


def create_by_admin(
    actions: Actions, person: Person, *, without_password: bool = False
) -> SignedUp:
    """Create a user as an administrator, with a permanent password and verified contacts.

    No invitation is sent (A062). With ``without_password`` the user has no password, in pools whose
    users can sign in with a code by email or SMS (N054); in others Cognito makes a temporary one.
    """
    response = actions.admin_create_user(
        person.username, attributes=person.verified_attributes, message_action="SUPPRESS"
    )
    if not without_password:
        actions.admin_set_user_password(person.username, person.password, permanent=True)
    found = {one["Name"]: one.get("Value", "") for one in response["User"].get("Attributes", ())}
    return SignedUp(sub=found["sub"], confirmed=True, delivery=None)


def resend_code(actions: Actions, person: Person, mailbox: Mailbox) -> Code:
    """Call ResendConfirmationCode, and return the new code without using it."""
    since = time_of(mailbox)
    actions.resend_confirmation_code(person.username)
    return mailbox.newest_code(person.username, kind="resend", since=since)


def sign_up_and_confirm(actions: Actions, person: Person, mailbox: Mailbox) -> SignedUp:
    """Sign a person up, and confirm them with the code that Cognito sends."""
    signed_up = sign_up(actions, person)
    if not signed_up.confirmed:
        confirm_by_code(actions, person, mailbox)
    return signed_up


def _session(response: Mapping[str, Any]) -> Secret | None:
    session = response.get("Session")
    return None if session is None else Secret(session)
