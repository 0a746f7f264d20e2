"""The directory that users are migrated from, in the emulator of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness import Person
from scenarios.support.refusals import Refusal

__all__ = ["BAD_PASSWORD", "NOT_MIGRATED", "OTHER_DIRECTORY", "OtherDirectory"]

#: What the directory says of a wrong password.
BAD_PASSWORD = "Bad password"
#: What Cognito says of it.
NOT_MIGRATED = Refusal(
    "UserLambdaValidationException", (f"UserMigration failed with error {BAD_PASSWORD}.",), "T010"
)


@dataclass(frozen=True)
class _Entry:
    """What the directory knows of a person."""

    password: str
    attributes: dict[str, str]
    status: str


class OtherDirectory:
    """A directory that is asked for the names that a pool does not know."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    def add(self, person: Person, status: str = "CONFIRMED") -> None:
        """Add a person, whose email address the directory has verified.

        Args:
            person: the person.
            status: the status that they shall have in the pool.
        """
        attributes = {**person.attributes, "email_verified": "true"}
        self._entries[person.username] = _Entry(person.password.reveal(), attributes, status)

    def migrate(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        """Handle UserMigration: return the person, or leave the response as it is.

        Raises:
            ValueError: the password is another one.
        """
        entry = self._entries.get(event["userName"])
        if entry is None:
            return event
        if event["request"].get("password", entry.password) != entry.password:
            raise ValueError(BAD_PASSWORD)
        response = event["response"]
        response["userAttributes"] = entry.attributes
        response["finalUserStatus"] = entry.status
        response["messageAction"] = "SUPPRESS"
        return event


#: The directory of this run. Only scenarios that add somebody meet it.
OTHER_DIRECTORY = OtherDirectory()
