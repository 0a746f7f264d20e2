"""The HTML page of the control surface shows the whole state and no secret."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag

from harness.emulator.api.request import Caller
from harness.emulator.control.access import Sender
from harness.emulator.control.page import rows
from harness.emulator.control.page.rows import USERS_ON_A_PAGE
from harness.emulator.control.surface import handle
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, HttpAnswer, answer
from harness.emulator.refusals import Refusal
from harness.emulator.state import StateFile
from harness.emulator.stores.faults import Fault
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.walker import ALWAYS, Device, Walker, new_client, new_pool, new_walker

LOCAL = Sender("127.0.0.1", "127.0.0.1:5000", "")


def get(engine: Engine, name: str = "", sender: Sender = LOCAL, **query: Any) -> HttpAnswer:
    """Fetch the page, its live part or a secret."""
    return handle(engine, "GET", f"/_harness/{name}", urlencode(query), b"", sender)


def read(engine: Engine, name: str = "", **query: Any) -> BeautifulSoup:
    """Fetch and parse the page; fail if it is not valid HTML."""
    given = get(engine, name, **query)
    assert given.status == 200
    html5lib.HTMLParser(strict=True).parse(given.body.decode())
    return BeautifulSoup(given.body, "html5lib")


def part(page: BeautifulSoup, name: str) -> Tag:
    """Return one live part of the page."""
    found = page.find(id=name)
    assert isinstance(found, Tag)
    return found


def words(tag: Tag) -> str:
    """Return the visible text of a part in one line."""
    return " ".join(tag.get_text(" ").split())


def secrets_of(tag: Tag) -> list[str]:
    """Return the names of the secrets that a click would show."""
    return [str(button["data-secret"]) for button in tag.select("button.secret")]


def reveal(engine: Engine, name: str) -> str:
    """Return what a click on a secret shows."""
    given = get(engine, "secret", of=name)
    assert given.status == 200, given.body
    return str(json.loads(given.body)["value"])


@pytest.fixture
def alice(engine: Engine) -> tuple[Walker, str, Device]:
    """A user with a software token and a remembered device, with the TOTP secret and the device."""
    walker = new_walker(engine, mfa="OPTIONAL", devices=ALWAYS)
    tokens = walker.by_password()["AuthenticationResult"]
    secret = walker.enrol(tokens)
    return walker, secret, walker.confirm_device(tokens)


class TestContent:
    """What the page shows."""

    def test_fresh_emulator_has_a_page(self, engine: Engine) -> None:
        """The page of a fresh emulator renders and is empty."""
        page = read(engine)
        assert "No user pools yet" in words(part(page, "pools"))
        assert "No messages yet" in words(part(page, "outbox"))

    def test_user_is_shown_with_factors_devices_and_sessions(
        self, engine: Engine, alice: tuple[Walker, str, Device]
    ) -> None:
        """A user's status, email, factors, devices, sessions and open sign-ins are shown."""
        walker, _, device = alice
        walker.by_password()
        shown = words(part(read(engine), "users"))
        for expected in (
            "alice CONFIRMED SOFTWARE_TOKEN_MFA ★",
            "alice@example.com verified",
            f"{device.key} remembered",
            "1 device · 1 session",
            "Signing in SOFTWARE_TOKEN_MFA at client, until 2027-01-15 08:03:30",
            "Session since 2027-01-15 08:00:00 at client, with ",
        ):
            assert expected in shown

    def test_users_who_cannot_sign_in_are_marked(self, engine: Engine) -> None:
        """The page marks users who cannot sign in."""
        walker = new_walker(engine)
        walker.administer("AdminDisableUser")
        assert "alice CONFIRMED disabled" in words(part(read(engine), "users"))
        walker.administer("AdminEnableUser")
        walker.password = "Wrong-password-1"
        for _ in range(5):
            with pytest.raises(Refusal):
                walker.by_password()
        assert "alice CONFIRMED locked out" in words(part(read(engine), "users"))

    def test_missing_passwords_are_explained(self, engine: Engine, tmp_path: Path) -> None:
        """After a state without secrets was loaded, the page says who has to reset a password."""
        new_walker(engine)
        StateFile(tmp_path / "state.json").save(engine)
        loaded = Engine()
        loaded.state_file = StateFile(tmp_path / "state.json")
        assert "secrets" not in words(part(read(engine), "users"))
        assert loaded.state_file.load(loaded)
        shown = words(part(read(loaded), "users"))
        assert "must reset their password before they sign in: 1;" in shown

    def test_pools_link_to_their_users_and_clients(self, engine: Engine) -> None:
        """Each pool links to its users and clients; the newest pool is shown by default."""
        first, second = new_pool(engine, mfa="ON"), new_pool(engine)
        client = new_client(engine, first)
        page = read(engine)
        assert second in words(page.select_one("tr.chosen") or part(page, "pools"))
        link = page.select_one(f'#pools a[href*="{first}"]')
        assert link is not None
        query = {name: value[0] for name, value in parse_qs(str(link["href"])[1:]).items()}
        assert client["ClientId"] in words(part(read(engine, **query), "clients"))

    def test_clock_buttons_move_the_clock(self, engine: Engine) -> None:
        """The time is shown, and each button moves it through the JSON control."""
        page = read(engine)
        assert words(part(page, "clock")) == "2027-01-15 08:00:00 UTC"
        bodies = [str(button["data-body"]) for button in page.select('[data-post="clock"]')]
        assert bodies[0] == '{"advance_seconds": 30}'
        sender = Sender("127.0.0.1", "localhost", "application/json", "http://localhost")
        moved = handle(engine, "POST", "/_harness/clock", "", bodies[0].encode(), sender)
        assert moved.status == 200
        assert words(part(read(engine), "clock")) == "2027-01-15 08:00:30 UTC"

    def test_planned_faults_are_shown_and_can_be_removed(self, engine: Engine) -> None:
        """Planned faults are shown and can be removed."""
        assert words(part(read(engine), "faults")).startswith("off")
        engine.faults.plan(Fault("SignUp", times=None))
        shown = part(read(engine), "faults")
        assert "SignUp 500 InternalErrorException always" in words(shown)
        assert shown.select_one('[data-post="faults"]') is not None

    def test_calls_are_shown_with_caller_and_refusal(self, engine: Engine) -> None:
        """A call is shown with its caller and the reason of a refusal."""
        target = TARGET_PREFIX + "DescribeUserPool"
        answer(engine, target, b'{"UserPoolId": "us-east-1_none"}', Caller())
        shown = words(part(read(engine), "calls"))
        assert "DescribeUserPool us-east-1_none 400 ResourceNotFoundException" in shown
        assert "User pool us-east-1_none does not exist." in shown

    def test_live_part_equals_the_page(self, engine: Engine) -> None:
        """The live part, which is fetched each second, has the same parts as the page."""
        new_walker(engine)
        page, live = read(engine), read(engine, "live")
        names = [str(tag["id"]) for tag in page.select("[data-live]")]
        assert sorted(names) == sorted(str(tag["id"]) for tag in live.select("[data-live]"))
        for name in names:
            assert words(part(page, name)) == words(part(live, name))


class TestPaging:
    """Many users are shown in pages."""

    @pytest.fixture
    def crowd(self, engine: Engine) -> str:
        """A pool with two full pages of users and one more user."""
        pool_id = new_pool(engine)
        for number in range(2 * USERS_ON_A_PAGE + 1):
            names = {"UserPoolId": pool_id, "Username": f"user{number:03}"}
            engine.call("AdminCreateUser", {**names, "TemporaryPassword": PASSWORD})
        return pool_id

    def test_links_lead_through_all_users(self, engine: Engine, crowd: str) -> None:
        """Following the links shows each user once, in order of creation."""
        seen, query = [], {"pool": crowd}
        while True:
            users = part(read(engine, **query), "users")
            seen += [tag.get_text() for tag in users.select(".name")]
            following = users.select_one('a[rel="next"]')
            if following is None:
                break
            query = {k: v[0] for k, v in parse_qs(str(following["href"])[1:]).items()}
        assert seen == [f"user{number:03}" for number in range(2 * USERS_ON_A_PAGE + 1)]

    @pytest.mark.parametrize(
        ("page", "shown"),
        [("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("99", 3), ("9" * 5_000, 1), ("2", 2)],
    )
    def test_page_number_out_of_range_shows_first_or_last_page(
        self, engine: Engine, crowd: str, page: str, shown: int
    ) -> None:
        """An invalid page number shows the first page; one past the end shows the last."""
        assert f"page {shown} of 3" in words(part(read(engine, page=page), "users"))

    def test_search_finds_part_of_a_name_on_any_page(self, engine: Engine, crowd: str) -> None:
        """A part of a name finds its users on every page."""
        users = part(read(engine, find="SER05"), "users")
        assert [tag.get_text() for tag in users.select(".name")] == ["user050"]
        assert "No users found" in words(part(read(engine, find="zoe"), "users"))

    def test_whole_name_is_found_in_a_large_pool(
        self, engine: Engine, crowd: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """In a large pool, a whole name, sub or address still finds its user."""
        monkeypatch.setattr(rows, "_MOST_SEARCHED", 3)
        email = [{"Name": "email", "Value": "zoe@example.com"}]
        names = {"UserPoolId": crowd, "Username": "zoe", "UserAttributes": email}
        made = engine.call("AdminCreateUser", {**names, "TemporaryPassword": PASSWORD})
        sub = made["User"]["Attributes"][-1]["Value"]
        for find, count in (("zoe", 1), ("zoe@example.com", 1), (sub, 1), ("zo", 0), ("user", 3)):
            users = part(read(engine, find=find), "users")
            assert len(users.select(".name")) == count


class TestSecrets:
    """Secrets are not in the page; a click fetches them."""

    def test_page_contains_no_secret(
        self, engine: Engine, alice: tuple[Walker, str, Device]
    ) -> None:
        """The page contains no codes, message texts, TOTP or client secrets, or passwords."""
        walker, totp_secret, _ = alice
        client = new_client(engine, walker.user_pool_id, GenerateSecret=True)
        names = {"UserPoolId": walker.user_pool_id, "Username": "bob"}
        email = [{"Name": "email", "Value": "bob@example.com"}]
        params = {**names, "TemporaryPassword": "Zebra-crossing-9", "UserAttributes": email}
        engine.call("AdminCreateUser", params)
        html = get(engine).body.decode() + get(engine, "live").body.decode()
        secrets = [totp_secret, client["ClientSecret"], "Zebra-crossing-9"]
        secrets += [message.code for message in engine.outbox.messages()]
        assert len(secrets) == 5
        assert not [secret for secret in secrets if secret in html]

    def test_click_fetches_the_secret(
        self, engine: Engine, alice: tuple[Walker, str, Device]
    ) -> None:
        """Each masked place fetches its own secret."""
        walker, totp_secret, _ = alice
        client = new_client(engine, walker.user_pool_id, GenerateSecret=True)
        page = read(engine)
        code, text = secrets_of(part(page, "outbox"))
        message = engine.outbox.messages()[0]
        assert (reveal(engine, code), reveal(engine, text)) == (message.code, message.body)
        assert [reveal(engine, name) for name in secrets_of(part(page, "users"))] == [
            walker.code(totp_secret),
            totp_secret,
        ]
        assert [reveal(engine, name) for name in secrets_of(part(page, "clients"))] == [
            client["ClientSecret"]
        ]

    def test_place_of_a_deleted_message_shows_no_later_one(self, engine: Engine) -> None:
        """After a reset, the place of an old message does not show a newer one."""
        new_walker(engine)
        (code, _) = secrets_of(part(read(engine), "outbox"))
        engine.reset()
        engine.clock.advance(1)
        new_walker(engine)
        assert get(engine, "secret", of=code).status == 404

    @pytest.mark.parametrize(
        "name",
        [
            *("", "code", "code/0", "code/0/1", "code/²/1", f"code/{'9' * 5_000}/1", "code/-1/1"),
            *("client/none", "totp-secret/a/b", "body/x/y", "totp-code/a", "__class__/a"),
        ],
    )
    def test_unknown_secret_is_not_found(self, engine: Engine, name: str) -> None:
        """An unknown secret is reported as not found."""
        new_walker(engine)
        assert get(engine, "secret", of=name).status == 404


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
        page = read(engine)
        places = [
            str(tag[key]) for tag in page.find_all() for key in ("src", "href") if key in tag.attrs
        ]
        assert [place for place in places if not place.startswith(("?", "data:,"))] == []

    @pytest.mark.parametrize("name", ["", "live", "secret"])
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

    @pytest.mark.parametrize("name", ["", "live", "secret"])
    def test_page_is_neither_stored_nor_framed(self, engine: Engine, name: str) -> None:
        """Browsers must not store the page, and other pages must not frame or embed it."""
        headers = get(engine, name).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
