"""The page of load profiles says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from harness.load import profile as code
from harness.load.flow_names import DEFAULT_WEIGHTS, FLOWS
from harness.load.profile import Pace, ShapeStage, read_load_profile
from harness.load.results import CALL, FLOW, REFUSAL, THROTTLE
from tests.support.arrows import ROOT

PAGE = ROOT.joinpath("docs", "load-profiles.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table below a row of headings."""
    _, _, rest = PAGE.partition(f"| {heading} |")
    found = []
    for line in rest.splitlines()[2:]:
        if not line.startswith("|"):
            break
        found.append([cell.strip(" `") for cell in line.strip("|").split("|")])
    return found


def test_the_default_mix_is_in_the_table() -> None:
    """Each flow has its weight and its kind of people."""
    found = {name: (float(weight), kind) for name, weight, kind, _ in rows("flow")}
    kinds = {name: "makes its own" if kind is None else kind.value for name, kind in FLOWS.items()}
    assert found == {name: (weight, kinds[name]) for name, weight in DEFAULT_WEIGHTS.items()}


def test_the_example_is_a_profile(tmp_path: Path) -> None:
    """The profile of the page is read, and uses every part."""
    match = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert match is not None
    file = tmp_path / "mix.toml"
    file.write_text(match[1], encoding="utf-8")
    found = read_load_profile(file)
    assert found.pace == Pace(1.0)
    assert found.stages == (ShapeStage(60, 100, 10),)
    assert set(found.weights) == {"SrpSignIn", "RememberedDeviceSignIn"}
    assert set(found.expected) == {"InitiateAuth REFRESH_TOKEN_AUTH"}


def test_every_key_is_in_the_table() -> None:
    """The table has each key of a profile."""
    keys = {key for name in code._MEMBERS for key in ([name] if name != "pace" else _PACE)}
    assert {row[0] for row in rows("key")} == keys


def test_every_type_is_in_the_table() -> None:
    """The table has each type of result."""
    assert {row[0] for row in rows("type")} == {CALL, FLOW, REFUSAL, THROTTLE}


_PACE = [f"pace.{name}" for name in code._PACE_MEMBERS]
