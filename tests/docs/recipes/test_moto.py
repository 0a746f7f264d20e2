"""Tests of the recipe for a moto suite: it passes, then fails as described, then passes."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import boto3
from moto import mock_aws

from harness.emulator import install, uninstall
from tests.docs.recipes.pipelines import RECIPES, Script, run

PAGE = (RECIPES / "moto.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `(test_\w+)` \| `(\w+)`: (.+?) \|", re.MULTILINE)


def problems(project: Path) -> dict[str, str]:
    """Run the tests of a folder; return the failure of each by its name, or an empty text."""
    done = run(Script("pytest", "pytest --junitxml=report.xml || true", {}), project, {})
    cases = ElementTree.parse(project / "report.xml").getroot().iter("testcase")
    found = {}
    for case in cases:
        bad = [node.attrib["message"] for node in case if node.tag in {"failure", "error"}]
        found[f"{case.attrib['classname']}.{case.attrib['name']}"] = " ".join(bad)
    assert found, done.stdout + done.stderr
    return found


def test_before(tmp_path: Path) -> None:
    """On moto alone, every test passes."""
    shutil.copytree(RECIPES / "moto" / "before", tmp_path / "suite")
    found = problems(tmp_path / "suite")
    assert {name.rpartition(".")[2] for name in found} == {row[0] for row in _ROW.findall(PAGE)}
    assert not any(found.values())


def test_between_and_after(tmp_path: Path) -> None:
    """With `install()` alone, each test fails as the page says; after the changes, none fails."""
    for stage in ("before", "after"):
        shutil.copytree(RECIPES / "moto" / stage, tmp_path / "suite" / stage)
    (tmp_path / "suite" / "before" / "conftest.py").unlink()
    (tmp_path / "suite" / "after" / "conftest.py").rename(tmp_path / "suite" / "conftest.py")
    (tmp_path / "suite" / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    found = problems(tmp_path / "suite")

    rows = {
        f"before.test_sign_in.{name}": (error, text) for name, error, text in _ROW.findall(PAGE)
    }
    between = {name: text for name, text in found.items() if name.startswith("before.")}
    assert set(between) == set(rows)
    for name, (error, text) in rows.items():
        assert f"({error}) when calling" in between[name], name
        assert text in between[name], name
    after = {name: text for name, text in found.items() if name.startswith("after.")}
    assert len(after) > len(rows)
    assert not any(after.values())


def test_one_install_for_many_mocks() -> None:
    """Each mock has its own pools; messages and the clock stay."""
    emulator = install()
    begin = emulator.clock.time()
    try:
        for round_number in (1, 2):
            with mock_aws():
                cognito = boto3.client("cognito-idp", region_name="us-east-1")
                assert not cognito.list_user_pools(MaxResults=1)["UserPools"]
                pool = cognito.create_user_pool(PoolName="a", AutoVerifiedAttributes=["email"])
                cognito.admin_create_user(
                    UserPoolId=pool["UserPool"]["Id"],
                    Username="ada",
                    UserAttributes=[{"Name": "email", "Value": "ada@example.com"}],
                )
            assert len(emulator.outbox.messages()) == round_number
            emulator.clock.advance(3600)
        assert emulator.clock.time() >= begin + 2 * 3600
    finally:
        uninstall()
