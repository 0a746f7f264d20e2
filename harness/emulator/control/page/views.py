"""What each view of the page shows: the overview, one user, calls, messages, and help on errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from harness.emulator.control.domains import browsers, domains
from harness.emulator.control.page import rendering, rows
from harness.emulator.control.page.calls import CallFilter, call_page
from harness.emulator.control.page.choices import DONE, FAULTS, STEPS
from harness.emulator.control.page.messages import message_rows, sent
from harness.emulator.control.page.people import CONTACTS, user_page
from harness.emulator.control.page.pools import CLIENTS, chosen_pool, client_rows, pool_rows
from harness.emulator.control.page.troubleshooting import all_advice
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.stores.call_log import KEPT_CALLS

if TYPE_CHECKING:
    from harness.emulator.control.page.request import PageRequest
    from harness.emulator.domain.pools import Pool
    from harness.emulator.domain.users import User
    from harness.emulator.engine import Engine

#: How many calls and messages there are where they are not the only thing that is shown.
_SOME_CALLS = 8
_SOME_MESSAGES = 5
_MOST_MESSAGES = 200
_SOME_BROWSERS = 10


@dataclass(frozen=True)
class PageNotice:
    """What a form has done, or why it has not.

    Attributes:
        values: what was typed into the form that failed, without passwords.
        form: the action of that form.
    """

    text: str = ""
    is_bad: bool = False
    form: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """One view: its template, the parts that change, and what it needs besides."""

    template: str
    parts: tuple[str, ...]
    more: Callable[[Engine, Pool | None, Mapping[str, str]], dict[str, Any]]


def answer(asked: PageRequest) -> HttpAnswer | None:
    """Return a view or the part of it that changes; ``None`` for other names."""
    if asked.name == "live":
        name = asked.query.get("view", "")
        view = VIEWS.get(name)
        values = _values(asked.engine, name, asked.query, PageNotice()) if view else {}
        return rendering.live_part(values, asked.known_tag) if values else None
    if asked.name not in VIEWS:
        return None
    done = DONE.get(asked.query.get("done", ""), "")
    return shown(asked.engine, asked.name, asked.query, PageNotice(done))


def shown(
    engine: Engine, name: str, query: Mapping[str, str], notice: PageNotice, status: int = 200
) -> HttpAnswer:
    """Return a view with a notice above it."""
    values = _values(engine, name, query, notice)
    return rendering.document(VIEWS[name].template, values, status)


def _values(
    engine: Engine, name: str, query: Mapping[str, str], notice: PageNotice
) -> dict[str, Any]:
    pool = chosen_pool(engine, query.get("pool", ""))
    view = VIEWS[name]
    parts = {"parts": view.parts}
    return {**frame(engine, name, pool, query, notice), **parts, **view.more(engine, pool, query)}


def frame(
    engine: Engine, view: str, pool: Pool | None, query: Mapping[str, str], notice: PageNotice
) -> dict[str, Any]:
    """Return what every document of the page shows."""
    return {
        "view": view,
        "now": engine.clock.time(),
        "loosened": engine.settings.loosened(),
        "steps": STEPS,
        "pool": pool,
        "notice": notice,
        "query": query,
    }


def _overview(engine: Engine, pool: Pool | None, query: Mapping[str, str]) -> dict[str, Any]:
    people = user_page(pool, query) if pool else None
    return {
        "pools": pool_rows(engine, pool),
        "all_pools": len(engine.pools),
        "clients": client_rows(pool) if pool else [],
        **_domains(engine, pool),
        "user_page": people,
        "users": rows.user_rows(engine, pool, people.users) if pool and people else [],
        "state": engine.state_file,
        "faults": engine.faults.planned,
        "profile": engine.faults.profile,
        "late": engine.outbox.late,
        "fault_choices": FAULTS,
        "operations": _operations(),
        **_messages(engine, _SOME_MESSAGES),
        **_calls(engine, query, _SOME_CALLS),
    }


def _domains(engine: Engine, pool: Pool | None) -> dict[str, Any]:
    signed_in = browsers(engine, pool) if pool else []
    return {
        "domains": domains(engine, [pool], CLIENTS) if pool else [],
        "browsers": signed_in[:_SOME_BROWSERS],
        "all_browsers": len(signed_in),
    }


def _user(engine: Engine, pool: Pool | None, query: Mapping[str, str]) -> dict[str, Any]:
    user = pool.users.by_sub(query.get("sub", "")) if pool else None
    if pool is None or user is None or query.get("pool", pool.pool_id) != pool.pool_id:
        return {"user": None, "parts": ("user",)}
    (row,) = rows.user_rows(engine, pool, [user])
    return {
        "user": row,
        "in_groups": sorted(pool.groups),
        **_messages(engine, _SOME_MESSAGES, (pool.pool_id, user.username)),
        **_calls(engine, query, _SOME_CALLS, _names(user)),
    }


def _names(user: User) -> frozenset[str]:
    """Return the names by which calls may name a user."""
    contacts = filter(None, map(user.attributes.get, (*CONTACTS, "preferred_username")))
    return frozenset({user.username, user.sub, *contacts})


def _only_calls(engine: Engine, _pool: Pool | None, query: Mapping[str, str]) -> dict[str, Any]:
    return _calls(engine, query, KEPT_CALLS)


def _only_messages(engine: Engine, _pool: Pool | None, _query: Mapping[str, str]) -> dict[str, Any]:
    return _messages(engine, _MOST_MESSAGES)


def _help(_engine: Engine, _pool: Pool | None, _query: Mapping[str, str]) -> dict[str, Any]:
    return {"advice": all_advice()}


def _messages(engine: Engine, most: int, of: tuple[str, str] | None = None) -> dict[str, Any]:
    return {"messages": message_rows(engine, most, of), "sent": sent(engine)}


def _calls(
    engine: Engine, query: Mapping[str, str], most: int, names: frozenset[str] | None = None
) -> dict[str, Any]:
    wanted = CallFilter.of(query)
    log = engine.call_log
    known = sorted(log.counts())
    return {
        "filter": wanted,
        "called": sorted({*known, wanted.operation} - {""}),
        "calls": call_page(log, wanted, most, names),
    }


@cache
def _operations() -> tuple[str, ...]:
    from harness.emulator.operations.table import OPERATIONS

    return tuple(sorted(OPERATIONS))


VIEWS: dict[str, View] = {
    "": View(
        "views/overview.html",
        ("pools", "users", "clients", "domains", "outbox", "calls", "faults"),
        _overview,
    ),
    "user": View("views/user.html", ("user", "outbox", "calls"), _user),
    "log": View("views/calls.html", ("calls",), _only_calls),
    "messages": View("views/messages.html", ("outbox",), _only_messages),
    "help": View("views/help.html", (), _help),
}
