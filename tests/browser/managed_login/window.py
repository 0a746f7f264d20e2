"""A window of Chromium at the pages of managed login, and a person who finds fields by labels."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, unquote, urlsplit

import zxingcpp
from PIL import Image

from tests.browser.chromium import Browser
from tests.emulator.support.login_pages import Domain

__all__ = ["Window", "is_gone", "without_script"]

_SCRIPTS = "Emulation.setScriptExecutionDisabled"


class Window:
    """One browser at one domain.

    Attributes:
        browser: the browser.
        shop: the domain.
    """

    def __init__(self, browser: Browser, shop: Domain) -> None:
        self.browser = browser
        self.shop = shop

    def open(self, path: str, **query: str) -> None:
        """Open a page of the domain, as an app that asks for a code."""
        self.browser.open(self.shop.address(path, **query))

    def fill(self, **texts: str) -> None:
        """Type into fields; the names are the labels in lower case, with underscores."""
        for name, text in texts.items():
            label = name.replace("_", " ").capitalize()
            (found,) = self.browser.driver.find_elements("xpath", f'//label[.="{label}"]')
            field = self.browser.driver.find_element("id", found.get_attribute("for") or "")
            field.clear()
            field.send_keys(text)

    def press(self, text: str) -> None:
        """Press a button, or follow a link, and wait until the next page is there."""
        before = self.browser.driver.find_element("tag name", "html")
        here = f'//button[normalize-space(.)="{text}"] | //a[normalize-space(.)="{text}"]'
        self.browser.driver.find_element("xpath", here).click()
        self.browser.wait_for(lambda: is_gone(before))

    def choose(self, label: str) -> None:
        """Choose one of several."""
        self.browser.driver.find_element("xpath", f'//label[.="{label}"]').click()

    def enter(self, button: str, **texts: str) -> None:
        """Fill in a form and send it."""
        self.fill(**texts)
        self.press(button)

    @property
    def url(self) -> str:
        """The address that the browser shows."""
        return str(self.browser.driver.current_url)

    @property
    def path(self) -> str:
        """The path below the domain; empty outside of it."""
        return urlsplit(self.url.removeprefix(self.shop.base)).path if self.is_inside else ""

    @property
    def is_inside(self) -> bool:
        """Whether the browser is at a page of the domain."""
        return self.url.startswith(f"{self.shop.base}/")

    @property
    def heading(self) -> str:
        """The heading of the page."""
        return "".join(self.browser.texts("h1"))

    @property
    def alert(self) -> str:
        """What is wrong; empty if nothing is."""
        return "".join(self.browser.texts("[role=alert]"))

    def callback(self) -> dict[str, str]:
        """Return what the app got, where the browser is now."""
        assert self.url.startswith(f"{self.shop.callback}?"), (self.path, self.heading, self.alert)
        return dict(parse_qsl(urlsplit(self.url).query))

    def scan(self) -> tuple[str, dict[str, str]]:
        """Return the label and the parameters in the QR code, read from the picture as it is shown.

        An authenticator app has nothing but the pixels.
        """
        picture = self.browser.driver.find_element("css selector", ".qr svg").screenshot_as_png
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
        uri = urlsplit(found.text)
        assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
        return unquote(uri.path.lstrip("/")), dict(parse_qsl(uri.query))

    def forget(self) -> None:
        """Delete the cookies, as a new browser."""
        self.browser.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})


@contextmanager
def without_script(browser: Browser) -> Iterator[None]:
    """Run no script of any page until the end of the block."""
    browser.driver.execute_cdp_cmd(_SCRIPTS, {"value": True})
    try:
        yield
    finally:
        browser.driver.execute_cdp_cmd(_SCRIPTS, {"value": False})


def is_gone(element: object) -> bool:
    """Return whether an element belongs to a page that is no longer shown."""
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.remote.webelement import WebElement

    assert isinstance(element, WebElement)
    try:
        element.is_enabled()
    except WebDriverException:
        return True
    return False
