"""CustomMessage, CustomEmailSender and CustomSMSSender: the texts of messages and their senders.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-sender-triggers.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from harness.emulator.api.request import afterwards, current_request
from harness.emulator.domain.message_texts import (
    CODE,
    INVITATION_CAUSE,
    LINK,
    USERNAME,
    Template,
    cause_of,
    has_link,
    template,
)
from harness.emulator.triggers.events import Occasion, given_metadata, user_attributes

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.domain.users import User
    from harness.emulator.triggers.runner import TriggerRunner

_SENDERS = {"EMAIL": "CustomEmailSender", "SMS": "CustomSMSSender"}
#: ``request.type`` of the senders' events.
_TYPES = {
    "CustomEmailSender": "customEmailSenderRequestV1",
    "CustomSMSSender": "customSMSSenderRequestV1",
}


def custom_sender(triggers: TriggerRunner, pool: Pool, medium: str) -> str | None:
    """Return the custom sender that replaces Cognito's for a medium in a pool, if one does."""
    sender = _SENDERS[medium]
    return sender if triggers.runs(pool, sender) else None


def message_template(
    triggers: TriggerRunner, pool: Pool, user: User, kind: str, medium: str
) -> Template | None:
    """Return the template of a message, from CustomMessage if it has a handler.

    A text that CustomMessage leaves null comes from the pool, and so does the whole message if
    its text lacks the code or, in an invitation, the username:
    https://github.com/awsdocs/amazon-cognito-developer-guide/pull/31

    Returns:
        The template, or ``None`` if a custom sender writes the message.
    """
    if custom_sender(triggers, pool, medium) is not None:
        return None
    given = template(pool, kind, medium, password=_has_temporary_password(user))
    if not triggers.runs(pool, "CustomMessage"):
        return given
    occasion = Occasion(
        "CustomMessage",
        _cause(kind),
        pool,
        user.username,
        {
            "userAttributes": user_attributes(user),
            "codeParameter": CODE,
            "linkParameter": LINK,
            "usernameParameter": USERNAME if _cause(kind) == INVITATION_CAUSE else None,
            **given_metadata(),
        },
    )
    response = triggers.run(occasion)
    body = response["emailMessage" if medium == "EMAIL" else "smsMessage"] or given.body
    lacking = _lacking(given, kind, user, body)
    if lacking:
        triggers.note(occasion, f"the message lacks {' and '.join(lacking)}")
        return given
    subject = response["emailSubject"] if medium == "EMAIL" else None
    return replace(given, body=body, subject=subject or given.subject)


def hand_to_sender(
    triggers: TriggerRunner, pool: Pool, user: User, kind: str, medium: str, code: str
) -> None:
    """Pass a code to the custom sender of a medium after the operation has ended.

    Cognito calls senders asynchronously, so the caller never sees their errors. Cognito encrypts
    the code with the pool's KMS key; here it is plain text.
    """
    sender = custom_sender(triggers, pool, medium)
    assert sender is not None, medium
    members = {
        "type": _TYPES[sender],
        "code": code or None,
        "clientMetadata": given_metadata().get("clientMetadata"),
        "userAttributes": user_attributes(user),
    }
    occasion = Occasion(sender, _cause(kind), pool, user.username, members)
    event = occasion.event()
    afterwards(lambda: triggers.run_aside(occasion, event))


def _cause(kind: str) -> str:
    request = current_request()
    return cause_of(kind, request.operation if request else "")


def _lacking(given: Template, kind: str, user: User, body: str) -> list[str]:
    """Return the placeholders that a text should have and has not."""
    if given.by_link:
        return [] if has_link(body) else [LINK]
    return [mark for mark in _marks(kind, user) if mark not in body]


def _marks(kind: str, user: User) -> tuple[str, ...]:
    """Return the placeholders that a message must have; without a password one less (N054)."""
    if _cause(kind) != INVITATION_CAUSE:
        return (CODE,)
    return (CODE, USERNAME) if _has_temporary_password(user) else (USERNAME,)


def _has_temporary_password(user: User) -> bool:
    """Return whether an invitation has a password; a migrated user has one already (T007)."""
    return user.password is not None and user.password.temporary
