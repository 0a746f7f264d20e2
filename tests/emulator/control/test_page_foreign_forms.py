"""Forms that are not those of the page: from other origins, with hostile bodies or fields."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from harness.emulator.control.access import Sender
from harness.emulator.control.page.choices import DONE
from harness.emulator.control.surface import handle, takes_long
from harness.emulator.engine import Engine
from tests.emulator.support.expect import START
from tests.emulator.support.page import OWN_FORM, get, part, read, send, words

#: What the page's script adds to a form.
_AS_JSON: dict[str, Any] = {"as": "json"}


class TestForm:
    """What any form must be."""

    def test_the_script_gets_json(self, engine: Engine) -> None:
        """It stays on its view, with the same outcome."""
        given = send(engine, action="move-clock", seconds="30", **_AS_JSON)
        assert (given.status, json.loads(given.body)["done"]) == (200, DONE["clock-moved"])
        failed = send(engine, action="move-clock", seconds="x", **_AS_JSON)
        assert failed.status == 400
        assert "whole number" in json.loads(failed.body)["error"]

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("view", "//evil.example/"),
            ("view", "https://evil.example"),
            ("view", "\r\nSet-Cookie: a=b"),
            ("pool", "\r\nSet-Cookie: a=b"),
            ("pool", "//evil.example"),
        ],
    )
    def test_a_form_leads_nowhere_else(self, engine: Engine, field: str, text: str) -> None:
        """Its own fields cannot make the redirect one to another place."""
        crafted: dict[str, Any] = {field: text}
        given = send(engine, action="move-clock", seconds="1", **crafted)
        place = given.headers["Location"]
        assert place.startswith("./?")
        assert place.isprintable()
        assert "//" not in place

    def test_the_address_puts_no_words_on_the_page(self, engine: Engine) -> None:
        """A link of another page cannot make up a notice."""
        page = read(engine, done="Call 555-0100 now")
        assert part(page, "notice").has_attr("hidden")
        assert "555" not in words(part(page, "main"))

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"action=none",
            b"action=__class__",
            b"action=move-clock&seconds=" + b"9" * 5_000,
            b"&".join(b"a%d=1" % number for number in range(100)),
            b"\xff\xfe=\x00&action=move-clock",
            b'{"action": "move-clock"}',
            b"action=%ff%fe",
        ],
    )
    def test_a_hostile_body_is_refused(self, engine: Engine, body: bytes) -> None:
        """Nothing changes, and nothing breaks."""
        given = handle(engine, "POST", "/_harness/act", "", body, OWN_FORM)
        assert given.status == 400
        assert engine.clock.time() == START

    def test_forms_wait_for_no_other_request(self) -> None:
        """They may save the state or call a handler, so that they have a thread of their own."""
        assert takes_long("POST", "/_harness/act")
        assert not takes_long("GET", "/_harness/act")

    def test_a_form_is_no_view(self, engine: Engine) -> None:
        """Opening its address changes nothing."""
        assert get(engine, "act", action="move-clock", seconds="30").status == 404


class TestOtherOrigins:
    """A form of another page is refused, whatever it says."""

    def attack(self, engine: Engine, sender: Sender) -> int:
        """Try to move the clock, and return the status."""
        body = urlencode({"action": "move-clock", "seconds": "30"}).encode()
        given = handle(engine, "POST", "/_harness/act", "", body, sender)
        assert (engine.clock.time() == START) == (given.status != 303)
        return given.status

    def test_the_own_page_is_allowed(self, engine: Engine) -> None:
        """Its Origin is the address that it was opened at, with any kind of browser."""
        form = OWN_FORM.content_type
        for host in ("127.0.0.1:5000", "localhost:80", "[::1]:5000"):
            sender = Sender("127.0.0.1", host, f"{form}; charset=UTF-8", f"http://{host}")
            assert self.attack(engine, sender) == 303
            engine.clock.set(START)

    @pytest.mark.parametrize(
        "origin",
        [
            *("", "null", "http://evil.example", "http://127.0.0.1", "http://127.0.0.1:5001"),
            *("http://localhost:5000", "http://127.0.0.1:5000.evil.example", "file://"),
            *("chrome-extension://127.0.0.1:5000", "http://user@127.0.0.1:5000"),
        ],
    )
    def test_other_origins_and_none_are_refused(self, engine: Engine, origin: str) -> None:
        """Even one of this machine, of another port or another name."""
        sender = Sender("127.0.0.1", "127.0.0.1:5000", OWN_FORM.content_type, origin)
        assert self.attack(engine, sender) == 403

    @pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
    def test_what_the_browser_calls_foreign_is_refused(self, engine: Engine, site: str) -> None:
        """Sec-Fetch-Site is a second word of the browser's."""
        sender = Sender(
            "127.0.0.1", OWN_FORM.host, OWN_FORM.content_type, OWN_FORM.origin, fetch_site=site
        )
        assert self.attack(engine, sender) == 403

    def test_a_rebound_page_is_refused(self, engine: Engine) -> None:
        """Its Origin is its own host, which is not this machine's."""
        host = "evil.example:5000"
        sender = Sender("127.0.0.1", host, OWN_FORM.content_type, f"http://{host}", "same-origin")
        assert self.attack(engine, sender) == 403

    @pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "", "application/json"])
    def test_other_kinds_of_bodies_are_refused(self, engine: Engine, kind: str) -> None:
        """A form of the page has one kind."""
        sender = Sender("127.0.0.1", OWN_FORM.host, kind, OWN_FORM.origin, "same-origin")
        assert self.attack(engine, sender) == 415

    @pytest.mark.parametrize("name", ["clock", "reset", "faults", "quotas", "state"])
    def test_the_json_controls_take_no_forms(self, engine: Engine, name: str) -> None:
        """Also from the page's own origin they take JSON alone."""
        given = handle(engine, "POST", f"/_harness/{name}", "", b"advance_seconds=1", OWN_FORM)
        assert given.status == 415
