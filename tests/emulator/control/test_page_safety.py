"""Neither names in the state nor other web pages can inject anything into the page."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from bs4 import BeautifulSoup

from harness.emulator.api.request import Caller
from harness.emulator.control.access import Sender
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, answer
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.page import get, part, read, user_query
from tests.emulator.support.walker import new_client, new_pool, new_walker


class TestSafety:
    """Neither names in the state nor other web pages can inject anything."""

    @pytest.mark.parametrize(
        "name",
        [
            *("<script>alert(1)</script>", '"><img/src=x/onerror=alert(1)>', "'onclick='alert(1)"),
            *("</script>", "{{7*7}}", "&lt;b&gt;", "</title><script>"),
        ],
    )
    def test_names_are_escaped(self, engine: Engine, name: str) -> None:
        """Markup in a username, pool name, client name or search is shown as text."""
        pool_id = new_pool(engine, PoolName="pool")
        engine.pools[pool_id].name = name
        new_client(engine, pool_id, ClientName="client")
        for client in engine.pools[pool_id].clients.values():
            client.settings["ClientName"] = name
        names = {"UserPoolId": pool_id, "Username": name}
        engine.call("AdminCreateUser", {**names, "TemporaryPassword": PASSWORD})
        body = b'{"UserPoolId": "x", "Username": "%s"}' % name.replace('"', '\\"').encode()
        answer(engine, TARGET_PREFIX + name, body, Caller())
        plain = read(engine, find="a")
        page = read(engine, find=name)
        for where in ("pools", "users", "clients", "calls"):
            assert name in part(page, where).get_text()
        user = read(engine, "user", **user_query(engine, pool_id, name), text=name)
        assert name in part(user, "user").get_text()
        assert len(user.find_all("script")) == 1
        found = page.select_one('input[name="find"]')
        assert found is not None
        assert found["value"] == name
        assert len(page.find_all("script")) == len(plain.find_all("script")) == 1
        assert not page.find_all("img")
        assert not [tag for tag in page.find_all() for key in tag.attrs if key.startswith("on")]

    def test_only_own_script_and_style_may_run(self, engine: Engine) -> None:
        """The content policy allows only the page's own style and script, by their digests."""
        given = get(engine)
        policy = dict(
            part.strip().split(" ", 1)
            for part in given.headers["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert policy["frame-ancestors"] == "'none'"
        page = BeautifulSoup(given.body, "html5lib")
        for tag in ("script", "style"):
            (text,) = [found.string for found in page.find_all(tag)]
            digest = base64.b64encode(hashlib.sha256(str(text).encode()).digest()).decode()
            assert policy[f"{tag}-src"] == f"'sha256-{digest}'"
        assert not [found for found in page.find_all() if "style" in found.attrs]

    def test_page_loads_nothing_from_elsewhere(self, engine: Engine) -> None:
        """The page works offline: it contains no external address."""
        new_walker(engine)
        page = read(engine)
        keys = ("src", "href", "action")
        places = [str(tag[key]) for tag in page.find_all() for key in keys if key in tag.attrs]
        own = re.compile(r"(#|\./|data:,|(act|show|user|log|messages|help)($|[?#])).*")
        assert [place for place in places if not own.match(place)] == []

    @pytest.mark.parametrize("name", ["", "live", "secret", "show", "user", "log", "help"])
    def test_only_loopback_may_fetch_the_page(self, engine: Engine, name: str) -> None:
        """Requests from other machines or with a rebound host name are refused."""
        new_walker(engine)
        for sender in (
            Sender("192.0.2.7", "localhost", ""),
            Sender("127.0.0.1", "rebound.example", ""),
            Sender("127.0.0.1", "localhost:5000", "", "http://localhost:3000"),
        ):
            given = get(engine, name, sender)
            assert given.status == 403
            assert b"alice" not in given.body
            assert "Access-Control-Allow-Origin" not in given.headers

    @pytest.mark.parametrize("name", ["", "live", "secret", "show", "user", "log", "help"])
    def test_page_is_neither_stored_nor_framed(self, engine: Engine, name: str) -> None:
        """Browsers must not store the page, and other pages must not frame or embed it."""
        headers = get(engine, name).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"

    def test_control_characters_are_replaced(self, engine: Engine) -> None:
        """A name in a call, and an address, can have any character; the page stays valid."""
        new_walker(engine)
        body = b'{"UserPoolId": "x", "Username": "a\\u0000b\\u001b\\u009f"}'
        answer(engine, TARGET_PREFIX + "AdminGetUser", body, Caller())
        page = read(engine, find="\x00\x1b", text="\x0b")
        assert "a\ufffdb\ufffd\ufffd" in read(engine).get_text()
        assert "\x1b" not in page.decode()

    def test_forms_can_say_where_they_come_from(self, engine: Engine) -> None:
        """With the policy ``no-referrer``, browsers would send the Origin ``null``."""
        assert get(engine).headers["Referrer-Policy"] == "same-origin"
