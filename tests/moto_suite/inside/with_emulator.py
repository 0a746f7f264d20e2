"""The pytest plugin of moto's run: the emulator under every test, its clock moved by waiting."""

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

#: Characters of what a test said that are kept.
_LONGEST = 300


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add where the outcomes go."""
    parser.addoption("--outcomes", help="file to write the outcome of every test to, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Install the emulator before a test module is imported, so before any mock starts."""
    config.pluginmanager.register(Suite(Path(config.getoption("outcomes"))))


class Suite:
    """One run of moto's tests; each test has a fresh emulator."""

    def __init__(self, outcomes: Path) -> None:
        self._file = outcomes
        self._outcomes: dict[str, dict[str, Any]] = {}
        self.emulator = install()
        self._patch = pytest.MonkeyPatch()
        # moto's tests take TOTP codes from pyotp: their authenticator has the emulator's time.
        self._patch.setattr(
            pyotp.TOTP, "now", lambda totp: totp.at(int(self.emulator.clock.time()))
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Begin with the machine's time again, and let the test wait as it does on AWS.

        moto's tests wait for the next TOTP code only where `allow_aws_request()`, as moto takes
        one twice. Whether the test is mocked is decided elsewhere, by its decorator.
        """
        self.emulator = install()
        module = getattr(item, "module", None)
        if hasattr(module, "allow_aws_request"):
            self._patch.setattr(module, "allow_aws_request", lambda: True)
        if getattr(module, "time", None) is time:
            self._patch.setattr(module, "time", WaitingMoves(self))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note the first phase that did not pass."""
        report = yield
        known = self._outcomes.setdefault(
            item.nodeid, {"passed": True, "verified": is_verified(item), "said": ""}
        )
        if known["passed"] and not report.passed:
            known["passed"] = False
            known["said"] = _first_line(str(call.excinfo.value if call.excinfo else report.outcome))
        return report

    def pytest_sessionfinish(self) -> None:
        """Write the outcomes, and take back what was put in."""
        self._patch.undo()
        uninstall()
        self._file.write_text(json.dumps(self._outcomes, indent=1), encoding="utf-8")


class WaitingMoves(ModuleType):
    """The module `time` as a test sees it: waiting moves the emulator's clock."""

    def __init__(self, suite: Suite) -> None:
        super().__init__("time")
        self._suite = suite

    def sleep(self, seconds: float) -> None:
        """Let the time pass for the emulator and for the test's authenticator."""
        self._suite.emulator.clock.advance(seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def is_verified(item: pytest.Item) -> bool:
    """Whether the test's authors ran it against AWS, by mark or by decorator."""
    decorators = inspect.getsource(getattr(item, "function", Suite)).split("def ", 1)[0]
    return "aws_verified" in decorators or item.get_closest_marker("aws_verified") is not None


def _first_line(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    return Redactor().scrub(line)[:_LONGEST]
