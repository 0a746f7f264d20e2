"""Groups of a user pool."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.emulator.domain.users import User


@dataclass(eq=False)
class Group:
    """A group; ``settings`` are Description, RoleArn and Precedence as far as they were given.

    Attributes:
        members: the users in it by their subs, in the order in which they came.
    """

    name: str
    pool_id: str
    settings: dict[str, Any]
    created: float
    modified: float
    members: dict[str, User] = field(default_factory=dict)

    def add(self, user: User) -> None:
        """Take a user in; a second time changes nothing."""
        self.members[user.sub] = user
        if self.name not in user.groups:
            user.groups.append(self.name)

    def remove(self, user: User) -> None:
        """Let a user go, if he is a member."""
        self.members.pop(user.sub, None)
        if self.name in user.groups:
            user.groups.remove(self.name)

    def described(self) -> dict[str, Any]:
        """GroupType."""
        return {
            "GroupName": self.name,
            "UserPoolId": self.pool_id,
            **self.settings,
            "LastModifiedDate": self.modified,
            "CreationDate": self.created,
        }
