"""A call that one quota refuses counts against no other."""

from __future__ import annotations

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.stores.quotas import PER_POOL_RATE, PER_USER_RATE, RATES, Quotas
from tests.emulator.support.expect import START, refused

HERE = Caller()


@pytest.fixture
def quotas() -> Quotas:
    """Quotas that are on."""
    return Quotas(enabled=True)


def test_a_call_that_the_category_refuses_does_not_count_for_its_user(quotas: Quotas) -> None:
    """A user whose sign-ins the account's rate refuses may still use their own rate."""
    for _ in range(RATES["UserAuthentication"]):
        quotas.spend("InitiateAuth", HERE, START)
    for _ in range(PER_USER_RATE):
        with refused("TooManyRequestsException"):
            quotas.spend("InitiateAuth", HERE, START, user="pool/alice")
    quotas.spend("GetUser", HERE, START, user="pool/alice")


def test_a_call_that_the_user_rate_refuses_does_not_count_for_the_account(quotas: Quotas) -> None:
    """One user who calls too often does not use up the rate of all."""
    for _ in range(PER_USER_RATE):
        quotas.spend("GetUser", HERE, START, user="pool/alice")
    for _ in range(RATES["UserRead"]):
        with refused("TooManyRequestsException"):
            quotas.spend("GetUser", HERE, START, user="pool/alice")
    quotas.spend("GetUser", HERE, START, user="pool/bob")


def test_a_call_that_the_pool_rate_refuses_does_not_count_for_the_account(quotas: Quotas) -> None:
    """Calls on one pool that are refused leave the account's rate to other pools."""
    for _ in range(PER_POOL_RATE):
        quotas.spend("CreateGroup", HERE, START, "pool-1")
    for _ in range(RATES["UserPoolResourceUpdate"]):
        with refused("TooManyRequestsException"):
            quotas.spend("CreateGroup", HERE, START, "pool-1")
    quotas.spend("CreateGroup", HERE, START, "pool-2")
