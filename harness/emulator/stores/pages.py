"""Pagination tokens: opaque strings for the position where the next page begins."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals

if TYPE_CHECKING:
    from harness.emulator.core.randomness import Randomness

#: A token is valid for one hour (A080).
_TOKEN_SECONDS = 3_600


@dataclass(frozen=True)
class PagePosition:
    """The position where a page begins.

    Attributes:
        listing: identifies the list; two lists with different parameters differ in it.
        position: where the page begins, in a form that the list chooses.
        expires_at: epoch seconds.
    """

    listing: tuple[Any, ...]
    position: Any
    expires_at: float


class Pages:
    """The positions of all pagination tokens; a token may be used again until it expires."""

    def __init__(self, random: Randomness) -> None:
        self._random = random
        self._lock = Lock()
        self._positions: dict[str, PagePosition] = {}

    def token(self, listing: tuple[Any, ...], position: Any, now: float) -> str:
        """Return a token for the page of a list that begins at ``position``."""
        token = self._random.characters(64, string.ascii_letters + string.digits)
        with self._lock:
            self._drop_expired(now)
            self._positions[token] = PagePosition(listing, position, now + _TOKEN_SECONDS)
        return token

    def position(self, listing: tuple[Any, ...], token: str | None, now: float, start: Any) -> Any:
        """Return the position of a token, or ``start`` without one.

        Raises:
            Refusal: the token is unknown, expired or belongs to another list.
        """
        if token is None:
            return start
        found = self._positions.get(token)
        if found is None or found.listing != listing or now >= found.expires_at:
            raise refusals.pagination_token_invalid()
        return found.position

    def exported(self) -> dict[str, PagePosition]:
        """Return every position by its token."""
        return dict(self._positions)

    def imported(self, positions: Mapping[str, PagePosition]) -> None:
        """Replace all positions with those that `exported` returned."""
        with self._lock:
            self._positions = dict(positions)

    def clear(self) -> None:
        """Delete every token."""
        with self._lock:
            self._positions.clear()

    def _drop_expired(self, now: float) -> None:
        """Delete expired tokens; they are in order of age, so stop at the first valid one.

        A token that lives longer than tokens do was issued before the clock went back. It is
        deleted too, so that it does not hide those behind it.
        """
        while self._positions:
            token = next(iter(self._positions))
            if now < self._positions[token].expires_at <= now + _TOKEN_SECONDS:
                break
            del self._positions[token]
