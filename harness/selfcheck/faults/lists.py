"""Faults of lists of users and of their filters."""

from __future__ import annotations

from typing import Any

from harness.emulator.operations import list_users
from harness.emulator.operations.list_users import described_user
from harness.emulator.rules.user_filter import Filter, find_users
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import (
    function,
    method,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _last_page_again(original: Any) -> Any:
    def after(pool: Any, position: int, limit: int) -> Any:
        return original(pool, max(position - 1, 0), limit)

    return after


def _page_skips(original: Any) -> Any:
    def after(pool: Any, position: int, limit: int) -> Any:
        users, following = original(pool, position, limit)
        return users, None if following is None else following + 1

    return after


def _one_more(original: Any) -> Any:
    return lambda pool, position, limit: original(pool, position, limit + 1)


def _everybody(original: Any) -> Any:
    return lambda pool, condition: list(pool.users)


def _prefix_anywhere(original: Any) -> Any:
    def matches(condition: Any, user: Any) -> bool:
        found = condition.value_of(user)
        if condition.prefix and found is not None:
            return condition.value[1:] in found
        return bool(original(condition, user))

    return matches


def _only_whole(original: Any) -> Any:
    def matches(condition: Any, user: Any) -> bool:
        return bool(condition.value_of(user) == condition.value)

    return matches


def _without_attributes(original: Any) -> Any:
    def described(user: Any, names: Any = None) -> Any:
        shown = original(user, names)
        return {
            **shown,
            "Attributes": [each for each in shown["Attributes"] if each["Name"] == "sub"],
        }

    return described


FAULTS = (
    PlantedFault(
        "filter-ignored",
        "ListUsers ignores the filter",
        "lists",
        function(find_users, _everybody),
        ("sign_up::list_users_finds_by_filter", "main_job::*"),
        WRONG,
    ),
    PlantedFault(
        "prefix-anywhere",
        "a prefix in a filter matches in the middle of a value too",
        "lists",
        method(Filter, "matches", _prefix_anywhere),
        ("details::prefix_in_a_filter_is_the_beginning",),
        WRONG,
    ),
    PlantedFault(
        "prefix-is-whole",
        "a prefix in a filter matches whole values only",
        "lists",
        method(Filter, "matches", _only_whole),
        ("sign_up::list_users_finds_by_filter",),
        WRONG,
    ),
    PlantedFault(
        "listed-without-attributes",
        "ListUsers shows users without their attributes",
        "lists",
        function(described_user, _without_attributes),
        ("sign_up::list_users_finds_by_filter",),
        WRONG,
    ),
    PlantedFault(
        "users-twice",
        "each page of ListUsers begins with the last user of the page before",
        "lists",
        function(list_users._page_of_all, _last_page_again),
        ("sign_up::list_users_turns_pages",),
        WRONG,
    ),
    PlantedFault(
        "users-left-out",
        "a page of ListUsers skips a user",
        "lists",
        function(list_users._page_of_all, _page_skips),
        ("sign_up::list_users_turns_pages",),
        WRONG,
    ),
    PlantedFault(
        "page-too-long",
        "a page of ListUsers has a user more than Limit says",
        "lists",
        function(list_users._page_of_all, _one_more),
        ("sign_up::list_users_turns_pages",),
        WRONG,
    ),
)
