"""Chromium without a screen, and the actions that tests need."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.install_packages import CHROMIUM, DRIVER

#: Far longer than anything here takes, even on a busy machine.
PATIENCE_SECONDS = 60

#: A name of somebody else, which the browser finds on this machine, as after DNS rebinding.
FOREIGN_HOST = "evil.example"

_OPTIONS = (
    "--headless=new",
    "--hide-scrollbars",
    # In a container, root has no sandbox and little shared memory.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    # Everything here is on this machine.
    f"--host-resolver-rules=MAP {FOREIGN_HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, "
    "EXCLUDE 127.0.0.1",
    "--disable-background-networking",
)


class Browser:
    """A window of Chromium."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Open an address."""
        self.driver.get(url)

    def texts(self, selector: str) -> list[str]:
        """Return the visible text of each element."""
        return [found.text for found in self.driver.find_elements(By.CSS_SELECTOR, selector)]

    def click(self, selector: str) -> None:
        """Click on the first element."""
        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page, as its console would."""
        return self.driver.execute_script(script, *arguments)

    def wait_for(self, happens: Callable[[], Any]) -> Any:
        """Wait until a condition is true; the page may replace elements in the meantime."""
        from selenium.common.exceptions import StaleElementReferenceException

        waiting = WebDriverWait(
            self.driver,
            PATIENCE_SECONDS,
            poll_frequency=0.05,
            ignored_exceptions=(StaleElementReferenceException, IndexError),
        )
        return waiting.until(lambda _: happens())

    def complaints(self) -> list[str]:
        """Return what the console has shown since the last call."""
        driver: Any = self.driver  # This method has no types.
        return [str(entry["message"]) for entry in driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Return the addresses that the window has asked for since the last call."""
        driver: Any = self.driver
        found = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
        return [
            str(event["params"]["request"]["url"])
            for event in found
            if event["method"] == "Network.requestWillBeSent"
        ]

    def resize(self, width: int, height: int, scheme: str = "light", media: str = "") -> None:
        """Show pages as a screen of this size does, in a color scheme, perhaps for print."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"media": media, "features": [feature]}
        )


@contextmanager
def chromium(width: int = 1360, height: int = 1000) -> Iterator[Browser]:
    """Run Chromium until the end of the block."""
    options = ChromeOptions()
    for option in (*_OPTIONS, f"--window-size={width},{height}"):
        options.add_argument(option)
    options.binary_location = _path(CHROMIUM)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(_path(DRIVER)))
    try:
        yield Browser(driver)
    finally:
        driver.quit()


def _path(names: tuple[str, ...]) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise FileNotFoundError(
            f"{names[0]} is not on the PATH; see tests/browser/install_packages.py"
        )
    return found
