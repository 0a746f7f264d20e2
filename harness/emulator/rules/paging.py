"""Pages of short lists, which are built again for each request."""

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
    """Return one page of a list, and the token of the next page.

    Args:
        service: the service that keeps the tokens.
        listing: identifies the list, so that no other list accepts its tokens.
        items: the whole list.
        token: the token of the page; without it the first page.
        limit: the size of the page.

    Raises:
        Refusal: InvalidParameterException, if the token is not one of this list.
    """
    now = service.clock.time()
    start = service.pages.position(listing, token, now, 0)
    end = start + limit
    following = service.pages.token(listing, end, now) if end < len(items) else None
    return items[start:end], following
