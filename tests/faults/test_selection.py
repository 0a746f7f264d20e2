"""A selection of scenarios has the same verdicts under faults as without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.verdicts import LOST, Outcome, scenarios

#: Refusals of what can be used once, counted refusals, codes by email, rotation and devices.
SELECTION = (
    "scenarios/test_sign_up.py::test_confirming_twice_is_refused",
    "scenarios/test_sign_up.py::test_sign_up_with_a_name_that_is_taken_is_refused",
    "scenarios/test_sign_up.py::test_resent_code_confirms_and_makes_the_old_one_useless",
    "scenarios/test_sign_up.py::test_sign_up_code_expires_after_a_day",
    "scenarios/test_sign_in.py::test_too_many_wrong_passwords_lock_out_for_a_while",
    "scenarios/test_refresh.py::test_rotated_refresh_token_is_good_only_once",
    "scenarios/test_devices.py::test_device_is_confirmed_only_once",
)

#: One engine is enough: the SRP proofs do not depend on the network.
ENGINE = "--cognito-srp=native"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What the selection finds out without faults."""
    return scenarios(tmp_path_factory.mktemp("clean"), *SELECTION, ENGINE, "--cognito-seed=1")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_verdicts_are_the_same(clean: Outcome, seed: int, tmp_path: Path) -> None:
    """Throttles, errors, lost responses and late emails change no verdict, and are reported."""
    faults = (f"--cognito-faults={LOST}", f"--cognito-seed={seed}")
    found = scenarios(tmp_path, *SELECTION, ENGINE, *faults)
    assert len(clean.verdicts) > 10
    assert found.verdicts == clean.verdicts
    assert "cognito: calls were repeated" in found.said
    assert "throttled" in found.said
