"""What the HTML reports share: templates that escape, one style, and a policy against all else.

Each report is one file that needs no network. What it shows is foreign text: names in a template,
or what a service has answered.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from harness.reports.runs.visible import visible

__all__ = ["environment", "policy", "resource"]

_ROOM = "harness.reports.runs"


def environment() -> Environment:
    """Return a new environment for the templates of HTML reports, without filters of its own."""
    return Environment(
        loader=PackageLoader(_ROOM),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: Any) -> Any:
    """Make hidden characters visible in everything that is not markup of the templates."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def resource(name: str) -> str:
    """Return the text of a style or a script."""
    return (files(_ROOM) / name).read_text(encoding="utf-8").strip()


def policy(style: str, script: str | None = None) -> str:
    """Return a policy that allows our own style and script, and nothing from elsewhere.

    It is a second protection besides escaping.

    Args:
        style: the text of the style.
        script: the text of the script; ``None`` for a page without one.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{'none' if script is None else _digest(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def _digest(text: str) -> str:
    # https://www.w3.org/TR/CSP3/#grammardef-hash-source
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
