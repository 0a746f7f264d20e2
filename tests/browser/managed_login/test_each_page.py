"""Each page of managed login: accessible in both schemes, and no wider than a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.axe import findings, is_installed

pytest.importorskip("selenium", reason="selenium is not installed; tox -e page has it")
pytest.importorskip("zxingcpp", reason="zxing-cpp is not installed; tox -e page has it")

from tests.browser.managed_login.tour import TOUR, at

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

#: WCAG 2.2 asks for no sideways scrolling at this width: https://www.w3.org/TR/WCAG22/#reflow
PHONE, DESK = 320, 1_280
_SIDEWAYS = """
const root = document.documentElement;
return root.scrollWidth > root.clientWidth ? root.scrollWidth : 0;
"""
#: Returns what is too small to be touched: https://www.w3.org/TR/WCAG22/#target-size-minimum. A
#: radio button has its label beside it, which is as high as a button.
_SMALL = """
return [...document.querySelectorAll("button, input:not([type=hidden], [type=radio]), summary")]
  .map((it) => [it.outerHTML.slice(0, 80), it.getBoundingClientRect()])
  .filter(([, box]) => box.width && box.height && Math.min(box.width, box.height) < 24)
  .map(([html]) => html);
"""


@pytest.mark.parametrize("name", TOUR)
def test_a_page_is_accessible_and_fits(browser: Browser, name: str, callback: str) -> None:
    """Axe finds nothing in either scheme, and a phone need not scroll sideways."""
    if not is_installed():
        pytest.skip("axe-core is not installed; tox -e page has it")
    with at(browser, TOUR[name], callback):
        for scheme in ("light", "dark"):
            for width in (PHONE, DESK):
                browser.resize(width, 800, scheme)
                assert browser.run(_SIDEWAYS) == 0
                assert browser.run(_SMALL) == []
                assert findings(browser) == [], (scheme, width)


def test_what_is_wrong_is_found(browser: Browser, callback: str) -> None:
    """The test above notices a wide line, a small button and a field without its label."""
    with at(browser, TOUR["login"], callback):
        browser.resize(PHONE, 800)
        browser.run("document.querySelector('h1').style.whiteSpace = 'nowrap'")
        browser.run("document.querySelector('h1').textContent = 'x'.repeat(99)")
        browser.run("document.querySelector('button').style.cssText = 'min-height: 0; height: 9px'")
        browser.run("document.querySelector('label').remove()")
        assert browser.run(_SIDEWAYS) > 0
        assert browser.run(_SMALL) != []
        if is_installed():
            assert "label" in {found["id"] for found in findings(browser)}
