"""A person at the terminal, who answers questions and may make mistakes."""

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
    """Asks the person who runs the demo; repeats the question after an impossible answer.

    Args:
        screen: where to ask.
        outbox: the emulator's mailbox, which the person can open; ``None`` if the emails arrive
            elsewhere.
        clock: gives the time when a code was typed.
    """

    at_terminal = True

    def __init__(self, screen: Screen, outbox: Mailbox | None, clock: Clock) -> None:
        self.mailbox: Mailbox = self
        self._screen = screen
        self._outbox = outbox
        self._clock = clock

    def person(self) -> Person:
        """Ask who signs up."""
        person = self.person_without_password()
        return person.with_password(self.password("Password"))

    def person_without_password(self) -> Person:
        """Ask who signs up without a password."""
        username = self.username()
        email = username if "@" in username else self.email()
        return Person(
            username=username,
            email=email,
            phone_number=None,
            given_name="",
            password=Secret(""),
            attributes={"email": email},
        )

    def username(self) -> str:
        """Ask for a username."""
        return self._something("Username:")

    def email(self) -> str:
        """Ask for an email address; Cognito checks it."""
        return self._something("Email address:")

    def password(self, question: str) -> Secret:
        """Ask for a password without showing it."""
        return Secret(self._something(f"{question} (hidden):", hidden=True))

    def attribute(self) -> tuple[str, str]:
        """Ask for one more user attribute."""
        while True:
            typed = self._something("One more attribute, as NAME=VALUE:")
            name, separator, value = typed.partition("=")
            if separator and name.strip():
                return name.strip(), value.strip()
            self._screen.say("It must be NAME=VALUE, such as given_name=Ada.")

    def sent_code(self, username: str) -> str | None:
        """Ask for the code that was sent, and open the emulator's outbox on request."""
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
        """Ask for the code that was sent, as a :class:`Mailbox` does; a person has no deadline."""
        del since, deadline_seconds
        typed = self._something(f"The code that was sent to {username}:")
        return Code(kind or "typed", username, Secret(typed), self._clock.time())

    def app_code(self, authenticator: Authenticator | None) -> str:
        """Ask for the app's code; the demo can play the app."""
        plays = " (Enter: the demo plays it)" if authenticator else ""
        while True:
            typed = self._screen.ask(f"Code from the authenticator app{plays}:").replace(" ", "")
            if _SIX_DIGITS.fullmatch(typed):
                return typed
            if not typed and authenticator is not None:
                self._screen.framed("Authenticator app", authenticator.code())
            else:
                self._screen.say("The code must have six digits. Try again.")

    def says_yes(self, question: str) -> bool:
        """Ask a yes-or-no question; an empty answer means yes."""
        while True:
            typed = self._screen.ask(f"{question} [Y/n]").casefold()
            if typed in ("", "y", "yes"):
                return True
            if typed in ("n", "no"):
                return False
            self._screen.say("Please type y or n.")

    def _something(self, question: str, *, hidden: bool = False) -> str:
        while not (typed := self._screen.ask(question, hidden=hidden)):
            self._screen.say("You typed nothing. Try again.")
        return typed

    def _ask_for_sent_code(self) -> str:
        opens = "Enter: open the mailbox, " if self._outbox else ""
        return self._screen.ask(f"Code from the email ({opens}{_ANOTHER}: a new code):")

    def _open_outbox(self, username: str) -> None:
        if self._outbox is None:
            self._screen.say("The email arrives in your own mailbox; it can take a minute.")
            return
        try:
            code = self._outbox.newest_code(username, deadline_seconds=0)
        except DeadlineExceeded:
            self._screen.framed("Mailbox (the emulator's outbox)", "empty")
        else:
            purpose = "sign-in" if code.kind == "mfa" else "verification"
            self._screen.framed(
                "Mailbox (the emulator's outbox)",
                f"Your {purpose} code is {code.value.reveal()}",
            )
