"""Whose a user pool is: the prefix of its name and the tags by which a run knows its own again.

Nothing is deleted on a real account that does not have both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

__all__ = ["LIFETIME", "PREFIX", "Ownership", "is_named_for"]

#: Begins the name of everything that is made on a real account.
PREFIX = "cognito-harness-"
#: How long a run may take; what it has made is nobody's afterwards.
LIFETIME = timedelta(hours=24)

_OWNER = "cognito-harness-owner"
_RUN = "cognito-harness-run"
_EXPIRES = "cognito-harness-expires"


@dataclass(frozen=True)
class Ownership:
    """What the tags of a pool say.

    Attributes:
        owner: who made it, the last part of an ARN.
        run: the id of the run that made it.
        expires_at: epoch seconds; the run needs it no longer then.
    """

    owner: str
    run: str
    expires_at: float

    @classmethod
    def from_now(cls, owner: str, run: str, now: float) -> Ownership:
        """Return that of a run that begins now."""
        return cls(owner, run, float(int(now + LIFETIME.total_seconds())))

    @classmethod
    def of_tags(cls, tags: Mapping[str, str]) -> Ownership | None:
        """Return what UserPoolTags say; ``None`` where one of ours is missing or unreadable."""
        try:
            moment = datetime.fromisoformat(tags[_EXPIRES].replace("Z", "+00:00"))
            return cls(tags[_OWNER], tags[_RUN], moment.timestamp())
        except (KeyError, ValueError):
            return None

    def tags(self) -> dict[str, str]:
        """Return UserPoolTags, with the moment as a person reads it."""
        expires = datetime.fromtimestamp(self.expires_at, timezone.utc)
        text = expires.strftime("%Y-%m-%dT%H:%M:%SZ")
        return {_OWNER: self.owner, _RUN: self.run, _EXPIRES: text}


def is_named_for(name: str, prefix: str) -> bool:
    """Return whether a user's name is one that the run of a prefix gives; none is, without one.

    Where people sign in with addresses of one mailbox, the name is behind the plus (RFC 5233).
    """
    detail = name.partition("@")[0].rpartition("+")[2]
    return bool(prefix) and detail.lower().startswith(prefix.lower())
