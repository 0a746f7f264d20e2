"""The browser page under ``/_harness/``: it shows what is in the emulator, and stays up to date.

It works without a script: links and forms alone lead everywhere. `views` decides what is shown,
`actions` what its forms do, `rendering` how both become HTML.
"""

from __future__ import annotations

from harness.emulator.control.page.request import PageRequest
from harness.emulator.http.wire import HttpAnswer

__all__ = ["PageRequest", "answer", "is_form"]

#: Where all forms go that change something.
_FORM = "act"


def is_form(method: str, name: str) -> bool:
    """Return whether a request is a form of the page, which a browser sends without a script."""
    return (method, name) == ("POST", _FORM)


def answer(asked: PageRequest) -> HttpAnswer | None:
    """Return a view, its live part, one secret, or what a form did; ``None`` for other names."""
    # Most emulators are never looked at, and need neither Jinja nor the templates.
    if is_form(asked.method, asked.name):
        from harness.emulator.control.page.forms import carried_out

        return carried_out(asked)
    if asked.method != "GET":
        return None
    if asked.name in ("secret", "show"):
        from harness.emulator.control.page.secret_views import as_json, as_page

        return as_json(asked) if asked.name == "secret" else as_page(asked)
    from harness.emulator.control.page import views

    return views.answer(asked)
