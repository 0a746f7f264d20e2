"""Which users the page shows: one page of a pool's users, or what a search finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.domain.users import User

USERS_ON_A_PAGE = 10
#: How many users a search for part of a name looks at.
_MOST_SEARCHED = 20_000
#: The attributes that a search looks at.
CONTACTS = ("email", "phone_number")


@dataclass(frozen=True)
class UserPage:
    """The users that the page shows.

    Attributes:
        users: one page of all users, newest first, or the first matches of a search.
        number: the number of this page.
        last: the number of the last page.
        total: how many users the pool has.
        find: the text of the search; empty without one.
    """

    users: list[User]
    number: int
    last: int
    total: int
    find: str


def user_page(pool: Pool, query: Mapping[str, str]) -> UserPage:
    """Return the users of a ``page`` or a ``find`` query; a page beyond the end is the last one."""
    find, total = query.get("find", "").strip(), len(pool.users)
    with pool.lock:
        if find:
            return UserPage(_search(pool, find), 1, 1, total, find)
        last = max(-(-total // USERS_ON_A_PAGE), 1)
        text = query.get("page", "1")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
        number = min(max(number, 1), last)
        end = total - (number - 1) * USERS_ON_A_PAGE
        start = max(end - USERS_ON_A_PAGE, 0)
        return UserPage(pool.users.part(start, end - start)[::-1], number, last, total, "")


def _search(pool: Pool, text: str) -> list[User]:
    """Return the users with that username, sub, email or phone number, then partial matches.

    In a large pool the search for partial matches looks at a limited number of users.
    """
    part = text.casefold()
    matches = dict.fromkeys(_exact_matches(pool, text))
    for user in islice(pool.users, _MOST_SEARCHED):
        if len(matches) >= USERS_ON_A_PAGE:
            break
        names = (user.username, user.sub, *map(user.attributes.get, CONTACTS))
        if part in "\n".join(filter(None, names)).casefold():
            matches[user] = None
    return list(matches)[:USERS_ON_A_PAGE]


def _exact_matches(pool: Pool, text: str) -> Iterator[User]:
    candidates = (pool.users.by_username(text), pool.users.by_sub(text))
    yield from (user for user in candidates if user is not None)
    for attribute in CONTACTS:
        yield from pool.users.by_value(attribute, text)
