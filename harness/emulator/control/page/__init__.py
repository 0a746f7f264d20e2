"""The browser page under ``/_harness/``: it shows what is in the emulator, and stays up to date.

The page itself changes nothing: its buttons call the JSON controls.
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
    """Return the page, its live part or one secret; ``None`` for other names."""
    view = _VIEWS.get(name)
    return view(engine, query) if view else None


def _page(engine: Engine, query: Mapping[str, str]) -> HttpAnswer:
    from harness.emulator.control.page.rendering import page

    return page(engine, query)


def _live(engine: Engine, query: Mapping[str, str]) -> HttpAnswer:
    from harness.emulator.control.page.rendering import live

    return live(engine, query)


def _secret(engine: Engine, query: Mapping[str, str]) -> HttpAnswer:
    """Return one secret that a person clicked on; the page itself contains none."""
    from harness.emulator.control.page.secrets import reveal

    secret = reveal(engine, query.get("of", ""))
    members = {"error": "there is no such secret"} if secret is None else {"value": secret}
    headers = {"Content-Type": "application/json", **PRIVATE_HEADERS}
    return HttpAnswer(404 if secret is None else 200, json.dumps(members).encode(), headers)


_VIEWS: dict[str, Callable[[Engine, Mapping[str, str]], HttpAnswer]] = {
    "": _page,
    "live": _live,
    "secret": _secret,
}
