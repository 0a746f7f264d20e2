"""Groups of a user pool."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.emulator.domain.users import User


@dataclass(eq=False)
class Group:
    """A group of users.

    Attributes:
        settings: those of Description, RoleArn and Precedence that were given.
        members: its users by their subs, in the order in which they were added.
    """

    name: str
    pool_id: str
    settings: dict[str, Any]
    created: float
    modified: float
    members: dict[str, User] = field(default_factory=dict)

    def add(self, user: User) -> None:
        """Add a user; a second time changes nothing."""
        self.members[user.sub] = user
        if self.name not in user.groups:
            user.groups.append(self.name)

    def remove(self, user: User) -> None:
        """Remove a user, if they are a member."""
        self.members.pop(user.sub, None)
        if self.name in user.groups:
            user.groups.remove(self.name)

    def described(self) -> dict[str, Any]:
        """Return the group as GroupType."""
        return {
            "GroupName": self.name,
            "UserPoolId": self.pool_id,
            **self.settings,
            "LastModifiedDate": self.modified,
            "CreationDate": self.created,
        }
