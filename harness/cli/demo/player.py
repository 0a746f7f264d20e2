"""Who plays the user in the demo: a person at the terminal, or the demo itself."""

from __future__ import annotations

from typing import Protocol

from harness.cli.demo.screen import Screen
from harness.redaction import Secret
from harness.users.authenticator import Authenticator
from harness.users.mailboxes.base import Mailbox
from harness.users.person import Person

__all__ = ["AutomaticPlayer", "Player"]

#: Shown in place of a secret.
_HIDDEN = "******"


class Player(Protocol):
    """Provides everything that an app would ask its user for."""

    #: Whether a person types the answers. If so, the demo shows the secret for typing into an app,
    #: and asks again after an error.
    at_terminal: bool
    #: Where Cognito's codes arrive.
    mailbox: Mailbox

    def person(self) -> Person:
        """Return who signs up or signs in."""
        ...

    def person_without_password(self) -> Person:
        """Return who signs up without a password."""
        ...

    def username(self) -> str:
        """Return a username."""
        ...

    def email(self) -> str:
        """Return an email address."""
        ...

    def password(self, question: str) -> Secret:
        """Return a password."""
        ...

    def attribute(self) -> tuple[str, str]:
        """Return the name and value of one more user attribute."""
        ...

    def sent_code(self, username: str) -> str | None:
        """Return the code that was sent to a user, or ``None`` to have a new one sent."""
        ...

    def app_code(self, authenticator: Authenticator | None) -> str:
        """Return the code in the authenticator app; ``None`` stands for an app set up elsewhere."""
        ...

    def says_yes(self, question: str) -> bool:
        """Return the answer to a yes-or-no question."""
        ...


class AutomaticPlayer:
    """Plays a person who reads every email at once and makes no mistakes.

    Shows what the person would type, except secrets.
    """

    at_terminal = False

    def __init__(self, person: Person, mailbox: Mailbox, screen: Screen) -> None:
        self.mailbox = mailbox
        self._person = person
        self._screen = screen

    def person(self) -> Person:
        """Return the person that the player was created with."""
        self.person_without_password()
        self.password("Password")
        return self._person

    def person_without_password(self) -> Person:
        """Return the same person, who types no password."""
        self.username()
        self.email()
        return self._person

    def username(self) -> str:
        """Return the person's username."""
        return self._typed("Username", self._person.username)

    def email(self) -> str:
        """Return the person's email address."""
        return self._typed("Email address", self._person.email)

    def password(self, question: str) -> Secret:
        """Return the person's password."""
        self._screen.typed(question, _HIDDEN)
        return self._person.password

    def attribute(self) -> tuple[str, str]:
        """Return the person's given name."""
        return "given_name", self._typed("given_name", self._person.given_name)

    def sent_code(self, username: str) -> str | None:
        """Return the newest code in the mailbox."""
        self._screen.typed("Code from the email", _HIDDEN)
        return self.mailbox.newest_code(username).value.reveal()

    def app_code(self, authenticator: Authenticator | None) -> str:
        """Return the next code of the authenticator app, which uses it up."""
        if authenticator is None:
            raise AssertionError(
                "the demo has no code of an authenticator app that was set up elsewhere"
            )
        self._screen.typed("Code from the authenticator app", _HIDDEN)
        return authenticator.code()

    def says_yes(self, question: str) -> bool:
        """Answer yes."""
        self._screen.typed(question, "yes")
        return True

    def _typed(self, question: str, answer: str) -> str:
        self._screen.typed(question, answer)
        return answer
