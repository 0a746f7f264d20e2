"""The function that changes the tokens of a scenario's people, in the emulator of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness import Person

__all__ = ["TOKEN_FUNCTION", "TokenChanges", "TokenFunction"]

_FIRST = "1"


@dataclass(frozen=True)
class TokenChanges:
    """What PreTokenGeneration changes, whatever the version of its event.

    Attributes:
        identity: the changes to the ID token.
        access: those to the access token, which the first version has not.
        groups: the groups instead of the pool's; ``None`` leaves them.
    """

    identity: Mapping[str, Any] = field(default_factory=dict)
    access: Mapping[str, Any] = field(default_factory=dict)
    groups: tuple[str, ...] | None = None

    def response(self, version: str) -> dict[str, Any]:
        """Return the response of the function in a version of the event."""
        groups = {} if self.groups is None else {"groupsToOverride": list(self.groups)}
        details = {"groupOverrideDetails": groups} if groups else {}
        if version == _FIRST:
            return {"claimsOverrideDetails": {**self.identity, **details}}
        tokens = {"idTokenGeneration": self.identity, "accessTokenGeneration": self.access}
        return {"claimsAndScopeOverrideDetails": {**tokens, **details}}


class TokenFunction:
    """A function that changes the tokens of people for whom a scenario says so."""

    def __init__(self) -> None:
        self._changes: dict[str, TokenChanges] = {}

    def changes(self, person: Person, changes: TokenChanges) -> None:
        """Change the tokens of a person from now on."""
        self._changes[person.username] = changes

    def handle(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        """Handle PreTokenGeneration: return the changes, or leave the response as it is."""
        changes = self._changes.get(event["userName"])
        if changes is not None:
            event["response"] = changes.response(event["version"])
        return event


#: The function of this run. Only scenarios that say whose tokens change meet it.
TOKEN_FUNCTION = TokenFunction()
