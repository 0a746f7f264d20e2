"""Render the page as HTML: Jinja templates that escape every value, and strict headers."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from harness.clock import utc_of
from harness.emulator.control.access import PRIVATE_HEADERS
from harness.emulator.control.page import rows
from harness.emulator.http.wire import HttpAnswer
from harness.version import __version__

if TYPE_CHECKING:
    from harness.emulator.engine import Engine

#: The clock's buttons: how far each moves the clock, and what happens after that time.
STEPS = (
    (30, "30 s", "the next TOTP code"),
    (300, "5 min", "sign-in sessions expire after three"),
    (3_600, "1 h", "recovery codes and access tokens expire"),
    (86_400, "24 h", "sign-up codes expire"),
    (2_592_000, "30 d", "refresh tokens expire"),
)
#: The faults that the page offers; the JSON control accepts any.
FAULTS = (
    ("InternalErrorException", "Something went wrong", 500),
    ("TooManyRequestsException", "Rate exceeded", 400),
    ("LimitExceededException", "Attempt limit exceeded, please try after some time.", 400),
    ("NotAuthorizedException", "Unauthorized", 400),
)


def page(engine: Engine, query: Mapping[str, str]) -> HttpAnswer:
    """Return the whole page."""
    style, script = _resource("page.css"), _resource("page.js")
    html = (
        _environment()
        .get_template("page.html")
        .render(style=style, script=script, **_values(engine, query))
    )
    return HttpAnswer(200, html.encode("utf-8", "replace"), _headers(style, script))


def live(engine: Engine, query: Mapping[str, str]) -> HttpAnswer:
    """Return the part of the page that changes, for the page's script to insert."""
    html = _environment().get_template("live.html").render(**_values(engine, query))
    return HttpAnswer(200, html.encode("utf-8", "replace"), _headers("", ""))


def _values(engine: Engine, query: Mapping[str, str]) -> dict[str, Any]:
    pools = rows.pool_rows(engine)
    chosen = query.get("pool") or (pools[0].pool_id if pools else "")
    pool = engine.pools.get(chosen)
    user_page = rows.user_page(pool, query) if pool else None
    return {
        "version": __version__,
        "now": engine.clock.time(),
        "loosened": engine.settings.loosened(),
        "steps": STEPS,
        "pools": pools,
        "all_pools": len(engine.pools),
        "pool": pool,
        "clients": rows.client_rows(pool) if pool else [],
        "user_page": user_page,
        "notice": engine.state_file.consequences if engine.state_file else "",
        "users": rows.user_rows(engine, pool, user_page.users) if pool and user_page else [],
        "messages": rows.message_rows(engine),
        "calls": engine.call_log.newest(rows.CALLS),
        "faults": engine.faults.planned,
        "profile": engine.faults.profile,
        "late": engine.outbox.late,
        "fault_choices": FAULTS,
        "operations": _operations(),
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = _moment
    environment.globals["link"] = _link
    return environment


@cache
def _operations() -> tuple[str, ...]:
    from harness.emulator.operations.table import OPERATIONS

    return tuple(sorted(OPERATIONS))


@cache
def _resource(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _moment(value: float) -> str:
    return utc_of(value).strftime("%Y-%m-%d %H:%M:%S")


def _link(**query: object) -> str:
    return "?" + urlencode({name: value for name, value in query.items() if value})


def _headers(style: str, script: str) -> dict[str, str]:
    """Return headers that allow only our own style and script, and forbid frames.

    A username may contain HTML or a script; this is a second protection besides escaping.
    """
    policy = (
        "default-src 'none'",
        f"style-src '{_digest(style)}'",
        f"script-src '{_digest(script)}'",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "; ".join(policy),
        **PRIVATE_HEADERS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
    }


def _digest(text: str) -> str:
    # https://www.w3.org/TR/CSP3/#grammardef-hash-source
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
