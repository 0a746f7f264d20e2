"""The page about unreliable networks: its table is that of the code, and its words are said."""

from __future__ import annotations

import re

from harness.flows.call import Call
from harness.flows.retry_rules import RULES
from harness.plugin.report.exchange import exchange_lines
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


def test_report_says_why_a_call_was_sent_again() -> None:
    """The example of the page is how the explanation shows such a call; one retry is no retries."""
    why = ("throttled", "connection closed")
    again = Call("SignUp", 0.0, 0.1, "", "ok", "", {}, {}, 2, {}, why)
    head = exchange_lines([again])[0]
    assert f"`{head}`" in " ".join(PAGE.split())
    once = Call("SignUp", 0.0, 0.1, "", "ok", "", {}, {}, 1)
    assert exchange_lines([once])[0] == "#1 SignUp: ok, 1 retry"
