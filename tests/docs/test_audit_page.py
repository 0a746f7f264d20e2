"""Tests of docs/audit.md: its table matches the rules, and its profile is valid."""

from __future__ import annotations

import re
from pathlib import Path

from harness.pools.audit.presets import PRESETS, RULES
from harness.pools.audit.profile import read_profile

PAGE = (Path(__file__).parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")


def test_every_rule_is_in_the_table() -> None:
    """Each row has the rule's severity, setting, expectation, presets and names in other tools."""
    for rule in RULES.values():
        presets = ", ".join(name for name in PRESETS if rule.id in PRESETS[name])
        row = (
            f"| `{rule.id}` | {rule.severity} | `{rule.setting}` | {rule.expected} "
            f"| {presets or '-'} | {'; '.join(rule.elsewhere) or '-'} |"
        )
        assert row in PAGE
    assert len(re.findall(r"^\| `[a-z-]+` \| \w+ \| `", PAGE, re.MULTILINE)) == len(RULES)


def test_the_profile_is_valid(tmp_path: Path) -> None:
    """The example is a profile with one waiver."""
    block = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    path = tmp_path / "audit.toml"
    path.write_text(block[1], encoding="utf-8")
    assert [waiver.part for waiver in read_profile(path).waivers] == ["LegacyClient"]
