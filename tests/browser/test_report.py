"""The HTML reports in a real browser: nothing is asked for, nothing sticks out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.reports.runs.records import large_record, ordinary_record
from tests.reports.runs.test_html import MOST_BYTES, hostile, ordinary
from tests.reports.test_html import HOSTILE_REPORT, WHOLE

pytest.importorskip("selenium", reason="selenium is not installed; tox -e page has it")

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

WIDTHS = (1280, 800, 390)
#: Returns what is wider than the part of the page that it is in, with what can be opened open, up
#: to twenty-four parts. What is inside a container that scrolls may be wider than that container.
_STICKS_OUT = """
[...document.querySelectorAll("details")].slice(0, 24).forEach((part) => { part.open = true; });
const found = [];
const within = (tag, edge) => {
  const at = tag.getBoundingClientRect();
  if (!at.width || tag.matches(".skip, option")) return;
  if (at.right > edge.right + 1 || at.left < edge.left - 1) found.push(tag.outerHTML.slice(0, 200));
  if (["auto", "scroll"].includes(getComputedStyle(tag).overflowX) || tag.tagName === "svg") return;
  for (const child of tag.children) within(child, edge);
};
const screen = {left: 0, right: document.documentElement.clientWidth};
for (const part of document.querySelectorAll("body > header, section, body > footer")) {
  within(part, screen);
  for (const child of part.children) within(child, part.getBoundingClientRect());
}
if (document.documentElement.scrollWidth > innerWidth) found.push("the page itself");
return found;
"""
#: Returns the contrast of texts with what is behind them, where it is below that of WCAG 2, AA.
_CONTRASTS = """
const channels = (text) => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
const light = ([red, green, blue]) => {
  const of = (value) => value <= 10.31 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * of(red) + 0.7152 * of(green) + 0.0722 * of(blue);
};
const ground = (tag) => {
  for (let up = tag; up; up = up.parentElement) {
    const color = channels(getComputedStyle(up).backgroundColor);
    if (color.length === 3 || color[3] === 1) return color;
  }
  return [255, 255, 255];
};
const bad = new Set();
document.querySelectorAll("details").forEach((part) => { part.open = true; });
for (const tag of document.querySelectorAll("main *, header *, footer")) {
  const text = [...tag.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  if (!text || tag.closest("svg, noscript")) continue;
  const [one, other] = [light(channels(getComputedStyle(tag).color)), light(ground(tag))];
  const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  if (contrast < 4.5) bad.add(`${tag.tagName} ${tag.className} ${contrast.toFixed(2)}`);
}
return [...bad];
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One window for all tests."""
    from tests.browser.chromium import PATIENCE_SECONDS, chromium

    with chromium() as window:
        window.driver.set_script_timeout(5 * PATIENCE_SECONDS)
        yield window


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The reports on an ordinary run, on a hostile one and on one as large as the default run.

    ``findings`` and ``hostile_findings`` are those of an audit.
    """
    from harness.reports import html
    from harness.reports.runs.content import content_of
    from harness.reports.runs.html import render

    folder = tmp_path_factory.mktemp("reports")
    pages = {
        "ordinary": ordinary(),
        "hostile": hostile(),
        "large": render(content_of(large_record())),
        "findings": html.render(WHOLE),
        "hostile_findings": html.render(HOSTILE_REPORT),
    }
    found = {}
    for name, page in pages.items():
        found[name] = folder / f"{name}.html"
        found[name].write_text(page, encoding="utf-8")
    return found


@pytest.fixture
def page(browser: Browser, files: dict[str, Path]) -> Iterator[Browser]:
    """The ordinary report on a wide screen; its console must show no errors at the end."""
    browser.complaints()
    browser.resize(1280, 1000)
    browser.open(files["ordinary"].as_uri())
    yield browser
    assert browser.complaints() == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["ordinary", "hostile", "large", "findings", "hostile_findings"])
def test_a_report_fits(browser: Browser, files: dict[str, Path], name: str, width: int) -> None:
    """On each screen the report asks for nothing, complains of nothing, and nothing sticks out."""
    browser.complaints()
    browser.requests()
    browser.resize(width, 1000)
    browser.open(files[name].as_uri())
    assert browser.run(_STICKS_OUT) == []
    assert browser.requests() in ([files[name].as_uri()], [files[name].as_uri(), "data:,"])
    assert browser.complaints() == []
    assert browser.run("return window.struck") is None
    assert files[name].stat().st_size < MOST_BYTES


@pytest.mark.parametrize("width", WIDTHS)
def test_matrix_diagram_and_plot_are_seen(
    browser: Browser, files: dict[str, Path], width: int
) -> None:
    """On each screen the matrix, a diagram and a plot have a size, and the plot has bars."""
    browser.resize(width, 1000)
    browser.open(files["ordinary"].as_uri())
    sizes = """
    return arguments[0].map((name) => {
      const at = document.querySelector(name).getBoundingClientRect();
      return [at.width, at.height];
    });
    """
    names = [".matrix", ".matrix td.open", ".sequence", ".sequence .error", ".plot", ".plot rect"]
    for name, (wide, high) in zip(names, browser.run(sizes, names), strict=True):
        assert wide > 10, name
        assert high > 10, name
    arrows = """
    const row = document.querySelector(".sequence .ask");
    const line = getComputedStyle(row, "::after");
    const head = getComputedStyle(row, "::before");
    const whole = row.getBoundingClientRect().width;
    return [parseFloat(line.width), line.borderBottomStyle, whole, parseFloat(head.height)];
    """
    length, style, whole, head = browser.run(arrows)
    assert style == "solid"
    assert head <= 8
    assert length == pytest.approx(0.44 * whole, rel=0.05)


def test_what_sticks_out_is_found(page: Browser) -> None:
    """The test above notices a line that does not wrap."""
    page.run("const line = document.querySelector('section p'); line.textContent = 'x'.repeat(999)")
    assert page.run(_STICKS_OUT) == []
    page.run("document.querySelector('section p').className = 'v'")
    assert page.run(_STICKS_OUT) != []


@pytest.mark.parametrize("name", ["ordinary", "findings"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_can_be_read(
    browser: Browser, files: dict[str, Path], scheme: str, name: str
) -> None:
    """In both color schemes every text has the contrast that WCAG asks for."""
    browser.resize(1280, 1000, scheme)
    browser.open(files[name].as_uri())
    assert browser.run(_CONTRASTS) == []
    (ground,) = browser.run("return [getComputedStyle(document.body).backgroundColor]")
    assert (ground == "rgb(22, 24, 27)") is (scheme == "dark")


def test_scenarios_are_filtered(page: Browser) -> None:
    """Words and verdicts hide rows of the matrix and scenarios, and their number is said."""
    visible = "[data-scenario]:not([hidden])"
    assert len(page.driver.find_elements("css selector", visible)) == 8
    page.driver.find_element("css selector", "#filter-words").send_keys("Code used")
    page.wait_for(lambda: page.texts("#filter-state") == ["1 shown"])
    assert len(page.driver.find_elements("css selector", visible)) == 2
    page.click("[data-verdict=open]")
    page.wait_for(lambda: page.texts("#filter-state") == ["0 shown"])
    assert page.driver.find_elements("css selector", "[data-area]:not([hidden])") == []


def test_a_link_opens_its_scenario(page: Browser) -> None:
    """A link of the matrix opens the scenario, also if the filter has hidden it."""
    page.driver.find_element("css selector", "#filter-words").send_keys("nothing")
    page.wait_for(lambda: page.texts("#filter-state") == ["0 shown"])
    name = page.run("return document.querySelector('.matrix a').getAttribute('href').slice(1)")
    page.run("location.hash = arguments[0]", name)
    shown = "return document.getElementById(arguments[0]).checkVisibility()"
    page.wait_for(lambda: page.run(shown, name))


def test_all_are_opened_and_closed(page: Browser) -> None:
    """Two buttons open and close every scenario that is shown."""
    opened = "return document.querySelectorAll('details[data-scenario][open]').length"
    page.click("#open-all")
    assert page.run(opened) == 4
    page.click("#close-all")
    assert page.run(opened) == 0


def test_the_keyboard_reaches_everything(page: Browser) -> None:
    """Tab begins with the link to the verdicts; Enter opens a message, and Escape closes it."""
    from selenium.webdriver.common.keys import Keys

    def focused() -> Any:
        return page.driver.switch_to.active_element

    page.driver.find_element("css selector", "body").send_keys(Keys.TAB)
    assert focused().text == "Skip to the verdicts"
    page.run("document.querySelector('.sequence button').focus()")
    focused().send_keys(Keys.ENTER)
    popovers = "return document.querySelectorAll(':popover-open').length"
    page.wait_for(lambda: page.run(popovers) == 1)
    assert "SignUp: request" in page.texts(".message:popover-open h4")[0]
    focused().send_keys(Keys.ESCAPE)
    page.wait_for(lambda: page.run(popovers) == 0)
    unreachable = """
    return [...document.querySelectorAll(".wide, pre")].filter((tag) =>
      tag.tabIndex !== 0 || !(tag.ariaLabel || tag.getAttribute("aria-labelledby"))).length;
    """
    assert page.run(unreachable) == 0


def test_a_screen_reader_hears_the_lanes(page: Browser) -> None:
    """A row of a diagram says from where to where it goes, and a cell what its sign means."""
    page.run("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    nodes = page.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    texts = {str(node.get("name", {}).get("value", "")).strip() for node in nodes}
    assert {"client to Cognito:", "Cognito to client, error:", "mailbox to client:"} <= texts
    assert {"holds", "not refused"} <= texts


def test_it_works_without_a_script(browser: Browser, files: dict[str, Path]) -> None:
    """Without JavaScript the filter is not there; scenarios, diagrams and messages are."""
    disabled = "Emulation.setScriptExecutionDisabled"
    browser.resize(1280, 1000)
    browser.driver.execute_cdp_cmd(disabled, {"value": True})
    try:
        browser.open(files["ordinary"].as_uri())
        browser.driver.find_element("css selector", "#failures ~ details .sequence button").click()
        shown = browser.driver.find_elements("css selector", ".message:popover-open")
        filters = browser.driver.find_elements("css selector", "#filter:not([hidden])")
    finally:
        browser.driver.execute_cdp_cmd(disabled, {"value": False})
    assert (len(shown), len(filters)) == (1, 0)


def test_it_can_be_printed(browser: Browser, files: dict[str, Path]) -> None:
    """On paper nothing is cut off by a container that scrolls, and controls are gone."""
    browser.resize(1280, 1000, media="print")
    browser.open(files["ordinary"].as_uri())
    hidden = "return getComputedStyle(document.querySelector(arguments[0])).display"
    assert [browser.run(hidden, name) for name in ("nav", ".filter")] == ["none", "none"]
    assert (
        browser.run("return getComputedStyle(document.querySelector('.wide')).overflow")
        == "visible"
    )
    browser.resize(1280, 1000)


def test_the_large_record_is_as_large_as_the_default_run() -> None:
    """The size is measured on as many scenarios and calls as a run without options has."""
    record = large_record()
    assert len(record.scenarios) >= 622
    assert sum(len(line.calls) for line in record.scenarios) >= 622 * 20
    assert len(ordinary_record().scenarios) == 11
