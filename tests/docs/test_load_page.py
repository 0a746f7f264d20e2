"""The page about load runs says what the code does: options, defaults, prices."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from harness.cli.app import app
from harness.cli.load import load_options
from harness.flows.quotas import RATES
from harness.flows.usage import PLANS
from harness.load.estimate import CALLS_OF_FLOW
from harness.load.flow_names import FLOWS
from harness.load.numbers import Numbers
from harness.load.profile import LoadProfile

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "load.md").read_text(encoding="utf-8")


def test_each_option_of_the_command_is_in_the_table() -> None:
    """docs/cli.md lists each option of `load`, and no other."""
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    section = text.partition("\n## load\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `--")]
    listed = {option for row in rows for option in re.findall(r"`(--[\w-]+)", row.split("|")[1])}
    command = typer.main.get_command(app).commands["load"]  # type: ignore[attr-defined]
    options = {name for parameter in command.params for name in parameter.opts}
    assert listed == options - {"--help", "-h"}


def test_the_default_shares_of_the_page_are_those_of_the_code() -> None:
    """The page names the shares of the quotas that a run keeps to."""
    assert f"keeps to {load_options._SHARE} %" in PAGE
    assert f"on AWS to {load_options._SHARE_ON_AWS} %" in PAGE


def test_the_prices_of_the_page_are_those_of_the_plans() -> None:
    """People and cost of each rate follow from the code that prepares and counts."""
    rows = re.findall(r"^\| ([\d,]+) \| [\d.]+ \| ([\d,]+) \| (.*) \|$", PAGE, re.MULTILINE)
    assert [row[0] for row in rows] == ["120", "1,000", "10,000"]
    for rate, people, costs in rows:
        users = 2 * int(rate.replace(",", ""))
        assert int(people.replace(",", "")) == users
        assert costs == ", ".join(f"${plan.cost(users):.2f}" for plan in PLANS)


def test_the_numbers_of_people_of_the_page_are_those_of_the_code() -> None:
    """Two people for each device sign-in a second, and 36 for each with a TOTP code."""
    device = LoadProfile(weights={"RememberedDeviceSignIn": 1.0})
    totp = LoadProfile(weights={"TotpSignIn": 1.0})
    assert Numbers.for_rate(device, 120, 1).device == 240
    assert Numbers.for_rate(totp, 100, 1).totp == 3600
    profiles = (ROOT / "docs" / "load-profiles.md").read_text(encoding="utf-8")
    assert f"and {Numbers.for_rate(totp, 10, 1).totp} are prepared" in profiles
    seconds = 20_000 * 4 / RATES["UserResourceUpdate"]
    assert f"takes {round(seconds / 60 + 0.5)} minutes" in PAGE


def test_the_page_has_no_gaps() -> None:
    """Every figure of the page is there, or the page says what measures it."""
    assert "to be" not in PAGE.partition("## On paper")[2]
    assert "--only load" in PAGE


def test_every_flow_has_its_calls() -> None:
    """The estimate knows the calls of each flow that a profile can name."""
    assert set(CALLS_OF_FLOW) == set(FLOWS)
