"""The pytest plugin of moto's run: each test uses the emulator, and waiting moves its clock."""

from __future__ import annotations

import inspect
import json
import time
from collections.abc import Generator
from pathlib import Path
from types import ModuleType
from typing import Any

import pyotp
import pytest

from harness.emulator import install, uninstall
from harness.redaction import Redactor

#: How many characters of a failure message are kept.
_LONGEST = 300


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for the file of outcomes."""
    parser.addoption("--outcomes", help="file to write the outcome of every test to, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Install the emulator before any test module is imported, and so before any mock starts."""
    config.pluginmanager.register(Suite(Path(config.getoption("outcomes"))))


class Suite:
    """One run of moto's tests; each test has a fresh emulator."""

    def __init__(self, outcomes: Path) -> None:
        self._file = outcomes
        self._outcomes: dict[str, dict[str, Any]] = {}
        self.emulator = install()
        self._patch = pytest.MonkeyPatch()
        # moto's tests compute TOTP codes with pyotp; make it use the emulator's time.
        self._patch.setattr(
            pyotp.TOTP, "now", lambda totp: totp.at(int(self.emulator.clock.time()))
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Reset the emulator to the machine's time, and make the test wait as it does on AWS.

        moto's tests wait for the next TOTP code only if `allow_aws_request()` is true, because moto
        accepts a code twice. Whether the test is mocked is decided elsewhere, by its decorator.
        """
        self.emulator = install()
        module = getattr(item, "module", None)
        if hasattr(module, "allow_aws_request"):
            self._patch.setattr(module, "allow_aws_request", lambda: True)
        if getattr(module, "time", None) is time:
            self._patch.setattr(module, "time", ClockModule(self))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Record the first phase that did not pass."""
        report = yield
        known = self._outcomes.setdefault(
            item.nodeid, {"passed": True, "verified": is_verified(item), "said": ""}
        )
        if known["passed"] and not report.passed:
            known["passed"] = False
            known["said"] = _first_line(str(call.excinfo.value if call.excinfo else report.outcome))
        return report

    def pytest_sessionfinish(self) -> None:
        """Write the outcomes and undo the patches."""
        self._patch.undo()
        uninstall()
        self._file.write_text(json.dumps(self._outcomes, indent=1), encoding="utf-8")


class ClockModule(ModuleType):
    """Replaces the module `time` in a test: `sleep` moves the emulator's clock."""

    def __init__(self, suite: Suite) -> None:
        super().__init__("time")
        self._suite = suite

    def sleep(self, seconds: float) -> None:
        """Move the clock of the emulator and of the test's authenticator app forward."""
        self._suite.emulator.clock.advance(seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def is_verified(item: pytest.Item) -> bool:
    """Return whether moto's authors ran the test against AWS, by its mark or decorator."""
    decorators = inspect.getsource(getattr(item, "function", Suite)).split("def ", 1)[0]
    return "aws_verified" in decorators or item.get_closest_marker("aws_verified") is not None


def _first_line(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    return Redactor().scrub(line)[:_LONGEST]
