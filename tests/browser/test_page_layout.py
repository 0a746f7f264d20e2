"""The layout of the page on a phone, a tablet and a laptop, with people whose names are hard."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.server import EmulatorServer
from tests.browser.crowd import Crowd, crowd
from tests.emulator.support.expect import START
from tests.emulator.support.walker import new_pool

pytest.importorskip("selenium", reason="selenium is not installed; tox -e page has it")

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

WIDTHS = (390, 800, 1_280)
#: Returns what is wider than the column that it is in, and what makes the page scroll sideways.
_TOO_WIDE = """
const found = [];
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) found.push(`the page scrolls to ${root.scrollWidth}`);
const within = (it, box) => {
  if (!box.width || !box.height) return;
  const column = it.parentElement.closest("td, dd, li, section, .column, header, main, body");
  const limit = column.getBoundingClientRect();
  if (box.right > limit.right + 0.5 || box.left < limit.left - 0.5) {
    found.push(`${it.outerHTML.slice(0, 90)}: ${box.left} to ${box.right} in ${column.tagName} `
      + `${limit.left} to ${limit.right}`);
  }
};
for (const it of document.querySelectorAll("body *")) {
  if (it.closest(".hide, .skip, .scroll, [hidden], option, thead, select")) continue;
  within(it, it.getBoundingClientRect());
  for (const text of it.childNodes) {
    if (text.nodeType !== Node.TEXT_NODE) continue;
    const range = document.createRange();
    range.selectNode(text);
    for (const box of range.getClientRects()) within(it, box);
  }
}
return found;
"""
#: Returns the lines and the text of each name, address and id.
_LINES = """
return [...document.querySelectorAll("bdi")].map((it) => {
  const range = document.createRange();
  range.selectNodeContents(it);
  const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
  return [it.textContent, new Set(boxes.map((box) => Math.round(box.top))).size];
});
"""
_SMALL = """
return [...document.querySelectorAll("button, input, select, summary, textarea")]
  .map((it) => [it.outerHTML.slice(0, 80), it.getBoundingClientRect()])
  .filter(([, box]) => box.width && box.height)
  .filter(([html, box]) => !html.includes("checkbox") && Math.min(box.width, box.height) < 24)
  .map(([html]) => html);
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


def views(people: Crowd) -> dict[str, str]:
    """Return the addresses of all views."""
    user = f"pool={people.pool_id}&sub={people.sub}"
    secret = f"show?of=totp-code/{people.pool_id}/{people.sub}"
    return {
        "overview": "",
        "second page": "?page=2",
        "filtered": "?by=x&text=password&refused=1",
        "user": f"user?{user}",
        "calls": "log",
        "messages": "messages",
        "help": "help",
        "secret": secret,
    }


def show(browser: Browser, address: str, width: int, scheme: str = "light") -> None:
    """Open a view at a width with everything that can be opened on it."""
    browser.resize(width, 900, scheme)
    browser.open(address)
    browser.wait_for(lambda: browser.texts("#state") in (["live"], [""]))
    browser.run("document.querySelectorAll('details').forEach((it) => { it.open = true; })")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_its_column(
    browser: Browser, url: str, people: Crowd, width: int, scheme: str
) -> None:
    """No element leaves its column, and no view scrolls sideways."""
    for name, view in views(people).items():
        show(browser, url + view, width, scheme)
        assert browser.run(_TOO_WIDE) == [], name


@pytest.mark.parametrize("width", WIDTHS)
def test_addresses_are_not_broken_into_letters(
    browser: Browser, url: str, people: Crowd, width: int
) -> None:
    """A short name, address or id has one line; a long one fills its lines."""
    for name, view in views(people).items():
        show(browser, url + view, width)
        for text, lines in browser.run(_LINES):
            length = sum(2 if ord(char) > 0x2E80 else 1 for char in text)
            assert lines <= (1 if length <= 22 else -(-length // 12)), (name, text)


@pytest.mark.parametrize(("width", "most"), [(390, 3_300), (800, 2_500), (1_280, 1_700)])
def test_the_overview_is_a_few_screens_high(browser: Browser, width: int, most: int) -> None:
    """A phone shows everything of a few people in a few screens."""
    # Its module imports the browser's driver.
    from tests.browser.picture import tell

    emulator = Emulator(clock=VirtualClock(START, frozen=True), mock=False)
    tell(emulator.engine)
    with EmulatorServer(emulator=emulator) as running:
        browser.resize(width, 900)
        browser.open(f"{running.url}/_harness/")
        assert browser.run("return document.documentElement.scrollHeight") < most


def test_what_is_too_wide_would_be_noticed(browser: Browser, url: str) -> None:
    """A column that is too narrow for what is in it fails the checks of this module."""
    show(browser, url, 390)
    browser.run("document.querySelector('.contact').style.minWidth = '600px'")
    assert browser.run(_TOO_WIDE) != []
    show(browser, url, 390)
    browser.run("document.querySelector('.contact').style.width = '1em'")
    assert any(lines > -(-len(text) // 12) for text, lines in browser.run(_LINES))


def test_twice_as_large_text_fits(browser: Browser, url: str, people: Crowd) -> None:
    """At 200 % on a laptop, and at 400 % (WCAG 1.4.10: 320 px), nothing is cut off."""
    for width in (640, 320):
        for name, view in views(people).items():
            show(browser, url + view, width)
            assert browser.run(_TOO_WIDE) == [], (width, name)


def test_buttons_are_large_enough_for_a_finger(browser: Browser, url: str, people: Crowd) -> None:
    """Every target has the 24 px of WCAG 2.5.8."""
    for view in views(people).values():
        show(browser, url + view, 390)
        assert browser.run(_SMALL) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_an_empty_emulator_fits_too(browser: Browser, width: int) -> None:
    """Every part says that it has nothing yet."""
    with EmulatorServer(emulator=Emulator(mock=False)) as running:
        show(browser, f"{running.url}/_harness/", width)
        assert browser.run(_TOO_WIDE) == []
        assert "No user pools yet" in browser.texts("main")[0]
        assert "No calls yet" in browser.texts("main")[0]


def test_the_chosen_things_stand_out_without_colors(
    browser: Browser, url: str, people: Crowd
) -> None:
    """With the colors of the system, what color alone would mark has a border."""
    features = [{"name": "forced-colors", "value": "active"}]
    browser.resize(1_280, 900)
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.open(url)
    for selector in (".tag", ".secret", ".chips a[aria-current]", "header nav a[aria-current]"):
        style = f"getComputedStyle(document.querySelector('{selector}'))"
        assert browser.run(f"return {style}.borderTopStyle") == "solid", selector
        assert browser.run(f"return {style}.borderTopWidth") == "1px", selector
    assert browser.run(_TOO_WIDE) == []


def test_nothing_moves(browser: Browser, url: str) -> None:
    """There is nothing to switch off for people who want less motion."""
    browser.resize(1_280, 900)
    browser.open(url)
    moving: Any = browser.run(
        """
        return [...document.querySelectorAll("*")].filter((it) => {
          const style = getComputedStyle(it);
          return style.animationName !== "none" || style.transitionDuration !== "0s"
            || style.scrollBehavior === "smooth";
        }).map((it) => it.outerHTML.slice(0, 80));
        """
    )
    assert moving == []


def test_a_crowd_of_users_is_answered_fast(browser: Browser) -> None:
    """With ten thousand users the page is small, and is there at once; so is a search."""
    emulator = Emulator(settings=EmulatorSettings(seed=1), mock=False)
    pool_id = new_pool(emulator.engine)
    for number in range(10_000):
        email = [{"Name": "email", "Value": f"person{number}@example.com"}]
        members = {"UserPoolId": pool_id, "Username": f"user{number}", "UserAttributes": email}
        emulator.engine.call("AdminCreateUser", {**members, "MessageAction": "SUPPRESS"})
    with EmulatorServer(emulator=emulator) as running:
        for view in ("", "?page=500", "?find=person9999@example", "?find=nobody", "live"):
            times = []
            for _ in range(3):
                begun = perf_counter()
                with urlopen(f"{running.url}/_harness/{view}") as given:
                    size = len(given.read())
                times.append(perf_counter() - begun)
            assert size < 100_000
            assert min(times) < 0.25, (view, times)
