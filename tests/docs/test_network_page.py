"""The page about unreliable networks: its table is that of the code, and its words are said."""

from __future__ import annotations

import re

from harness.flows.retry_rules import RULES
from tests.faults.verdicts import FAULTS
from tests.support.sources import ROOT

PAGE = (ROOT / "docs" / "network.md").read_text(encoding="utf-8")


def test_table_has_the_rules() -> None:
    """Each rule has a row with all of its operations."""
    for rule, names in RULES.items():
        (row,) = re.findall(rf"^\| {rule.value} \|.*\| (.*) \|$", PAGE, re.MULTILINE)
        assert re.findall(r"`(\w+)`", row) == sorted(names)


def test_example_has_the_rates_of_the_tests() -> None:
    """The command of the page has the shares that the tests have."""
    (given,) = re.findall(r"--cognito-faults=(\S+:\S+)$", PAGE, re.MULTILINE)
    assert given == FAULTS
