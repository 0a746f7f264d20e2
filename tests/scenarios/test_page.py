"""The page about the scenarios says what there is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios import conftest
from scenarios.support.variants import Client, Devices, Flow, Mfa, SignInName
from tests.scenarios.collected import FOLDER, MODULES

ROOT = FOLDER.parent
PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([\w-]+)`", PAGE))
LABELS = [value.label for each in (Mfa, Devices, SignInName, Client, Flow) for value in each]
EXAMPLES = re.findall(r"```py\n(.*?)```", PAGE, re.DOTALL)
#: How many variants each example has: of clients and flows, and of none but the pool.
VARIANTS = (len(Client) * len(Flow), 1)
FIXTURES = re.findall(r"@pytest.fixture\ndef (\w+)", Path(conftest.__file__).read_text("utf-8"))
OVERRIDDEN = {"cognito_pool_spec", "cognito_auth_flow", "cognito_srp_engine"}


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_listed(module: str) -> None:
    """A module of scenarios is in the table, with what it is about."""
    assert module in NAMED


@pytest.mark.parametrize("label", LABELS)
def test_every_value_is_listed(label: str) -> None:
    """A value of a dimension is in the table as the ids show it."""
    assert label in NAMED


@pytest.mark.parametrize("fixture", sorted(set(FIXTURES) - OVERRIDDEN))
def test_every_fixture_is_listed(fixture: str) -> None:
    """A fixture of the scenarios is in the table."""
    assert fixture in NAMED


def test_what_is_overridden_belongs_to_the_plugin() -> None:
    """Nothing else of the plugin is overridden than what the conftest says."""
    assert {name for name in FIXTURES if name.startswith("cognito_")} == OVERRIDDEN
    assert all(f"``{name}``" in (conftest.__doc__ or "") for name in OVERRIDDEN)


@pytest.mark.parametrize(("example", "variants"), [*zip(EXAMPLES, VARIANTS, strict=True)])
def test_example_is_a_scenario(tmp_path: Path, example: str, variants: int) -> None:
    """Each example of the page passes, once for each of its variants."""
    (tmp_path / "test_example.py").write_text(example, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = varied\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    plugins = ["-p", "harness.plugin", "-p", "scenarios.conftest"]
    done = subprocess.run(
        [*command, *plugins, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert f"{variants} passed" in done.stdout, done.stdout + done.stderr
