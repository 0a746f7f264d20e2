"""Takes the pictures of the report for docs/reports.md: ``python -m tests.browser.report_picture``.

The report is of a real run of a few scenarios, on an emulator that accepts a TOTP code twice.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tests.browser.chromium import Browser, chromium
from tests.browser.picture import IMAGES
from tests.support.sources import ROOT

_COLORS = 96
_SCENARIOS = ("test_totp_sign_in.py", "test_device_sign_in.py", "test_change_password.py")
#: What pytest loads beside the plugin: each code is forgotten when it was used.
_FAULT = """
from harness.emulator.domain.totp import SoftwareToken

accept = SoftwareToken.accept

def forgetful(token, code, now):
    token._spent.clear()
    return accept(token, code, now)

SoftwareToken.accept = forgetful
"""


def report_in(folder: Path) -> Path:
    """Run the scenarios and return the report on them."""
    (folder / "fault.py").write_text(_FAULT, encoding="utf-8")
    record, page = folder / "run.jsonl", folder / "run.html"
    scenarios = [f"scenarios/{name}" for name in _SCENARIOS]
    options = ["-q", "-p", "fault", "--cognito-seed=7", f"--cognito-record={record}"]
    run("pytest", *options, *scenarios, path=folder)
    run("harness.cli", "report", str(record), "--html", str(page), path=folder)
    return page


def run(*arguments: str, path: Path) -> None:
    """Run a module of Python in the project's folder; the scenarios are expected to fail."""
    environment = {"PYTHONPATH": f"{ROOT}:{path}", "PATH": "/usr/bin:/bin"}
    subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=600,
        check=False,
    )


def take(browser: Browser, name: str, place: str, size: tuple[int, int], scheme: str) -> None:
    """Take a picture of the part of the report that a selector finds."""
    browser.resize(*size, scheme)
    browser.run("document.querySelector(arguments[0]).scrollIntoView()", place)
    shot = Image.open(io.BytesIO(browser.driver.get_screenshot_as_png()))
    small = shot.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE)
    small.save(IMAGES / f"report-{name}.png", optimize=True)


def main() -> None:
    """Take the pictures."""
    with TemporaryDirectory() as folder, chromium() as browser:
        browser.open(report_in(Path(folder)).as_uri())
        take(browser, "top", "body", (1280, 900), "light")
        take(browser, "matrix", "#matrix", (1280, 760), "dark")
        browser.run("document.querySelector('#failures ~ details').open = true")
        take(browser, "sequence", "#failures ~ details .lanes", (900, 620), "light")
        take(browser, "narrow", "#failures ~ details .lanes", (390, 760), "dark")


if __name__ == "__main__":
    main()
