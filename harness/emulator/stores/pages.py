"""Lists in pages: opaque tokens that stand for where the next page begins."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from harness.emulator import refusals
from harness.emulator.core.randomness import Randomness

if TYPE_CHECKING:
    from harness.emulator.engine import Engine

T = TypeVar("T")

#: A token is good for one hour (A080).
_TOKEN_SECONDS = 3_600


@dataclass(frozen=True)
class Place:
    """Where a list goes on; ``listing`` tells it from every other list."""

    listing: tuple[Any, ...]
    position: Any
    expires_at: float


class Pages:
    """The open ends of all lists. A token may be used again until it expires."""

    def __init__(self, random: Randomness) -> None:
        self._random = random
        self._lock = Lock()
        self._places: dict[str, Place] = {}

    def token(self, listing: tuple[Any, ...], position: Any, now: float) -> str:
        """Return a token for the page that begins at ``position`` of that list."""
        token = self._random.characters(64, string.ascii_letters + string.digits)
        with self._lock:
            self._drop_expired(now)
            self._places[token] = Place(listing, position, now + _TOKEN_SECONDS)
        return token

    def position(self, listing: tuple[Any, ...], token: str | None, now: float, start: Any) -> Any:
        """Where the page of a token begins, or ``start`` without one.

        A token that is unknown, expired or another list's is refused.
        """
        if token is None:
            return start
        place = self._places.get(token)
        if place is None or place.listing != listing or now >= place.expires_at:
            raise refusals.pagination_token_invalid()
        return place.position

    def clear(self) -> None:
        """Forget every token."""
        with self._lock:
            self._places.clear()

    def _drop_expired(self, now: float) -> None:
        """The oldest come first, so the first one that still holds ends the search."""
        while self._places:
            token = next(iter(self._places))
            if now < self._places[token].expires_at:
                break
            del self._places[token]


def page_of(
    engine: Engine,
    listing: tuple[Any, ...],
    items: Sequence[T],
    token: str | None,
    limit: int,
) -> tuple[Sequence[T], str | None]:
    """One page of a short list that is made anew each time, and the token of the next page."""
    now = engine.clock.time()
    start = engine.pages.position(listing, token, now, 0)
    end = start + limit
    following = engine.pages.token(listing, end, now) if end < len(items) else None
    return items[start:end], following
