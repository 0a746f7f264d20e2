"""axe-core, which looks for what keeps people with a screen reader or without a mouse out.

https://github.com/dequelabs/axe-core; `tests.browser.install_packages` installs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser.chromium import Browser
from tests.browser.install_packages import NODE

__all__ = ["findings", "is_installed"]

_SCRIPT = NODE / "node_modules" / "axe-core" / "axe.min.js"
#: All rules but the experimental ones, and those beyond AA that are no recommendation for all.
_RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(
  (found) => done(found.violations.map(({id, help, nodes}) => ({
    id, help, places: nodes.map(({html, failureSummary}) => `${html}: ${failureSummary}`),
  }))),
  (problem) => done([{id: "axe", help: String(problem), places: []}]),
);
"""


def is_installed() -> bool:
    """Return whether there is axe-core."""
    return _SCRIPT.is_file()


def findings(browser: Browser, script: Path = _SCRIPT) -> list[dict[str, Any]]:
    """Return what axe finds wrong on the page that is shown."""
    browser.run(script.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = browser.driver.execute_async_script(_RUN)
    return found
