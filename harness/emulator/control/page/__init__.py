"""A page for people: what is in the emulator, under ``/_harness/``, kept up to date.

It changes nothing: its buttons use the JSON controls beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from harness.emulator.control.access import PRIVATE_HEADERS
from harness.emulator.http.wire import HttpAnswer

if TYPE_CHECKING:
    from harness.emulator.engine import Engine

__all__ = ["answer"]


def answer(engine: Engine, name: str, query: Mapping[str, str]) -> HttpAnswer | None:
    """Answer a GET of the page, of its live part or of one secret; ``None`` for other names."""
    view = _VIEWS.get(name)
    return view(engine, query) if view else None


def _page(engine: Engine, query: Mapping[str, str]) -> HttpAnswer:
    from harness.emulator.control.page.rendering import page

    return page(engine, query)


def _live(engine: Engine, query: Mapping[str, str]) -> HttpAnswer:
    from harness.emulator.control.page.rendering import live

    return live(engine, query)


def _secret(engine: Engine, query: Mapping[str, str]) -> HttpAnswer:
    """One secret that somebody has clicked on; the page itself has none in it."""
    from harness.emulator.control.page.secrets import reveal

    found = reveal(engine, query.get("of", ""))
    members = {"error": "there is no such secret"} if found is None else {"value": found}
    headers = {"Content-Type": "application/json", **PRIVATE_HEADERS}
    return HttpAnswer(404 if found is None else 200, json.dumps(members).encode(), headers)


_VIEWS: dict[str, Callable[[Engine, Mapping[str, str]], HttpAnswer]] = {
    "": _page,
    "live": _live,
    "secret": _secret,
}
