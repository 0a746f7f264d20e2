"""Sign-ins under way on the pages of managed login, each in one browser."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.emulator.core.randomness import Randomness
    from harness.emulator.domain.authorize_request import AuthorizeRequest

__all__ = ["LoginTransaction", "LoginTransactions"]

#: A sign-in that takes longer ends on the login page (H039).
LIFETIME_SECONDS = 300
#: The most that are kept, since everybody who opens a login page begins one; the oldest go first.
MOST_KEPT = 10_000


@dataclass(eq=False)
class LoginTransaction:
    """What the pages remember between two steps of a sign-in, a sign-up or a recovery.

    The session of the engine never leaves the server: no call of the API can answer a challenge of
    the pages, and no session of the API counts here.

    Attributes:
        expires_at: epoch seconds.
        username: the name that was typed.
        challenge: ChallengeName of the challenge to answer; empty where there is none.
        session: Session of that challenge.
        parameters: ChallengeParameters, and what else the next page shows.
        secret: SecretCode of a set-up under way, so that a page which is loaded again shows the
            same QR code.
        message: what went wrong in the step before, which the next page shows once.
        text: the text of its cookie.
    """

    pool_id: str
    authorize: AuthorizeRequest
    expires_at: float
    username: str = ""
    challenge: str = ""
    session: str = field(default="", repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret: str = field(default="", repr=False)
    message: str = ""
    text: str = field(default="", repr=False)


class LoginTransactions:
    """The transactions by the text of the cookie ``page-data``."""

    def __init__(self, random: Randomness) -> None:
        self._random = random
        self._transactions: dict[str, LoginTransaction] = {}
        self._lock = Lock()

    def begin(self, pool_id: str, authorize: AuthorizeRequest, now: float) -> LoginTransaction:
        """Keep a new transaction, and return it."""
        text = self._random.uuid()
        transaction = LoginTransaction(pool_id, authorize, now + LIFETIME_SECONDS, text=text)
        with self._lock:
            self._drop(now)
            self._transactions[text] = transaction
        return transaction

    def _drop(self, now: float) -> None:
        """Drop the oldest ones, as far as they are over or too many; only the first are looked at.

        A clock that went back leaves some for longer, which `find` refuses all the same.
        """
        transactions = self._transactions
        while transactions:
            oldest = next(iter(transactions))
            if now < transactions[oldest].expires_at and len(transactions) < MOST_KEPT:
                return
            del transactions[oldest]

    def find(self, text: str | None, pool_id: str, now: float) -> LoginTransaction | None:
        """Return the transaction of a cookie, if it is one of this pool and not over."""
        found = self._transactions.get(text or "")
        if found is None or found.pool_id != pool_id or now >= found.expires_at:
            return None
        return found

    def end(self, text: str | None) -> None:
        """Forget the transaction of a cookie."""
        with self._lock:
            self._transactions.pop(text or "", None)

    def exported(self) -> dict[str, LoginTransaction]:
        """Return every transaction by its text, to be saved."""
        return dict(self._transactions)

    def imported(self, kept: Mapping[str, LoginTransaction]) -> None:
        """Replace every transaction by those that `exported` returned."""
        with self._lock:
            self._transactions = dict(kept)

    def forget(self, pool_id: str, usernames: Collection[str]) -> None:
        """Forget the transactions of users."""
        with self._lock:
            self._transactions = {
                text: kept
                for text, kept in self._transactions.items()
                if kept.pool_id != pool_id or kept.username not in usernames
            }

    def clear(self) -> None:
        """Forget every transaction."""
        with self._lock:
            self._transactions.clear()
