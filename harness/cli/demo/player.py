"""Who takes part in the demo: somebody at the terminal, or the demo itself."""

from __future__ import annotations

from typing import Protocol

from harness.cli.demo.screen import Screen
from harness.redaction import Secret
from harness.users.authenticator import Authenticator
from harness.users.mailboxes.base import Mailbox
from harness.users.person import Person

__all__ = ["AutomaticPlayer", "Player"]

#: Shown for what is secret.
_HIDDEN = "******"


class Player(Protocol):
    """Gives everything that an app would ask its user for."""

    #: Whether somebody types the answers: then the secret is shown to be typed into an app, and
    #: what Cognito refuses is asked again.
    at_terminal: bool
    #: Where the codes arrive that Cognito sends.
    mailbox: Mailbox

    def person(self) -> Person:
        """Return who signs up, or signs in."""
        ...

    def username(self) -> str:
        """Return a user name."""
        ...

    def email(self) -> str:
        """Return an e-mail address."""
        ...

    def password(self, question: str) -> Secret:
        """Return a password."""
        ...

    def attribute(self) -> tuple[str, str]:
        """Return name and value of one more user attribute."""
        ...

    def sent_code(self, username: str) -> str | None:
        """Return the code that was sent to somebody, or ``None`` to have another one sent."""
        ...

    def app_code(self, authenticator: Authenticator | None) -> str:
        """Return the code that the authenticator app shows; ``None`` is one set up elsewhere."""
        ...

    def says_yes(self, question: str) -> bool:
        """Return the answer to a question."""
        ...


class AutomaticPlayer:
    """Plays a person who reads every e-mail at once and never makes a mistake.

    What would be typed is shown, except for what is secret.
    """

    at_terminal = False

    def __init__(self, person: Person, mailbox: Mailbox, screen: Screen) -> None:
        self.mailbox = mailbox
        self._person = person
        self._screen = screen

    def person(self) -> Person:
        """Return the person it was made with."""
        self.username()
        self.email()
        self.password("Password")
        return self._person

    def username(self) -> str:
        """Return the person's user name."""
        return self._typed("User name", self._person.username)

    def email(self) -> str:
        """Return the person's e-mail address."""
        return self._typed("E-mail address", self._person.email)

    def password(self, question: str) -> Secret:
        """Return the person's password."""
        self._screen.typed(question, _HIDDEN)
        return self._person.password

    def attribute(self) -> tuple[str, str]:
        """Return the person's given name."""
        return "given_name", self._typed("given_name", self._person.given_name)

    def sent_code(self, username: str) -> str | None:
        """Return the newest code in the mailbox."""
        self._screen.typed("Code from the e-mail", _HIDDEN)
        return self.mailbox.newest_code(username).value.reveal()

    def app_code(self, authenticator: Authenticator | None) -> str:
        """Return the next code of the authenticator, and spend it."""
        if authenticator is None:
            raise AssertionError("an authenticator that was set up elsewhere has no code here")
        self._screen.typed("Code of the authenticator app", _HIDDEN)
        return authenticator.code()

    def says_yes(self, question: str) -> bool:
        """Say yes."""
        self._screen.typed(question, "yes")
        return True

    def _typed(self, question: str, answer: str) -> str:
        self._screen.typed(question, answer)
        return answer
