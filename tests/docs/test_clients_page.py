"""Tests that docs/clients.md names the clients and versions that are tested."""

from __future__ import annotations

import json
import re

import pytest

from tests.foreign_clients.choice_steps import CHOICE, SRP_BY_CHOICE
from tests.foreign_clients.managed_login.weaknesses import LOGIN_WEAKNESSES
from tests.foreign_clients.passkey_steps import PASSKEYS, PASSKEYS_AS_MFA
from tests.foreign_clients.steps import PASSWORDS
from tests.foreign_clients.ui_steps import UI
from tests.foreign_clients.walk import Walk
from tests.foreign_clients.weaknesses import WEAKNESSES
from tests.support.sources import ROOT

WALKS = (PASSWORDS, CHOICE, SRP_BY_CHOICE, PASSKEYS, PASSKEYS_AS_MFA, UI)

PAGE = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
NODE = ROOT / "tests" / "foreign_clients" / "node"
_ROW = re.compile(r"^\| (?P<name>[@\w/-]+) \| (?P<version>\d[\d.]*) \|", re.MULTILINE)
#: Packages that are installed for the tests but are not clients of Cognito.
TOOLS = {
    "@types/aws-lambda",
    "botocore",
    "esbuild",
    "oauthlib",
    "playwright-core",
    "python-jose",
    "qrcode",
    "react",
    "react-dom",
    "typescript",
}


def installed() -> dict[str, str]:
    """Return the versions that are pinned for tests/foreign_clients, by package."""
    package: dict[str, dict[str, str]] = json.loads((NODE / "package.json").read_text("utf-8"))
    requirements = (NODE.parent / "requirements.txt").read_text(encoding="utf-8")
    tox = (ROOT / "tox.ini").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w-]+)==(\S+)$", requirements, re.MULTILINE)
    return {**package["dependencies"], **dict(pins), **dict(re.findall(r'"(warrant)==(.+)"', tox))}


def test_the_page_names_what_is_installed() -> None:
    """Each client has a row with its version, and each row is a client."""
    rows = {row["name"]: row["version"] for row in _ROW.finditer(PAGE)}
    assert rows == {name: pin for name, pin in installed().items() if name not in TOOLS}


@pytest.mark.parametrize(("name", "version"), installed().items())
def test_a_version_is_exact(name: str, version: str) -> None:
    """No version is a range, so the same versions are tested every time."""
    assert re.fullmatch(r"\d+(\.\d+)+", version)


def test_the_page_lists_each_missing_check() -> None:
    """The table on the page matches the list of checks that the tests remove."""
    rows = re.findall(r"^\| ([^|`]+) \| `(\w+)` \|$", PAGE, re.MULTILINE)
    known = [weakness for each in WEAKNESSES.values() for weakness in each]
    known += LOGIN_WEAKNESSES
    assert rows == [(weakness.name, weakness.noticed_at) for weakness in known]


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)
def test_each_walk_has_checks_to_miss(walk: Walk) -> None:
    """Each walk must notice some missing checks, at steps that it has."""
    missed = WEAKNESSES[walk.name]
    assert missed
    assert {weakness.noticed_at for weakness in missed} <= set(walk.steps)


def test_the_lock_file_names_no_registry() -> None:
    """Every package is locked by version and hash; npm decides where to get it."""
    lock = json.loads((NODE / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all({"version", "integrity"} <= set(entry) for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())
