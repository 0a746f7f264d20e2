"""Tests of docs/audit.md: its table matches the rules, and its profile is valid."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from harness.pools.audit.auditing import audit
from harness.pools.audit.presets import PRESETS, RULES
from harness.pools.audit.profile import preset, read_profile
from harness.pools.sources import load
from tests.docs.rule_tables import NOT_HERE, NOTES, TOOLS, elsewhere_table, rule_table

ROOT = Path(__file__).parents[2]
STACK = ROOT / "stack"
TODAY = date(2027, 1, 15)
PAGE = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")


def test_every_rule_is_in_the_table() -> None:
    """Each row has the rule's severity, setting, expectation and presets."""
    assert rule_table() in PAGE
    assert rule_table().count("\n") == len(RULES) + 1


def test_every_rule_of_another_tool_is_in_the_table() -> None:
    """Each name that a rule has elsewhere has one row, with all the rules here that have it."""
    assert elsewhere_table() in PAGE
    rows = elsewhere_table().splitlines()[2:]
    for rule in RULES.values():
        for name in rule.elsewhere:
            tool = next(tool for tool in TOOLS if name.startswith(f"{tool} "))
            start = f"| {tool} | `{name.removeprefix(tool).strip()}` |"
            (row,) = [row for row in rows if row.startswith(start)]
            assert f"`{rule.id}`" in row


def test_notes_are_about_rules_that_exist() -> None:
    """A note is about a rule with a counterpart here, and the others have none."""
    names = {name for rule in RULES.values() for name in rule.elsewhere}
    assert set(NOTES) <= names
    assert names.isdisjoint(NOT_HERE)


def test_our_templates_fail_what_the_page_says() -> None:
    """Every template with a pool passes device-tracking, and baseline but for what is explained."""
    section = PAGE.partition("## The audit of our own template")[2]
    explained = set(re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE))
    assert explained
    for path in sorted(STACK.glob("*.yaml")):
        if "AWS::Cognito::UserPool" not in path.read_text(encoding="utf-8"):
            assert f"`stack/{path.name}` has no user pool" in section
            continue
        found = load(str(path))
        failed = {name: audit(found, preset(name), TODAY).failed() for name in PRESETS}
        assert failed["device-tracking"] == []
        assert {finding.rule.id for finding in failed["baseline"]} == explained


def test_the_profile_is_valid(tmp_path: Path) -> None:
    """The example is a profile with one waiver."""
    block = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    path = tmp_path / "audit.toml"
    path.write_text(block[1], encoding="utf-8")
    assert [waiver.part for waiver in read_profile(path).waivers] == ["LegacyClient"]
