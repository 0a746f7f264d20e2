"""Sign-up and its confirmation, by verification code or by an administrator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.flows.actions import Actions
from harness.users.mailboxes.base import Code, Mailbox, time_of
from harness.users.person import Person

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import CodeDeliveryDetailsTypeTypeDef

__all__ = [
    "SignedUp",
    "confirm_by_admin",
    "confirm_by_code",
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
    """

    sub: str
    confirmed: bool
    delivery: CodeDeliveryDetailsTypeTypeDef | None


def sign_up(actions: Actions, person: Person) -> SignedUp:
    """Sign a person up."""
    response = actions.sign_up(person.username, person.password, person.attributes)
    return SignedUp(
        sub=response["UserSub"],
        confirmed=response["UserConfirmed"],
        delivery=response.get("CodeDeliveryDetails"),
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


def create_by_admin(actions: Actions, person: Person) -> SignedUp:
    """Create a user as an administrator, with a permanent password and verified contacts.

    No invitation is sent (A062).
    """
    response = actions.admin_create_user(
        person.username, attributes=person.verified_attributes, message_action="SUPPRESS"
    )
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
