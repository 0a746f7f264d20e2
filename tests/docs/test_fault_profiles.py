"""The page on the emulator lists every kind of fault and setting, and its examples are valid."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from harness.emulator import EmulatorSettings
from harness.emulator.stores.fault_profile import KINDS
from harness.emulator.stores.fault_profile_text import read_profile
from tests.docs.test_examples import examples, shell_lines
from tests.support.sources import ROOT

PAGE = (ROOT / "docs" / "emulator.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([\w-]+)` \|", re.MULTILINE)


def names_under(heading: str) -> list[str]:
    """Return the first cells of the tables of one section."""
    _, _, after = PAGE.partition(f"\n## {heading}\n")
    return ROW.findall(after.partition("\n## ")[0])


def test_every_kind_is_explained() -> None:
    """The table has the kinds of the code, in their order."""
    assert tuple(names_under("Fault profiles")) == KINDS


def test_every_setting_is_explained() -> None:
    """The table has the fields of the settings, but for those that make nothing less strict."""
    fields = [field.name for field in dataclasses.fields(EmulatorSettings)]
    own = {"seed", "issuer", "public_url", "domain_style"}
    wanted = [name for name in fields if name not in own]
    assert names_under("Settings that make it less strict") == wanted
    assert all(f"`{name}`" in PAGE or f"{name}=" in PAGE for name in own)


@pytest.mark.parametrize("text", [one.text for one in examples("toml") if "[[fault]]" in one.text])
def test_a_file_of_the_page_is_valid(text: str, tmp_path: Path) -> None:
    """A profile in TOML can be used as it stands there."""
    path = tmp_path / "faults.toml"
    path.write_text(text, encoding="utf-8")
    assert read_profile(str(path), "faults")


@pytest.mark.parametrize(
    "text",
    [
        found
        for _, line in shell_lines()
        for found in re.findall(r"--set faults=(\S+)", line)
        if not found.endswith(".toml")
    ],
)
def test_a_profile_on_a_command_line_is_valid(text: str) -> None:
    """A profile in the compact form can be used as it stands there."""
    assert read_profile(text, "--set faults")
