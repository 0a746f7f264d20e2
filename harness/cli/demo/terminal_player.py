"""Somebody at the terminal, who is asked and may make mistakes."""

from __future__ import annotations

import re

from harness.cli.demo.screen import Screen
from harness.clock import Clock
from harness.errors import DeadlineExceeded
from harness.redaction import Secret
from harness.users.authenticator import Authenticator
from harness.users.mailboxes.base import Code, Mailbox
from harness.users.person import Person

__all__ = ["TerminalPlayer"]

_SIX_DIGITS = re.compile(r"\d{6}")
_ANOTHER = "r"


class TerminalPlayer:
    """Asks the person who runs the demo; what cannot be right is asked again at once.

    Args:
        screen: where to ask.
        outbox: the emulator's mailbox, which can be opened for the person; ``None`` where the
            person reads the e-mails elsewhere.
        clock: tells when a code was typed.
    """

    at_terminal = True

    def __init__(self, screen: Screen, outbox: Mailbox | None, clock: Clock) -> None:
        self.mailbox: Mailbox = self
        self._screen = screen
        self._outbox = outbox
        self._clock = clock

    def person(self) -> Person:
        """Ask who signs up."""
        username = self.username()
        email = username if "@" in username else self.email()
        password = self.password("Password")
        return Person(
            username=username,
            email=email,
            phone_number=None,
            given_name="",
            password=password,
            attributes={"email": email},
        )

    def username(self) -> str:
        """Ask for a user name."""
        return self._something("User name:")

    def email(self) -> str:
        """Ask for an e-mail address; Cognito judges it."""
        return self._something("E-mail address:")

    def password(self, question: str) -> Secret:
        """Ask for a password, hidden."""
        return Secret(self._something(f"{question} (hidden):", hidden=True))

    def attribute(self) -> tuple[str, str]:
        """Ask for one more user attribute."""
        while True:
            typed = self._something("One more attribute, as NAME=VALUE:")
            name, separator, value = typed.partition("=")
            if separator and name.strip():
                return name.strip(), value.strip()
            self._screen.say("Write it as NAME=VALUE, for example given_name=Ada.")

    def sent_code(self, username: str) -> str | None:
        """Ask for the code that was sent; the emulator's outbox opens on request."""
        while True:
            typed = self._ask_for_sent_code()
            if typed:
                return None if typed.casefold() == _ANOTHER else typed
            self._open_outbox(username)

    def newest_code(
        self,
        username: str,
        *,
        kind: str | None = None,
        since: float | None = None,
        deadline_seconds: float = 30.0,
    ) -> Code:
        """Ask for the code that was sent, as :class:`Mailbox`; a person has no deadline."""
        del since, deadline_seconds
        typed = self._something(f"The code that was sent to {username}:")
        return Code(kind or "typed", username, Secret(typed), self._clock.time())

    def app_code(self, authenticator: Authenticator | None) -> str:
        """Ask for the app's code; without an app at hand the demo can play it."""
        plays = " (Enter alone: the demo plays the app)" if authenticator else ""
        while True:
            typed = self._screen.ask(f"Code of the authenticator app{plays}:").replace(" ", "")
            if _SIX_DIGITS.fullmatch(typed):
                return typed
            if not typed and authenticator is not None:
                self._screen.framed("Authenticator app", authenticator.code())
            else:
                self._screen.say("A code of an authenticator app has six digits. Once more:")

    def says_yes(self, question: str) -> bool:
        """Ask a question whose answer is yes unless something else is said."""
        while True:
            typed = self._screen.ask(f"{question} [Y/n]").casefold()
            if typed in ("", "y", "yes"):
                return True
            if typed in ("n", "no"):
                return False
            self._screen.say("Please type y or n.")

    def _something(self, question: str, *, hidden: bool = False) -> str:
        while not (typed := self._screen.ask(question, hidden=hidden)):
            self._screen.say("Nothing was typed. Once more:")
        return typed

    def _ask_for_sent_code(self) -> str:
        opens = "Enter alone: open the mailbox; " if self._outbox else ""
        return self._screen.ask(f"Code from the e-mail ({opens}{_ANOTHER}: send another one):")

    def _open_outbox(self, username: str) -> None:
        if self._outbox is None:
            self._screen.say("The e-mail is in your own mailbox; it may take a minute.")
            return
        try:
            code = self._outbox.newest_code(username, deadline_seconds=0)
        except DeadlineExceeded:
            self._screen.framed("Mailbox (the emulator's outbox)", "empty")
        else:
            self._screen.framed(
                "Mailbox (the emulator's outbox)",
                f"Your verification code is {code.value.reveal()}",
            )
