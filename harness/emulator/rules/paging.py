"""Pages of short lists that are made again for each request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from harness.emulator.service import Service

T = TypeVar("T")


def page_of(
    service: Service,
    listing: tuple[Any, ...],
    items: Sequence[T],
    token: str | None,
    limit: int,
) -> tuple[Sequence[T], str | None]:
    """One page of a short list that is made anew each time, and the token of the next page."""
    now = service.clock.time()
    start = service.pages.position(listing, token, now, 0)
    end = start + limit
    following = service.pages.token(listing, end, now) if end < len(items) else None
    return items[start:end], following
