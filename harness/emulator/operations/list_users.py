"""ListUsers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User
from harness.emulator.rules.user_filter import Filter, find_users, parse_filter
from harness.emulator.service import Handler, Service

#: Users on one page, if Limit is omitted or 0 (A080).
PAGE = 60


def list_users(service: Service, request: Request) -> dict[str, Any]:
    """List all users, or those that match the filter, page by page (A076 to A080)."""
    pool = service.pool(request)
    names = request.params.get("AttributesToGet")
    with pool.lock:
        condition = parse_filter(request.params.get("Filter"))
        _check_names(pool, names)
        listing = ("ListUsers", pool.pool_id, condition and condition.key())
        token = request.params.get("PaginationToken")
        limit = request.params.get("Limit") or PAGE
        users, following = _page(service, pool, condition, listing, token, limit)
        result: dict[str, Any] = {"Users": [described_user(user, names) for user in users]}
        if following is not None:
            result["PaginationToken"] = service.pages.token(
                listing, following, service.clock.time()
            )
    return result


def _check_names(pool: Pool, names: Sequence[str] | None) -> None:
    if not all(name in pool.schema for name in names or ()):
        raise refusals.requested_attributes_missing()


def _page(
    service: Service,
    pool: Pool,
    condition: Filter | None,
    listing: tuple[Any, ...],
    token: str | None,
    limit: int,
) -> tuple[list[User], Any]:
    """Return the users of one page, and the position of the next page if there is one."""
    now = service.clock.time()
    if condition is None:
        return _page_of_all(pool, service.pages.position(listing, token, now, 0), limit)
    matches, start = service.pages.position(listing, token, now, (None, 0))
    if matches is None:
        matches = find_users(pool, condition)
    return _page_of_matches(pool, matches, start, limit)


def _page_of_all(pool: Pool, position: int, limit: int) -> tuple[list[User], int | None]:
    """Return the page after a user's number, and the number of its last user if more follow."""
    users: list[User] = []
    last = position
    for number, user in pool.users.after(position):
        if len(users) == limit:
            return users, last
        users.append(user)
        last = number
    return users, None


def _page_of_matches(
    pool: Pool, matches: list[User], start: int, limit: int
) -> tuple[list[User], tuple[list[User], int] | None]:
    """Return a page of the users that the first call matches, without those deleted since."""
    end = start + limit
    users = [user for user in matches[start:end] if user in pool.users]
    return users, (matches, end) if end < len(matches) else None


def described_user(user: User, names: Collection[str] | None = None) -> dict[str, Any]:
    """Return UserType, with all attributes or only the named ones."""
    return {
        "Username": user.username,
        "Attributes": [
            pair for pair in user.attribute_list() if names is None or pair["Name"] in names
        ],
        "UserCreateDate": user.created,
        "UserLastModifiedDate": user.modified,
        "Enabled": user.enabled,
        "UserStatus": user.status,
        **user.mfa_options(),
    }


OPERATIONS: dict[str, Handler] = {"ListUsers": list_users}
