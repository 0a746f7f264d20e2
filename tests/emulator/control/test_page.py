"""The page for people, rendered and read by an HTML parser: everything is there, no secret is."""

from __future__ import annotations

import base64
import hashlib
import json
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
from harness.emulator.stores.faults import Fault
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.walker import ALWAYS, Device, Walker, new_client, new_pool, new_walker

LOCAL = Sender("127.0.0.1", "127.0.0.1:5000", "")


def get(engine: Engine, name: str = "", sender: Sender = LOCAL, **query: Any) -> HttpAnswer:
    """Fetch the page, its live part or a secret."""
    return handle(engine, "GET", f"/_harness/{name}", urlencode(query), b"", sender)


def read(engine: Engine, name: str = "", **query: Any) -> BeautifulSoup:
    """Fetch the page and parse it, which fails where it is no HTML of the standard."""
    given = get(engine, name, **query)
    assert given.status == 200
    html5lib.HTMLParser(strict=True).parse(given.body.decode())
    return BeautifulSoup(given.body, "html5lib")


def part(page: BeautifulSoup, name: str) -> Tag:
    """One live part of the page."""
    found = page.find(id=name)
    assert isinstance(found, Tag)
    return found


def words(tag: Tag) -> str:
    """What a reader sees of it, in one line."""
    return " ".join(tag.get_text(" ").split())


def secrets_of(tag: Tag) -> list[str]:
    """The names of the secrets that a click would show."""
    return [str(button["data-secret"]) for button in tag.select("button.secret")]


def reveal(engine: Engine, name: str) -> str:
    """What a click on a secret shows."""
    given = get(engine, "secret", of=name)
    assert given.status == 200, given.body
    return str(json.loads(given.body)["value"])


@pytest.fixture
def alice(engine: Engine) -> tuple[Walker, str, Device]:
    """A user with a software token and a remembered device, and that token's secret and device."""
    walker = new_walker(engine, mfa="OPTIONAL", devices=ALWAYS)
    tokens = walker.by_password()["AuthenticationResult"]
    secret = walker.enrol(tokens)
    return walker, secret, walker.confirm_device(tokens)


class TestContent:
    """What is shown."""

    def test_nothing_yet(self, engine: Engine) -> None:
        """A fresh emulator has a page too."""
        page = read(engine)
        assert "No user pools yet" in words(part(page, "pools"))
        assert "No messages yet" in words(part(page, "outbox"))

    def test_a_user_with_factors_devices_and_sessions(
        self, engine: Engine, alice: tuple[Walker, str, Device]
    ) -> None:
        """Status, address, factors, devices, sessions and open sign-ins of a user are shown."""
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

    def test_states_of_a_user(self, engine: Engine) -> None:
        """Who is kept out is told from who is not."""
        walker = new_walker(engine)
        walker.administer("AdminDisableUser")
        assert "alice CONFIRMED disabled" in words(part(read(engine), "users"))
        walker.administer("AdminEnableUser")
        walker.password = "Wrong-password-1"
        for _ in range(5):
            with pytest.raises(Refusal):
                walker.by_password()
        assert "alice CONFIRMED locked out" in words(part(read(engine), "users"))

    def test_pools_and_clients(self, engine: Engine) -> None:
        """Each pool leads to its users and clients; without a choice the newest is shown."""
        first, second = new_pool(engine, mfa="ON"), new_pool(engine)
        client = new_client(engine, first)
        page = read(engine)
        assert second in words(page.select_one("tr.chosen") or part(page, "pools"))
        link = page.select_one(f'#pools a[href*="{first}"]')
        assert link is not None
        query = {name: value[0] for name, value in parse_qs(str(link["href"])[1:]).items()}
        assert client["ClientId"] in words(part(read(engine, **query), "clients"))

    def test_the_clock_has_buttons(self, engine: Engine) -> None:
        """The time is shown, and each button moves it through the JSON control."""
        page = read(engine)
        assert words(part(page, "clock")) == "2027-01-15 08:00:00 UTC"
        bodies = [str(button["data-body"]) for button in page.select('[data-post="clock"]')]
        assert bodies[0] == '{"advance_seconds": 30}'
        sender = Sender("127.0.0.1", "localhost", "application/json", "http://localhost")
        moved = handle(engine, "POST", "/_harness/clock", "", bodies[0].encode(), sender)
        assert moved.status == 200
        assert words(part(read(engine), "clock")) == "2027-01-15 08:00:30 UTC"

    def test_faults(self, engine: Engine) -> None:
        """Whether something fails on purpose is said, and can be ended."""
        assert words(part(read(engine), "faults")).startswith("off")
        engine.faults.plan(Fault("SignUp", times=None))
        shown = part(read(engine), "faults")
        assert "SignUp 500 InternalErrorException always" in words(shown)
        assert shown.select_one('[data-post="faults"]') is not None

    def test_calls_and_their_refusals(self, engine: Engine) -> None:
        """What was called is shown with who asked and why it was refused."""
        target = TARGET_PREFIX + "DescribeUserPool"
        answer(engine, target, b'{"UserPoolId": "us-east-1_none"}', Caller())
        shown = words(part(read(engine), "calls"))
        assert "DescribeUserPool us-east-1_none 400 ResourceNotFoundException" in shown
        assert "User pool us-east-1_none does not exist." in shown

    def test_the_live_part_is_that_of_the_page(self, engine: Engine) -> None:
        """What is fetched each second has the page's parts, each the same as in the page."""
        new_walker(engine)
        page, live = read(engine), read(engine, "live")
        names = [str(tag["id"]) for tag in page.select("[data-live]")]
        assert sorted(names) == sorted(str(tag["id"]) for tag in live.select("[data-live]"))
        for name in names:
            assert words(part(page, name)) == words(part(live, name))


class TestPaging:
    """Thousands of users."""

    @pytest.fixture
    def crowd(self, engine: Engine) -> str:
        """A pool of two pages of users and one more."""
        pool_id = new_pool(engine)
        for number in range(2 * USERS_ON_A_PAGE + 1):
            names = {"UserPoolId": pool_id, "Username": f"user{number:03}"}
            engine.call("AdminCreateUser", {**names, "TemporaryPassword": PASSWORD})
        return pool_id

    def test_pages_lead_through_everybody(self, engine: Engine, crowd: str) -> None:
        """Following the links shows each user once, in the order in which they came."""
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
    def test_a_page_that_is_not_there(
        self, engine: Engine, crowd: str, page: str, shown: int
    ) -> None:
        """What is no page is the first, and what lies behind the last is the last."""
        assert f"page {shown} of 3" in words(part(read(engine, page=page), "users"))

    def test_finding_somebody(self, engine: Engine, crowd: str) -> None:
        """A part of a name finds its users on whatever page."""
        users = part(read(engine, find="SER05"), "users")
        assert [tag.get_text() for tag in users.select(".name")] == ["user050"]
        assert "No users found" in words(part(read(engine, find="zoe"), "users"))

    def test_a_whole_name_is_found_in_any_crowd(
        self, engine: Engine, crowd: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where not everybody is looked through, a name, sub or address still leads to its user."""
        monkeypatch.setattr(rows, "_MOST_SEARCHED", 3)
        email = [{"Name": "email", "Value": "zoe@example.com"}]
        names = {"UserPoolId": crowd, "Username": "zoe", "UserAttributes": email}
        made = engine.call("AdminCreateUser", {**names, "TemporaryPassword": PASSWORD})
        sub = made["User"]["Attributes"][-1]["Value"]
        for find, count in (("zoe", 1), ("zoe@example.com", 1), (sub, 1), ("zo", 0), ("user", 3)):
            users = part(read(engine, find=find), "users")
            assert len(users.select(".name")) == count


class TestSecrets:
    """Secrets are not in the page, and come by a click."""

    def test_none_is_in_the_page(self, engine: Engine, alice: tuple[Walker, str, Device]) -> None:
        """Neither codes nor texts, TOTP secrets, client secrets nor temporary passwords."""
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

    def test_a_click_fetches_it(self, engine: Engine, alice: tuple[Walker, str, Device]) -> None:
        """Each masked place leads to its own secret."""
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

    def test_a_message_of_before_a_reset_is_no_other(self, engine: Engine) -> None:
        """The place of a message that is gone does not show one that came later."""
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
    def test_what_is_not_there(self, engine: Engine, name: str) -> None:
        """A name that leads nowhere is told so."""
        new_walker(engine)
        assert get(engine, "secret", of=name).status == 404


class TestSafety:
    """Nothing that a user is called, and no page elsewhere, gets a hold of it."""

    @pytest.mark.parametrize(
        "name",
        [
            *("<script>alert(1)</script>", '"><img/src=x/onerror=alert(1)>', "'onclick='alert(1)"),
            *("</script>", "{{7*7}}", "&lt;b&gt;", "</title><script>"),
        ],
    )
    def test_names_are_only_text(self, engine: Engine, name: str) -> None:
        """Whatever stands in a name stands there as text: user, pool, client and search."""
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

    def test_only_our_own_script_may_run(self, engine: Engine) -> None:
        """The policy allows the page's style and script by their digests, and nothing else."""
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

    def test_it_needs_nothing_from_elsewhere(self, engine: Engine) -> None:
        """The page works without a network: no address of another place is in it."""
        page = read(engine)
        places = [
            str(tag[key]) for tag in page.find_all() for key in ("src", "href") if key in tag.attrs
        ]
        assert [place for place in places if not place.startswith(("?", "data:,"))] == []

    @pytest.mark.parametrize("name", ["", "live", "secret"])
    def test_it_answers_loopback_only(self, engine: Engine, name: str) -> None:
        """Neither another machine nor a name that was bent to this one gets the page."""
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
    def test_nobody_may_keep_it(self, engine: Engine, name: str) -> None:
        """No browser stores the page or its secrets, and no other page frames or embeds it."""
        headers = get(engine, name).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
