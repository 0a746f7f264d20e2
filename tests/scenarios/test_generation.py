"""What pytest makes of the markers: pairs by default, the full product on request."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from harness import available_engines
from tests.scenarios.collected import FOLDER

BROAD = "scenarios/test_sign_in.py::test_first_sign_in_asks_what_the_pool_demands"
ENGINES = "scenarios/test_tampered_proofs.py::test_timestamp_is_signed_in_its_canonical_form"
NOT_VARIED = "scenarios/test_sign_up.py::test_sign_up_with_a_weak_password_is_refused"


def collected(*arguments: str) -> set[str]:
    """Return the ids that a run of three scenarios with these arguments would have."""
    own = {name: text for name, text in os.environ.items() if "COGNITO" not in name}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *arguments, BROAD, ENGINES, NOT_VARIED],
        cwd=FOLDER.parent,
        env={**own, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return {line for line in done.stdout.splitlines() if "::" in line}


@pytest.fixture(scope="module")
def by_default() -> set[str]:
    """What runs without any option."""
    return collected()


@pytest.fixture(scope="module")
def on_request() -> set[str]:
    """What runs under ``-m exhaustive``."""
    return collected("-m", "exhaustive")


@pytest.fixture(scope="module")
def with_one_engine() -> set[str]:
    """What runs with one engine, ``exhaustive`` being named only to do without it."""
    return collected("-m", "not exhaustive", "--cognito-srp=warrant")


def of(scenario: str, ids: set[str]) -> set[str]:
    """Return the ids of one scenario."""
    return {each for each in ids if each.startswith(f"{scenario}[")}


def test_full_product_runs_on_request(on_request: set[str]) -> None:
    """Under ``-m exhaustive`` every combination runs."""
    assert len(of(BROAD, on_request)) == 3 * 5 * 3 * 2 * 4


def test_pairs_run_by_default(by_default: set[str], on_request: set[str]) -> None:
    """Without options a part of the product runs, at least one for each of the largest pair."""
    pairs = of(BROAD, by_default)
    assert 5 * 4 <= len(pairs) < 40
    assert pairs < of(BROAD, on_request)


def test_only_varied_scenarios_are_part_of_the_full_product(
    by_default: set[str], on_request: set[str]
) -> None:
    """Under ``-m exhaustive`` a scenario that varies nothing does not run."""
    assert len(of(NOT_VARIED, by_default)) == 5
    assert not of(NOT_VARIED, on_request)


def test_not_exhaustive_is_the_default_said_aloud(
    by_default: set[str], with_one_engine: set[str]
) -> None:
    """``-m "not exhaustive"`` leaves nothing out of the pairs."""
    assert of(BROAD, with_one_engine) == of(BROAD, by_default)


def test_every_installed_engine_takes_its_turn(
    by_default: set[str], with_one_engine: set[str]
) -> None:
    """Each installed engine runs, or with ``--cognito-srp`` the one that is named."""
    assert of(ENGINES, by_default) == {f"{ENGINES}[{name}]" for name in available_engines()}
    assert of(ENGINES, with_one_engine) == {f"{ENGINES}[warrant]"}
