"""Recovery from a forgotten password."""

from __future__ import annotations

from harness.flows.actions import Actions
from harness.redaction import Secret
from harness.users.mailboxes.base import Code, Mailbox, time_of
from harness.users.person import Person

__all__ = ["recover_password", "request_recovery_code"]


def request_recovery_code(
    actions: Actions, person: Person, mailbox: Mailbox, *, since: float | None = None
) -> Code:
    """Call ForgotPassword, and return the verification code that Cognito sends.

    Args:
        actions: operations of any app client of the pool.
        person: the person who forgot their password.
        mailbox: receives the code.
        since: only a code sent at this moment (epoch seconds) or later counts; by default the
            moment before the call, if the mailbox knows the time.
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
    """Set a new password with a verification code, and return the person with that password."""
    code = request_recovery_code(actions, person, mailbox, since=since)
    actions.confirm_forgot_password(person.sign_in_as, code.value, new_password)
    return person.with_password(new_password)
