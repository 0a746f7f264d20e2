"""The page of the control surface shows the whole state: pools, users, messages, faults, help."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.control.page.people import USERS_ON_A_PAGE
from harness.emulator.control.page.troubleshooting import advice_on, all_advice
from harness.emulator.control.page.views import VIEWS
from harness.emulator.control.surface import ROUTES
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, HttpAnswer, answer
from harness.emulator.refusals import Refusal
from harness.emulator.state import StateFile
from tests.emulator.control import troubleshooting_rows
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.page import (
    LOCAL,
    follow,
    get,
    names,
    part,
    query_of,
    read,
    text,
    user_query,
    words,
)
from tests.emulator.support.walker import Device, Walker, new_client, new_pool, new_walker


def test_no_view_is_in_the_place_of_a_control() -> None:
    """A program that reads a control gets its JSON, and no view of the page."""
    hidden = {name for method, name in ROUTES if method == "GET"}
    assert not hidden & {*VIEWS, "secret", "show"}


class TestOverview:
    """What the page opens on."""

    def test_fresh_emulator_has_a_page(self, engine: Engine) -> None:
        """The page of a fresh emulator renders and is empty."""
        page = read(engine)
        assert "No user pools yet" in words(part(page, "pools"))
        assert "No messages yet" in words(part(page, "outbox"))
        assert page.select_one('form [value="create-user"]') is None

    def test_it_opens_on_the_newest_pool_with_users(self, engine: Engine) -> None:
        """A newer pool without users does not hide the people; without any, the newest is shown."""
        first = new_pool(engine, PoolName="first")
        assert "first" in words(part(read(engine), "pools").select("h1")[0])
        new_walker(engine, pool_id=first)
        new_pool(engine, PoolName="second")
        assert "first" in words(part(read(engine), "pools").select("h1")[0])
        assert names(read(engine)) == ["alice"]

    def test_pools_link_to_their_users_and_clients(self, engine: Engine) -> None:
        """Each pool links to its users and app clients, and the chosen one is marked."""
        first, second = new_pool(engine, mfa="ON"), new_pool(engine)
        client = new_client(engine, first)
        links = part(read(engine), "pools").select("nav a")
        marked = [query_of(link)["pool"] for link in links if link.get("aria-current")]
        assert marked == [second]
        (link,) = (link for link in links if query_of(link)["pool"] == first)
        page = follow(engine, str(link["href"]))
        assert client["ClientId"] in text(part(page, "clients"))
        assert "MFA ON" in words(part(page, "pools"))

    def test_many_pools_are_chosen_from_a_list(self, engine: Engine) -> None:
        """More than a few pools are one field of a form, which works without a script."""
        made = [new_pool(engine, PoolName=f"pool{number}") for number in range(60)]
        page = read(engine, pool=made[0])
        options = part(page, "pools").select("select[name=pool] option")
        assert len(options) == 51
        assert [option["value"] for option in options if option.has_attr("selected")] == [made[0]]
        assert "the newest 51 of 60" in words(part(page, "pools"))
        form = part(page, "pools").select_one("form")
        assert form is not None
        assert (form["method"], form["action"]) == ("get", "./")

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

    @pytest.mark.parametrize("view", ["", "user", "log", "messages"])
    def test_live_part_equals_the_page(self, engine: Engine, view: str) -> None:
        """The live part, which is fetched each second, has the same parts as the view."""
        walker = new_walker(engine)
        query = user_query(engine, walker.user_pool_id)
        page, live = read(engine, view, **query), read(engine, "live", view=view, **query)
        parts = [str(tag["id"]) for tag in page.select("[data-live]")]
        assert parts
        assert sorted(parts) == sorted(str(tag["id"]) for tag in live.select("[data-live]"))
        for name in parts:
            assert words(part(page, name)) == words(part(live, name))

    def test_unchanged_live_part_is_not_sent_again(self, engine: Engine) -> None:
        """With the tag of what it has, the script gets 304 and the time until something changes."""
        new_walker(engine)
        first = get(engine, "live")
        again = live_with(engine, first.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
        engine.clock.advance(5)
        assert live_with(engine, first.headers["ETag"]).headers["Harness-Time"].endswith("08:00:05")
        new_walker(engine, username="bob", pool_id=next(iter(engine.pools)))
        assert live_with(engine, first.headers["ETag"]).status == 200

    def test_unknown_view_has_no_live_part(self, engine: Engine) -> None:
        """Neither a view that is not there nor help is followed."""
        for name in ("none", "live", "help'"):
            assert get(engine, "live", view=name).status == 404


def live_with(engine: Engine, tag: str) -> HttpAnswer:
    """Fetch the live part as a browser that has a response already."""
    return get(engine, "live", dataclasses.replace(LOCAL, if_none_match=tag))


class TestUser:
    """The view of one user."""

    def test_user_is_shown_with_factors_devices_and_sessions(
        self, engine: Engine, alice: tuple[Walker, str, Device]
    ) -> None:
        """A user's status, email, factors, devices, sessions and open sign-ins are shown."""
        walker, _, device = alice
        walker.by_password()
        (row,) = part(read(engine), "users").select("tbody tr")
        assert text(row).startswith("alicealice@example.com")
        assert "1 device · 1 session" in words(row)
        link = row.select_one("a")
        assert link is not None
        user = part(follow(engine, str(link["href"])), "user")
        for expected in (
            "CONFIRMED SOFTWARE_TOKEN_MFA ★ , preferred",
            "remembered",
            "Signing in: SOFTWARE_TOKEN_MFA at client, until 2027-01-15 08:03:30",
            "Session since 2027-01-15 08:00:00 at client, with ",
        ):
            assert expected in words(user)
        assert "alice@example.com verified" in text(user)
        assert device.key in text(user)

    def test_users_who_cannot_sign_in_are_marked(self, engine: Engine) -> None:
        """The page marks users who cannot sign in."""
        walker = new_walker(engine)
        walker.administer("AdminDisableUser")
        assert "CONFIRMED disabled" in words(part(read(engine), "users"))
        walker.administer("AdminEnableUser")
        walker.password = "Wrong-password-1"
        for _ in range(5):
            with pytest.raises(Refusal):
                walker.by_password()
        assert "CONFIRMED locked out" in words(part(read(engine), "users"))

    def test_only_their_own_calls_and_messages_are_shown(self, engine: Engine) -> None:
        """Under a user are the calls that name them, by any of their names, and their messages."""
        walker = new_walker(engine, confirmed=False)
        new_walker(engine, username="bob", pool_id=walker.user_pool_id, confirmed=False)
        for name in ("alice", "alice@example.com", "bob"):
            body = json.dumps({"UserPoolId": walker.user_pool_id, "Username": name}).encode()
            answer(engine, TARGET_PREFIX + "AdminGetUser", body, Caller())
        page = read(engine, "user", **user_query(engine, walker.user_pool_id))
        assert len(part(page, "calls").select("tbody tr")) == 2
        assert len(part(page, "outbox").select("tbody tr")) == 1
        assert "bob" not in words(part(page, "calls")) + words(part(page, "outbox"))

    def test_a_user_who_is_gone_is_reported(self, engine: Engine) -> None:
        """The address of a deleted user, or of a user of another pool, shows nobody."""
        walker = new_walker(engine)
        query = user_query(engine, walker.user_pool_id)
        assert "No such user" in words(part(read(engine, "user", **{**query, "sub": "x"}), "user"))
        assert "No such user" in words(part(read(engine, "user"), "user"))
        new_walker(engine, username="other", pool_id=new_pool(engine))
        elsewhere = {**query, "pool": "us-east-1_none"}
        assert "No such user" in words(part(read(engine, "user", **elsewhere), "user"))

    def test_other_attributes_and_passkeys_have_their_place(self, engine: Engine) -> None:
        """What else Cognito knows of the user is shown too."""
        walker = new_walker(engine)
        name = [{"Name": "given_name", "Value": "Alice"}]
        walker.administer("AdminUpdateUserAttributes", UserAttributes=name)
        page = read(engine, "user", **user_query(engine, walker.user_pool_id))
        assert "given_name Alice" in words(part(page, "user"))


class TestPaging:
    """Many users are shown in pages."""

    @pytest.fixture
    def crowd(self, engine: Engine) -> str:
        """A pool with two full pages of users and one more user."""
        pool_id = new_pool(engine)
        for number in range(2 * USERS_ON_A_PAGE + 1):
            members = {"UserPoolId": pool_id, "Username": f"user{number:03}"}
            engine.call("AdminCreateUser", {**members, "TemporaryPassword": PASSWORD})
        return pool_id

    def test_links_lead_through_all_users(self, engine: Engine, crowd: str) -> None:
        """Following the links shows each user once, the newest first."""
        seen, page = [], read(engine, pool=crowd)
        while True:
            seen += names(page)
            following = page.select_one('a[rel="next"]')
            if following is None:
                break
            page = follow(engine, str(following["href"]))
        expected = [f"user{number:03}" for number in range(2 * USERS_ON_A_PAGE + 1)]
        assert seen == expected[::-1]

    @pytest.mark.parametrize(
        ("page", "shown"),
        [("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("99", 3), ("9" * 5_000, 1), ("2", 2)],
    )
    def test_page_number_out_of_range_shows_first_or_last_page(
        self, engine: Engine, crowd: str, page: str, shown: int
    ) -> None:
        """An invalid page number shows the first page; one past the end shows the last."""
        assert f"page {shown} of 3" in words(part(read(engine, pool=crowd, page=page), "users"))

    def test_search_finds_part_of_a_name_on_any_page(self, engine: Engine, crowd: str) -> None:
        """A part of a name finds its users on every page."""
        assert names(read(engine, pool=crowd, find="SER005")) == ["user005"]
        assert "No users found" in words(part(read(engine, find="zoe"), "users"))

    def test_whole_name_is_found_in_a_large_pool(
        self, engine: Engine, crowd: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """In a large pool, a whole name, sub or address still finds its user."""
        monkeypatch.setattr("harness.emulator.control.page.people._MOST_SEARCHED", 3)
        email = [{"Name": "email", "Value": "zoe@example.com"}]
        members = {"UserPoolId": crowd, "Username": "zoe", "UserAttributes": email}
        made = engine.call("AdminCreateUser", {**members, "TemporaryPassword": PASSWORD})
        sub = made["User"]["Attributes"][-1]["Value"]
        for find, count in (("zoe", 1), ("zoe@example.com", 1), (sub, 1), ("zo", 0), ("user", 3)):
            assert len(names(read(engine, find=find))) == count


class TestHelp:
    """What the page says about errors is what the documentation says."""

    def test_the_rows_are_those_of_the_docs(self) -> None:
        """``python -m tests.emulator.control.troubleshooting_rows`` writes them again."""
        saved = json.loads(troubleshooting_rows.FILE.read_text(encoding="utf-8"))
        assert saved == troubleshooting_rows.rows()
        assert all(len(row) == 2 for row in saved)

    def test_every_row_has_an_anchor(self, engine: Engine) -> None:
        """The help page has each row, and code as code."""
        page = read(engine, "help")
        anchors = [str(tag["id"]) for tag in page.select("dl.help dt")]
        assert anchors == [row.anchor for row in all_advice()]
        assert "`" not in words(part(page, "main"))

    @pytest.mark.parametrize(
        ("code", "message", "phrase"),
        [
            ("NotAuthorizedException", "Invalid device key given.", "Invalid device key given."),
            (
                "ExpiredCodeException",
                "Your software token has already been used once.",
                "Your software token has already been used once.",
            ),
            ("ExpiredCodeException", "Another text.", "ExpiredCodeException"),
            ("FeatureUnavailableInTierException", "Anything", "FeatureUnavailableInTierException"),
        ],
    )
    def test_an_error_has_the_row_of_its_text_or_code(
        self, code: str, message: str, phrase: str
    ) -> None:
        """The text goes before the code, which has several causes."""
        found = advice_on(code, message)
        assert found is not None
        assert found.phrase == phrase

    def test_an_error_without_a_row_has_no_advice(self) -> None:
        """Nothing is guessed."""
        assert advice_on("UnknownException", "?") is None
