"""Reads the page of the control surface as a browser without a script does, and sends its forms."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import html5lib
from bs4 import BeautifulSoup, Tag

from harness.emulator.control.access import Sender
from harness.emulator.control.surface import handle
from harness.emulator.engine import Engine
from harness.emulator.http.wire import HttpAnswer

LOCAL = Sender("127.0.0.1", "127.0.0.1:5000", "")
#: What a browser sends with a form of the page itself.
OWN_FORM = Sender(
    "127.0.0.1",
    "127.0.0.1:5000",
    "application/x-www-form-urlencoded",
    "http://127.0.0.1:5000",
    "same-origin",
)


def get(engine: Engine, name: str = "", sender: Sender = LOCAL, **query: Any) -> HttpAnswer:
    """Fetch a view, its live part or a secret."""
    return handle(engine, "GET", f"/_harness/{name}", urlencode(query), b"", sender)


def parsed(given: HttpAnswer) -> BeautifulSoup:
    """Parse a response; fail if it is not valid HTML."""
    html5lib.HTMLParser(strict=True).parse(given.body.decode())
    return BeautifulSoup(given.body.decode(), "html.parser")


def read(engine: Engine, name: str = "", **query: Any) -> BeautifulSoup:
    """Fetch and parse a view."""
    given = get(engine, name, **query)
    assert given.status == 200, given.body
    return parsed(given)


def follow(engine: Engine, place: str) -> BeautifulSoup:
    """Open a relative address of the page."""
    parts = urlsplit(place)
    return read(engine, parts.path.removeprefix("./"), **dict(parse_qsl(parts.query)))


def part(page: BeautifulSoup, name: str) -> Tag:
    """Return one part of the page."""
    found = page.find(id=name)
    assert isinstance(found, Tag)
    return found


def words(tag: Tag) -> str:
    """Return the visible text of a part in one line."""
    return " ".join(tag.get_text(" ").split())


def text(tag: Tag) -> str:
    """Return the text of a part as it is shown, where no line ends."""
    return " ".join(tag.get_text().split())


def names(page: BeautifulSoup) -> list[str]:
    """Return the usernames of the list of users."""
    return [tag.get_text() for tag in part(page, "users").select(".name")]


def query_of(link: Tag) -> dict[str, Any]:
    """Return the parameters that a link leads to."""
    found = parse_qs(urlsplit(str(link["href"])).query)
    return {name: values[0] for name, values in found.items()}


def secrets_of(tag: Tag) -> list[str]:
    """Return the names of the secrets that a click would show."""
    return [str(button["value"]) for button in tag.select("button.secret")]


def reveal(engine: Engine, name: str) -> str:
    """Return what a click on a secret shows."""
    given = get(engine, "secret", of=name)
    assert given.status == 200, given.body
    return str(json.loads(given.body)["value"])


def user_query(engine: Engine, pool_id: str, username: str = "alice") -> dict[str, Any]:
    """Return the parameters of the view of a user."""
    user = engine.pools[pool_id].users.by_username(username)
    assert user is not None
    return {"pool": pool_id, "sub": user.sub}


def send(engine: Engine, sender: Sender = OWN_FORM, **fields: str) -> HttpAnswer:
    """Send a form of the page with these fields."""
    return handle(engine, "POST", "/_harness/act", "", urlencode(fields).encode(), sender)


def submit(engine: Engine, form: Tag, button: str = "", **typed: str) -> HttpAnswer:
    """Send a form as a browser without a script does: its own fields, then what is typed.

    Args:
        engine: gets the form.
        form: the form of a page.
        button: the text of the button that is clicked, if it has a name.
        **typed: the fields that are filled in; an empty one unticks a box.
    """
    fields = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.get("type") == "checkbox" and not field.has_attr("checked"):
            continue
        option = field.select_one("option[selected]") or field.select_one("option")
        chosen = option.get("value", option.get_text()) if option else field.get("value", "")
        fields[str(field["name"])] = str(chosen)
    for found in form.select("button[name]"):
        if found.get_text() == button:
            fields[str(found["name"])] = str(found["value"])
    given: dict[str, Any] = {k: value for k, value in {**fields, **typed}.items() if value}
    assert form["method"] == "post"
    assert form["action"] == "act"
    return send(engine, **given)


def form_of(page: BeautifulSoup, action: str) -> Tag:
    """Return the form with an action, which is a hidden field or one of its buttons."""
    found = page.select_one(f'form [name="action"][value="{action}"]')
    form = found.find_parent("form") if found else None
    assert isinstance(form, Tag), action
    return form
