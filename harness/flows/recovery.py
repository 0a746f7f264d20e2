"""Recovering from a forgotten password."""

from __future__ import annotations

from harness.flows.actions import Actions
from harness.redaction import Secret
from harness.users.mailboxes.base import Code, Mailbox, time_of
from harness.users.person import Person

__all__ = ["recover_password", "request_recovery_code"]


def request_recovery_code(
    actions: Actions, person: Person, mailbox: Mailbox, *, since: float | None = None
) -> Code:
    """Say that the password is forgotten, and return the code that comes.

    Args:
        actions: of any app client of the pool.
        person: who forgot the password.
        mailbox: where the code arrives.
        since: only a code sent at this moment or later, in epoch seconds; by default the moment
            before the call, where the mailbox knows the time.
    """
    since = time_of(mailbox) if since is None else since
    actions.forgot_password(person.sign_in_as)
    return mailbox.newest_code(person.username, kind="forgot_password", since=since)


def recover_password(
    actions: Actions,
    person: Person,
    mailbox: Mailbox,
    new_password: Secret,
    *,
    since: float | None = None,
) -> Person:
    """Set a new password by a code that is sent, and return the person with that password."""
    code = request_recovery_code(actions, person, mailbox, since=since)
    actions.confirm_forgot_password(person.sign_in_as, code.value, new_password)
    return person.with_password(new_password)
