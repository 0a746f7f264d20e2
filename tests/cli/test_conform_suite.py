"""Where conform finds the scenarios, and what pytest gets of the user's environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.conform.suite import Suite
from harness.errors import HarnessError
from tests.support.sources import ROOT


def _scenarios(folder: Path) -> None:
    (folder / "scenarios").mkdir(parents=True)
    (folder / "scenarios" / "conftest.py").write_text("", encoding="utf-8")
    (folder / "pytest.ini").write_text("", encoding="utf-8")


def test_a_checkout_has_its_own() -> None:
    """In the project's folder, the scenarios are those that one works on."""
    assert Suite.find() == Suite(ROOT, is_checkout=True)


def test_an_installed_package_has_its_own(tmp_path: Path) -> None:
    """What is bundled goes first, since site-packages may have a folder of that name."""
    package = tmp_path / "site-packages" / "harness"
    _scenarios(package / "bundled")
    _scenarios(package.parent)
    assert Suite.find(package) == Suite(package / "bundled", is_checkout=False)


def test_without_scenarios_there_is_one_line(tmp_path: Path) -> None:
    """A package that lost them says what to do."""
    with pytest.raises(HarnessError, match="install cognito-mfa-harness again"):
        Suite.find(tmp_path / "harness")


def test_settings_of_pytest_stay_outside() -> None:
    """What changes pytest is left out of its environment, and everything else is kept."""
    mine = {"PYTEST_ADDOPTS": "-x", "PYTEST_PLUGINS": "mine", "HOME": "x", "PYTHONPATH": "y"}
    found = Suite(Path("root"), is_checkout=True).environment(mine)
    assert found["PYTHONPATH"].startswith("root")
    assert found["HOME"] == "x"
    assert {name for name in found if name.startswith("PYTEST_")} == {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    }
    installed = Suite(Path("root"), is_checkout=False).environment(mine)
    assert installed["PYTHONPATH"] == "y"
