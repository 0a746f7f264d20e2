"""Render the page as HTML: Jinja templates that escape every value, and strict headers."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from harness.clock import utc_of
from harness.emulator.control.access import PRIVATE_HEADERS
from harness.emulator.http.wire import HttpAnswer
from harness.version import __version__

__all__ = ["document", "link", "live_part"]

#: The addresses that links and forms lead to; relative, because a proxy may serve the page below
#: another path.
_HOME = "./"
#: Before the dot of a host, and after the other signs, so that no line ends as if it were whole.
_BREAKS = re.compile(r"(?=[@.+])|(?<=[_/-])")
#: Characters that HTML must not have; a call can name a user by them.
#: https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream
_CONTROLS = dict.fromkeys({*range(32), *range(127, 160)} - {9, 10, 13}, "\ufffd")
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def document(template: str, values: Mapping[str, Any], status: int = 200) -> HttpAnswer:
    """Return a whole document."""
    style, script = _resource("page.css"), _resource("page.js")
    html = _rendered(template, {**values, "style": style, "script": script, "version": __version__})
    return HttpAnswer(status, html, _headers(style, script))


def live_part(values: Mapping[str, Any], known_tag: str) -> HttpAnswer:
    """Return the parts of a view that change, or 304 if the page's script has them already.

    The time is in a header: it would make every response a new one.
    """
    html = _rendered("live.html", values)
    tag = f'"{hashlib.sha256(html).hexdigest()[:32]}"'
    headers = {**_headers("", ""), "ETag": tag, "Harness-Time": moment(values["now"])}
    is_known = tag in known_tag
    return HttpAnswer(304 if is_known else 200, b"" if is_known else html, headers)


def link(view: str, **query: object) -> str:
    """Return the relative address of a view; parameters without a value are left out."""
    text = urlencode({name: value for name, value in query.items() if value})
    return (view or _HOME) + (f"?{text}" if text else "")


def _rendered(template: str, values: Mapping[str, Any]) -> bytes:
    html = _environment().get_template(template).render(**values)
    return html.translate(_CONTROLS).encode("utf-8", "replace")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = moment
    environment.filters["breakable"] = _breakable
    environment.filters["words"] = _words
    environment.filters["with_code"] = _with_code
    environment.globals["link"] = link
    environment.globals["hidden"] = _hidden
    return environment


def _hidden(**values: object) -> Markup:
    """Return hidden fields for a form, of those values that are there."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("").join(field.format(name, value) for name, value in values.items() if value)


def _breakable(text: str) -> Markup:
    """Mark where a line may break within an address or an id, in its own direction of writing.

    Without these places browsers break where a letter happens to be the last that fits.
    """
    pieces = (escape(piece) for piece in _BREAKS.split(text))
    return Markup("<bdi>{}</bdi>").format(Markup("<wbr>").join(pieces))


def _words(name: str) -> Markup:
    """Mark where a line may break within the name of an operation: before its capital letters."""
    return Markup(_CAPITAL.sub("<wbr>", str(escape(name))))


def _with_code(text: str) -> Markup:
    """Return text with what stands between backticks as code."""
    pieces = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )


@cache
def _resource(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def moment(value: float) -> str:
    """Return a time of the emulator's clock, in UTC."""
    return utc_of(value).strftime("%Y-%m-%d %H:%M:%S")


def _headers(style: str, script: str) -> dict[str, str]:
    """Return headers that allow only our own style and script, and forbid frames.

    A username may contain HTML or a script; this is a second protection besides escaping. With
    ``no-referrer``, browsers would send the Origin ``null`` with a form of our own.
    https://fetch.spec.whatwg.org/#append-a-request-origin-header
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
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }


def _digest(text: str) -> str:
    # https://www.w3.org/TR/CSP3/#grammardef-hash-source
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
