"""A mailbox that reads emails only is no source of codes that come by SMS."""

from __future__ import annotations

import pytest

from harness.errors import HarnessError, UnexpectedChallenge
from harness.flows.progress import FirstChallenge
from harness.users.mailboxes.base import Mailbox, can_read
from harness.users.mailboxes.captured import CapturedMailbox
from harness.users.mailboxes.imap import ImapMailbox
from harness.users.mailboxes.lost_codes import LostCodes, watched
from harness.users.mailboxes.scripted import ScriptedMailbox
from tests.flows.played_choice import CODE, PlayedChoice
from tests.flows.signing_in import alice, clock, sign_in_to


class Emails(ScriptedMailbox):
    """A mailbox that reads emails only."""

    media = ("EMAIL",)


@pytest.fixture(params=["itself", "watched"])
def emails(request: pytest.FixtureRequest) -> Mailbox:
    """A mailbox of emails with one code, also as a run watches it."""
    mailbox = Emails([CODE], clock)
    return mailbox if request.param == "itself" else watched(mailbox, LostCodes())


@pytest.mark.parametrize("kind", [ImapMailbox, CapturedMailbox])
def test_mailboxes_of_emails_say_so(kind: type[ImapMailbox | CapturedMailbox]) -> None:
    """Nothing that arrives by SMS comes to a mail server, or to a CustomEmailSender."""
    assert kind.media == ("EMAIL",)


def test_a_mailbox_that_says_nothing_reads_all(emails: Mailbox) -> None:
    """A program or a prompt can have any code."""
    assert can_read(ScriptedMailbox([], clock), "SMS")
    assert can_read(emails, "EMAIL")
    assert not can_read(emails, "SMS")


def test_a_code_by_sms_is_not_waited_for(emails: Mailbox) -> None:
    """The sign-in ends at once, and names the challenge, the cause and the setting."""
    context = alice(preferred_challenge="SMS_OTP", mailbox=emails)
    with pytest.raises(HarnessError, match=r"SMS_OTP comes by SMS.*--cognito-mailbox"):
        sign_in_to(PlayedChoice()).run(context, "USER_AUTH")


@pytest.mark.parametrize(
    ("offered", "expected"), [(("SMS_OTP", "EMAIL_OTP"), "EMAIL_OTP"), (("SMS_OTP",), None)]
)
def test_sms_is_not_chosen(
    emails: Mailbox, offered: tuple[FirstChallenge, ...], expected: str | None
) -> None:
    """Of the offered factors, the first one is taken whose code the mailbox can have."""
    sign_in = sign_in_to(PlayedChoice(available=offered))
    asked = sign_in.start(alice(mailbox=emails), "USER_AUTH")
    if expected is None:
        with pytest.raises(UnexpectedChallenge, match="SMS_OTP"):
            sign_in.prepare(asked)
    else:
        assert sign_in.prepare(asked)["ANSWER"] == expected
