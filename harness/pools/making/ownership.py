"""The owner of a user pool: the name prefix and the tags by which a run recognizes its own pools.

In a real account, nothing is deleted that does not have both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from harness.clock import utc_of

__all__ = ["DOMAIN_PREFIX", "LIFETIME", "PREFIX", "Ownership", "is_named_for"]

#: The start of the name of everything that the harness creates in a real account.
PREFIX = "cognito-harness-"
#: The start of the domain of every pool that the harness creates; Cognito refuses a domain with
#: `cognito` in it (H003).
DOMAIN_PREFIX = "mfa-harness-"
#: The longest that a run can take; afterwards its pools count as left behind.
LIFETIME = timedelta(hours=24)

_OWNER = "cognito-harness-owner"
_RUN = "cognito-harness-run"
_EXPIRES = "cognito-harness-expires"


@dataclass(frozen=True)
class Ownership:
    """The owner of a pool, as its tags say.

    Attributes:
        owner: who created the pool, the last part of an ARN.
        run: the id of the run that created it.
        expires_at: when the run no longer needs it, in epoch seconds.
    """

    owner: str
    run: str
    expires_at: float

    @classmethod
    def from_now(cls, owner: str, run: str, now: float) -> Ownership:
        """Return the ownership for a run that starts now."""
        return cls(owner, run, float(int(now + LIFETIME.total_seconds())))

    @classmethod
    def of_tags(cls, tags: Mapping[str, str]) -> Ownership | None:
        """Return the ownership in UserPoolTags; ``None`` if a tag is missing or unreadable."""
        try:
            moment = datetime.fromisoformat(tags[_EXPIRES].replace("Z", "+00:00"))
            return cls(tags[_OWNER], tags[_RUN], moment.timestamp())
        except (KeyError, ValueError):
            return None

    def tags(self) -> dict[str, str]:
        """Return UserPoolTags, with the expiry as a readable date."""
        expires = utc_of(self.expires_at)
        text = expires.strftime("%Y-%m-%dT%H:%M:%SZ")
        return {_OWNER: self.owner, _RUN: self.run, _EXPIRES: text}


def is_named_for(name: str, prefix: str) -> bool:
    """Return whether a username starts with a run's prefix; an empty prefix matches nothing.

    If users sign in with addresses of one mailbox, the name is the part after the plus (RFC 5233).
    """
    detail = name.partition("@")[0].rpartition("+")[2]
    return bool(prefix) and detail.lower().startswith(prefix.lower())
