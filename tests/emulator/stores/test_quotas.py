"""Requests per second (section 5)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator.api.request import Caller
from harness.emulator.api.service_model import is_operation
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.emulator.operations.table import OPERATIONS
from harness.emulator.refusals import Refusal
from harness.emulator.stores.quotas import CATEGORY, RATES, Quotas
from tests.emulator.support.expect import START, refused

HERE = Caller()
MAKE_A_POOL: dict[str, Any] = {"PoolName": "pool"}

#: One operation of each category with its rate in the published table.
PUBLISHED = [
    ("InitiateAuth", 120),
    ("AdminInitiateAuth", 120),
    ("GetTokensFromRefreshToken", 120),
    ("SignUp", 50),
    ("ConfirmSignUp", 50),
    ("AdminCreateUser", 50),
    ("AdminConfirmSignUp", 50),
    ("ForgotPassword", 30),
    ("ConfirmForgotPassword", 30),
    ("ChangePassword", 30),
    ("AdminResetUserPassword", 30),
    ("AdminSetUserPassword", 30),
    ("GetUser", 120),
    ("AdminGetUser", 120),
    ("ListUsers", 30),
    ("ListUsersInGroup", 30),
    ("RevokeToken", 120),
    ("UpdateUserAttributes", 25),
    ("DeleteUser", 25),
    ("AdminDisableUser", 25),
    ("GlobalSignOut", 25),
    ("VerifyUserAttribute", 25),
    ("AdminAddUserToGroup", 25),
    ("AssociateSoftwareToken", 25),
    ("VerifySoftwareToken", 25),
    ("SetUserMFAPreference", 25),
    ("ConfirmDevice", 25),
    ("ForgetDevice", 25),
    ("ListDevices", 50),
    ("ResendConfirmationCode", 50),
    ("GetUserAttributeVerificationCode", 50),
    ("DescribeUserPool", 15),
    ("ListUserPools", 15),
    ("CreateUserPool", 15),
    ("UpdateUserPool", 15),
    ("GetUserPoolMfaConfig", 20),
    ("SetUserPoolMfaConfig", 15),
    ("DescribeUserPoolClient", 15),
    ("CreateUserPoolClient", 15),
]


@pytest.fixture
def quotas() -> Quotas:
    """Quotas that are switched on."""
    return Quotas(enabled=True)


@pytest.mark.fact("A279", "A280", "A282", "A283", "A284", "A285", "A286", "A287", "A290")
@pytest.mark.parametrize(("operation", "rate"), PUBLISHED)
def test_each_operation_has_the_rate_of_its_category(
    quotas: Quotas, operation: str, rate: int
) -> None:
    """The call beyond the rate is refused; the next second accepts calls again."""
    for _ in range(rate):
        quotas.spend(operation, HERE, 100.0)
    with refused("TooManyRequestsException", "Rate exceeded"):
        quotas.spend(operation, HERE, 100.9)
    quotas.spend(operation, HERE, 101.0)


def test_operations_of_a_category_share_its_rate(quotas: Quotas) -> None:
    """Operations of one category share its rate, and no other category does."""
    for _ in range(25):
        quotas.spend("SignUp", HERE, 100.0)
        quotas.spend("AdminCreateUser", HERE, 100.0)
    with refused("TooManyRequestsException"):
        quotas.spend("ConfirmSignUp", HERE, 100.0)
    quotas.spend("GetUser", HERE, 100.0)


@pytest.mark.fact("A279")
def test_challenge_responses_have_three_times_the_rate(quotas: Quotas) -> None:
    """Respond* have 360 of their own; further ones use the sign-ins' 120."""
    for _ in range(360):
        quotas.spend("RespondToAuthChallenge", HERE, 100.0)
    for _ in range(60):
        quotas.spend("InitiateAuth", HERE, 100.0)
        quotas.spend("AdminRespondToAuthChallenge", HERE, 100.0)
    for operation in ("InitiateAuth", "RespondToAuthChallenge"):
        with refused("TooManyRequestsException"):
            quotas.spend(operation, HERE, 100.0)


@pytest.mark.fact("A278")
def test_quotas_are_per_account_and_region(quotas: Quotas) -> None:
    """Quotas count all pools of an account in a region and no others."""
    for number in range(30):
        quotas.spend("ListUsers", HERE, 100.0, f"pool{number}")
    with refused("TooManyRequestsException"):
        quotas.spend("ListUsers", HERE, 100.0, "pool31")
    quotas.spend("ListUsers", Caller(region="eu-west-1"), 100.0)
    quotas.spend("ListUsers", Caller(account="999999999999"), 100.0)


@pytest.mark.fact("A286")
@pytest.mark.parametrize(
    ("operation", "other"),
    [
        ("GetUserPoolMfaConfig", "GetGroup"),
        ("SetUserPoolMfaConfig", "CreateGroup"),
        ("DescribeUserPoolClient", "ListUserPoolClients"),
        ("CreateUserPoolClient", "DeleteUserPoolClient"),
    ],
)
def test_some_operations_are_limited_per_pool(quotas: Quotas, operation: str, other: str) -> None:
    """Some operations have five calls a second per pool; others are unaffected."""
    for _ in range(5):
        quotas.spend(operation, HERE, 100.0, "pool")
    with refused("TooManyRequestsException"):
        quotas.spend(operation, HERE, 100.0, "pool")
    quotas.spend(other, HERE, 100.0, "pool")
    quotas.spend(operation, HERE, 100.0, "other")


def test_every_operation_has_a_category_and_a_rate() -> None:
    """The table has real operations only, and all of the engine's except tagging.

    One category has no operation: client_credentials of /oauth2/token is in it (H017).
    """
    assert all(is_operation(operation) for operation in CATEGORY)
    assert {*CATEGORY.values(), "ClientAuthentication"} == set(RATES)
    assert {name for name in OPERATIONS if name not in CATEGORY} == {
        "TagResource",
        "UntagResource",
        "ListTagsForResource",
    }


@pytest.mark.fact("A278", "A290")
def test_refused_call_has_no_effect() -> None:
    """With the setting on, a call beyond the rate does nothing; later it works."""
    settings = EmulatorSettings(quotas=True)
    engine = Engine(clock=VirtualClock(START, frozen=True), settings=settings)
    for _ in range(15):
        engine.call("CreateUserPool", MAKE_A_POOL)
    with refused("TooManyRequestsException", "Rate exceeded"):
        engine.call("CreateUserPool", MAKE_A_POOL)
    assert len(engine.pools) == 15
    engine.clock.advance(1)
    engine.call("CreateUserPool", MAKE_A_POOL)


@pytest.mark.fact("A286")
def test_engine_passes_the_pool() -> None:
    """Rates per pool use the UserPoolId of the request."""
    settings = EmulatorSettings(quotas=True)
    engine = Engine(clock=VirtualClock(START, frozen=True), settings=settings)
    pool_ids = [engine.call("CreateUserPool", MAKE_A_POOL)["UserPool"]["Id"] for _ in range(2)]
    for _ in range(5):
        engine.call("GetUserPoolMfaConfig", {"UserPoolId": pool_ids[0]})
    with refused("TooManyRequestsException"):
        engine.call("GetUserPoolMfaConfig", {"UserPoolId": pool_ids[0]})
    engine.call("GetUserPoolMfaConfig", {"UserPoolId": pool_ids[1]})


def test_counters_of_past_seconds_are_dropped(quotas: Quotas) -> None:
    """A service that counts the calls of many users does not grow with them."""
    for number in range(50):
        quotas.spend("InitiateAuth", Caller(), 1_000.0 + number, user=f"user-{number}")
    counters = [counted for counted in vars(quotas).values() if isinstance(counted, Counter)]
    assert [len(counted) for counted in counters] == [2, 2]


def test_late_calls_of_the_second_before_count_there(quotas: Quotas) -> None:
    """They take nothing from the present second, and the second before has no more than its own."""
    for _ in range(10):
        quotas.spend("InitiateAuth", HERE, 1_000.9, user="alice")
        quotas.spend("InitiateAuth", HERE, 1_001.0, user="bob")
    quotas.spend("InitiateAuth", HERE, 1_001.1, user="alice")
    with refused("TooManyRequestsException"):
        quotas.spend("InitiateAuth", HERE, 1_000.9, user="alice")
    quotas.spend("InitiateAuth", HERE, 1_000.9, user="bob")


def test_a_clock_set_back_by_one_second_shares_no_counter(quotas: Quotas) -> None:
    """The calls of two seconds are counted apart, in whichever order the seconds come."""
    for moment in (1_001.0, 1_000.0, 1_001.0):
        for _ in range(5):
            quotas.spend("InitiateAuth", HERE, moment, user="alice")
    with refused("TooManyRequestsException"):
        quotas.spend("InitiateAuth", HERE, 1_001.0, user="alice")
    for _ in range(5):
        quotas.spend("InitiateAuth", HERE, 1_000.0, user="alice")


def test_late_call_of_the_second_before_drops_nothing(quotas: Quotas) -> None:
    """Threads may count in another order than they looked at the clock."""
    for _ in range(10):
        quotas.spend("InitiateAuth", Caller(), 1_001.0, user="alice")
    quotas.spend("InitiateAuth", Caller(), 1_000.9, user="bob")
    with pytest.raises(Refusal):
        quotas.spend("InitiateAuth", Caller(), 1_001.1, user="alice")


def test_quotas_are_off_by_default() -> None:
    """By default the number of calls per second is not limited."""
    engine = Engine(clock=VirtualClock(START, frozen=True))
    for _ in range(100):
        engine.call("CreateUserPool", MAKE_A_POOL)
