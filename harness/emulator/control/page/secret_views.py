"""The responses that have a secret: for the page's script, and as a page of its own without it."""

from __future__ import annotations

import json
from typing import Any

from harness.emulator.control.access import PRIVATE_HEADERS
from harness.emulator.control.page.rendering import document, link
from harness.emulator.control.page.request import PageRequest
from harness.emulator.control.page.secrets import code_state, reveal, token_secret, user_of
from harness.emulator.control.page.views import PageNotice, frame
from harness.emulator.http.wire import HttpAnswer

#: What a secret is called, by the first part of its name.
_TITLES = {"client": "Client secret", "code": "Code of a message", "body": "Text of a message"}


def as_json(asked: PageRequest) -> HttpAnswer:
    """Return one secret that a person clicked on; the page itself contains none."""
    name = asked.query.get("of", "")
    secret = reveal(asked.engine, name)
    members: dict[str, Any] = {"value": secret}
    if secret is None:
        members = {"error": "there is no such secret"}
    state = code_state(asked.engine, name)
    if state is not None:
        members |= state._asdict()
    headers = {"Content-Type": "application/json", **PRIVATE_HEADERS}
    return HttpAnswer(404 if secret is None else 200, json.dumps(members).encode(), headers)


def as_page(asked: PageRequest) -> HttpAnswer:
    """Return a page with one secret, or with all three of an authenticator app."""
    engine, name = asked.engine, asked.query.get("of", "")
    secret, owner = reveal(engine, name), user_of(name)
    values: dict[str, Any] = {
        **frame(engine, "show", None, asked.query, PageNotice()),
        "secret": secret,
        "title": _TITLES.get(name.partition("/")[0], "Authenticator app"),
        "again": link("show", of=name),
        "back": link("user", pool=owner[0], sub=owner[1]) if owner else link(""),
        "token": None,
    }
    if owner and secret is not None:
        kinds = ("totp-qr", "totp-code", "totp-secret")
        picture, code, key = (reveal(engine, token_secret(*owner, kind)) for kind in kinds)
        state = code_state(engine, token_secret(*owner, "totp-code"))
        values["token"] = {"picture": picture, "code": code, "key": key, "state": state}
    return document("views/show.html", values, 404 if secret is None else 200)
