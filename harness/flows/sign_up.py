"""Signing up and confirming with the code that was sent."""

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
    """What SignUp answered.

    Attributes:
        sub: UserSub.
        confirmed: UserConfirmed.
        delivery: CodeDeliveryDetails; absent when no code was sent (A005, A007).
    """

    sub: str
    confirmed: bool
    delivery: CodeDeliveryDetailsTypeTypeDef | None


def sign_up(actions: Actions, person: Person) -> SignedUp:
    """Sign a person up."""
    answer = actions.sign_up(person.username, person.password, person.attributes)
    return SignedUp(
        sub=answer["UserSub"],
        confirmed=answer["UserConfirmed"],
        delivery=answer.get("CodeDeliveryDetails"),
    )


def confirm_by_code(
    actions: Actions,
    person: Person,
    mailbox: Mailbox,
    *,
    kind: str = "sign_up",
    since: float | None = None,
) -> Code:
    """Confirm a person with the newest code, and return the code.

    Args:
        actions: of the app client that signed the person up.
        person: who signed up.
        mailbox: where the code arrives.
        kind: ``sign_up``, or ``resend`` after :func:`resend_code`.
        since: only a code sent at this moment or later, in epoch seconds.
    """
    code = mailbox.newest_code(person.username, kind=kind, since=since)
    actions.confirm_sign_up(person.username, code.value)
    return code


def confirm_by_admin(actions: Actions, person: Person, verified: Iterable[str] = ()) -> None:
    """Confirm a person without any code, as an administrator.

    Args:
        actions: of the app client that signed the person up, with an administrator's client.
        person: who signed up.
        verified: the attributes that a code would have verified, such as ``email``, which
            AdminConfirmSignUp leaves as they are (A053).
    """
    actions.admin_confirm_sign_up(person.username)
    marks = {f"{name}_verified": "true" for name in verified if name in person.attributes}
    if marks:
        actions.admin_update_user_attributes(person.username, marks)


def create_by_admin(actions: Actions, person: Person) -> SignedUp:
    """Make a person whom only an administrator may make, with the password and verified address.

    Nobody is invited: the password is the person's own at once (A062).
    """
    marks = {f"{name}_verified": "true" for name in ("email",) if name in person.attributes}
    answer = actions.admin_create_user(
        person.username, attributes={**person.attributes, **marks}, message_action="SUPPRESS"
    )
    actions.admin_set_user_password(person.username, person.password, permanent=True)
    found = {one["Name"]: one.get("Value", "") for one in answer["User"].get("Attributes", ())}
    return SignedUp(sub=found["sub"], confirmed=True, delivery=None)


def resend_code(actions: Actions, person: Person, mailbox: Mailbox) -> Code:
    """Have another code sent, and return it without using it."""
    since = time_of(mailbox)
    actions.resend_confirmation_code(person.username)
    return mailbox.newest_code(person.username, kind="resend", since=since)


def sign_up_and_confirm(actions: Actions, person: Person, mailbox: Mailbox) -> SignedUp:
    """Sign a person up and confirm with the code that comes."""
    signed_up = sign_up(actions, person)
    if not signed_up.confirmed:
        confirm_by_code(actions, person, mailbox)
    return signed_up
