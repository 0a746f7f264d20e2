"""A scenario that fits a pool of any kind still fails if Cognito is wrong about this pool."""

from __future__ import annotations

import pytest

from tests.plugin.pools.planting import NUMBER_IN_FULL
from tests.plugin.pools.runs import POOLS, run_on

SIGN_UP = "scenarios/test_sign_up.py"
#: What is wrong, the pool, and the scenario that notices it.
WRONG = [
    (NUMBER_IN_FULL, "phone", f"{SIGN_UP}::test_sign_up_sends_a_code_and"),
    ("sign-up-verifies", "phone", f"{SIGN_UP}::test_sign_up_sends_a_code_and"),
    ("confirm-verifies-nothing", "sms_mfa", f"{SIGN_UP}::test_confirm_sign_up_with_the_code"),
    ("admin-confirm-verifies", "phone", f"{SIGN_UP}::test_admin_confirm_sign_up_confirms"),
    ("reads-less", "amplify_gen1", f"{SIGN_UP}::test_signed_in_user_reads_the_own_attributes"),
    (
        "recover-by-an-unverified-address",
        "phone",
        "scenarios/test_password_recovery.py::test_unconfirmed_user_has_nowhere_to_send_a_code",
    ),
    (
        "mfa-optional-instead-of-on",
        "enterprise",
        "scenarios/test_sign_in.py::test_first_sign_in_asks_what_the_pool_demands",
    ),
    (
        "one-id-for-all",
        "phone",
        "scenarios/test_refresh.py::test_refresh_token_renews_the_other_two",
    ),
    (
        "sign-up-open",
        "admin_only",
        f"{SIGN_UP}::test_sign_up_is_refused_where_only_administrators_make_users",
    ),
]


@pytest.mark.parametrize(("fault", "pool", "scenario"), WRONG, ids=[one[0] for one in WRONG])
def test_what_is_wrong_is_noticed(fault: str, pool: str, scenario: str) -> None:
    """The scenario runs on the pool, and fails in a check."""
    file, _, _ = scenario.partition("::")
    run = run_on(POOLS[pool], "-n0", "--tb=short", file, fault=fault)
    assert run.exit_code == 1, run.said[-6000:]
    assert f"FAILED {scenario}" in run.said, run.said[-6000:]
