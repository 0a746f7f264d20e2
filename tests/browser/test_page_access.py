"""The page for people with a keyboard or a screen reader alone: axe, focus, names, news."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from tests.browser.crowd import Crowd, crowd
from tests.emulator.support.walker import new_walker

pytest.importorskip("selenium", reason="selenium is not installed; tox -e page has it")

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

_FOCUSED = """
const it = document.activeElement;
return [it.tagName, it.getAttribute("href") || it.name || it.id || "", it.textContent.trim()];
"""


@pytest.fixture(scope="module")
def people() -> Crowd:
    """An emulator with people."""
    return crowd()


@pytest.fixture(scope="module")
def url(people: Crowd) -> Iterator[str]:
    """The address of the page of that emulator."""
    with EmulatorServer(emulator=people.emulator) as running:
        yield f"{running.url}/_harness/"


def show(browser: Browser, address: str, width: int = 1_280, scheme: str = "light") -> None:
    """Open a view at a width."""
    browser.resize(width, 900, scheme)
    browser.open(address)
    browser.wait_for(lambda: browser.texts("#state") in (["live"], [""]))


def press(browser: Browser, *keys: str) -> None:
    """Press keys one after the other, wherever the focus is."""
    from selenium.webdriver.common.action_chains import ActionChains

    for key in keys:
        ActionChains(browser.driver).send_keys(key).perform()


class TestAxe:
    """axe finds nothing."""

    @pytest.fixture(autouse=True)
    def axe(self) -> None:
        """axe must be installed: ``python -m tests.browser.install_packages`` does that."""
        from tests.browser.axe import is_installed

        if not is_installed():
            pytest.skip("axe-core is not installed; tox -e page has it")

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 800, 1_280])
    def test_no_view_has_a_finding(
        self, browser: Browser, url: str, people: Crowd, width: int, scheme: str
    ) -> None:
        """At each width, in each color scheme, with everything open and a secret shown."""
        from tests.browser.axe import findings

        user = f"pool={people.pool_id}&sub={people.sub}"
        secret = f"show?of=totp-code/{people.pool_id}/{people.sub}"
        for view in (
            "",
            "?find=none&text=none",
            f"user?{user}",
            "log",
            "messages",
            "help",
            secret,
        ):
            show(browser, url + view, width, scheme)
            browser.run("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
            if browser.texts("button.secret"):
                browser.click("button.secret")
                browser.wait_for(lambda: browser.texts("button.secret.shown"))
            assert findings(browser) == [], view

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_an_empty_emulator_and_notices_have_none(self, browser: Browser, scheme: str) -> None:
        """Neither what is said about nothing, nor an error, nor what was done."""
        from tests.browser.axe import findings

        with EmulatorServer(emulator=Emulator(mock=False)) as running:
            show(browser, f"{running.url}/_harness/?done=clock-moved", 1_280, scheme)
            assert browser.texts("#notice") == ["The clock was moved."]
            assert findings(browser) == []
            browser.click("main summary")
            browser.run(
                "document.querySelectorAll('[required]').forEach((it) => { it.required = 0; })"
            )
            browser.click("button.danger")
            browser.wait_for(lambda: browser.texts("#notice.bad"))
            assert findings(browser) == []

    def test_axe_would_find_something(self, browser: Browser, url: str) -> None:
        """A field without a label and a text without contrast are found."""
        from tests.browser.axe import findings

        show(browser, url)
        browser.run(
            """
            document.querySelector("[name=find]").removeAttribute("aria-label");
            document.querySelector("[name=find]").removeAttribute("placeholder");
            document.querySelector("h2").style.color = "#eee";
            """
        )
        assert {found["id"] for found in findings(browser)} == {"label", "color-contrast"}


class TestKeyboard:
    """Everything is reached and used without a mouse."""

    def test_the_first_stop_skips_to_the_content(self, browser: Browser, url: str) -> None:
        """The link is there when it has the focus, and the next stop is in the content."""
        show(browser, url)
        press(browser, "\ue004")
        assert browser.run(_FOCUSED)[2] == "Skip to content"
        left = "return document.activeElement.getBoundingClientRect().left"
        assert browser.run(left) == 0
        press(browser, "\ue007", "\ue004")
        inside = "return document.getElementById('main').contains(document.activeElement)"
        browser.wait_for(lambda: browser.run(inside))

    def test_the_focus_goes_through_everything_in_order_and_leaves(
        self, browser: Browser, url: str, people: Crowd
    ) -> None:
        """It is visible at each stop, goes down the document, and is trapped nowhere."""
        show(browser, f"{url}user?pool={people.pool_id}&sub={people.sub}")
        stops = 0
        order = "return [...document.querySelectorAll('*')].indexOf(document.activeElement)"
        visible = """
            const style = getComputedStyle(document.activeElement);
            return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        """
        focusable = browser.run(
            """
            return [...document.querySelectorAll("a, button, input, select, summary")].filter(
              (it) => it.checkVisibility() && it.type !== "hidden").length;
            """
        )
        last = -1
        for _ in range(focusable + 5):
            press(browser, "\ue004")
            place = browser.run(order)
            if place <= last:
                break
            assert browser.run(visible), browser.run(_FOCUSED)
            last, stops = place, stops + 1
        assert stops == focusable

    def test_the_focus_stays_where_it_is_while_the_page_changes(
        self, browser: Browser, url: str, people: Crowd
    ) -> None:
        """A link keeps it when its part is replaced, and so does its place in the order."""
        show(browser, url)
        browser.run("document.querySelectorAll('#users a.name')[1].focus()")
        focused = browser.run(_FOCUSED)
        people.emulator.engine.call(
            "AdminDisableUser", {"UserPoolId": people.pool_id, "Username": "ada"}
        )
        browser.wait_for(lambda: "disabled" in browser.texts("#users")[0])
        assert browser.run(_FOCUSED) == focused
        people.emulator.engine.call(
            "AdminEnableUser", {"UserPoolId": people.pool_id, "Username": "ada"}
        )
        browser.wait_for(lambda: "disabled" not in browser.texts("#users")[0])

    def test_a_secret_is_shown_by_a_key(self, browser: Browser, url: str, people: Crowd) -> None:
        """The button keeps the focus, and its name for screen readers has the secret."""
        show(browser, f"{url}user?pool={people.pool_id}&sub={people.sub}")
        browser.run("document.querySelector('[value^=\"totp-secret/\"]').focus()")
        press(browser, "\ue00d")
        browser.wait_for(lambda: people.secret in browser.texts("#user .secret.shown"))
        label = "return document.activeElement.getAttribute('aria-label')"
        assert browser.run(label) == f"Show the TOTP secret: {people.secret}"
        press(browser, "\ue00d")
        browser.wait_for(lambda: people.secret not in browser.texts("#user .secret"))
        assert browser.run(label) == "Show the TOTP secret"


class TestSemantics:
    """What a screen reader tells."""

    def test_landmarks_and_headings(self, browser: Browser, url: str) -> None:
        """There is one of each main landmark, and headings skip no level."""
        for view in ("", "log", "messages", "help"):
            show(browser, url + view)
            assert browser.run("return document.querySelectorAll('main').length") == 1
            assert browser.run("return document.querySelectorAll('header').length") == 1
            levels = browser.run(
                "return [...document.querySelectorAll('h1, h2, h3')].map((it) => +it.tagName[1])"
            )
            assert levels[0] == 1
            assert levels.count(1) == 1
            assert all(after - before <= 1 for before, after in pairwise(levels))

    def test_tables_keep_their_headers_on_a_phone(self, browser: Browser, url: str) -> None:
        """Rows that are shown as cards are still rows of a table with column headers."""
        show(browser, url, 390)
        tree = browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        roles = [node["role"]["value"] for node in tree if not node.get("ignored")]
        for role in ("table", "columnheader", "cell", "row"):
            assert role in roles
        headers = browser.run(
            "return [...document.querySelectorAll('#calls th')].map((it) => it.textContent)"
        )
        assert headers == ["Time", "Call", "Response", "ms"]

    def test_news_is_announced_politely_and_not_too_often(self, browser: Browser) -> None:
        """What has come since is told in one sentence, in a region that does not interrupt."""
        with EmulatorServer(emulator=Emulator(mock=False)) as running:
            walker = new_walker(running.emulator.engine)
            show(browser, f"{running.url}/_harness/")
            assert browser.texts("#news") == [""]
            for name in ("bob", "eve"):
                engine = running.emulator.engine
                new_walker(engine, username=name, pool_id=walker.user_pool_id, confirmed=False)
            told = "return document.getElementById('news').textContent"
            browser.wait_for(lambda: browser.run(told))
            assert browser.run(told).endswith(("1 new message", "2 new messages"))
            role = "return document.getElementById('news').getAttribute('role')"
            assert browser.run(role) == "status"
