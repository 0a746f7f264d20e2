"""Planned faults: which call each strikes, how often, and which plans make no sense."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.emulator.stores.faults import Fault, PlannedFaults
from tests.emulator.support.expect import refused

LIST: dict[str, Any] = {"MaxResults": 5}


def codes_of(faults: PlannedFaults, operation: str, calls: int) -> list[str | None]:
    """The codes with which so many calls fail; ``None`` for a call that does not."""
    found: list[str | None] = []
    for _ in range(calls):
        try:
            faults.strike(operation)
        except Refusal as refusal:
            found.append(refusal.code)
        else:
            found.append(None)
    return found


def test_a_fault_strikes_so_many_calls_of_its_operation() -> None:
    """A fault fails as many calls as planned, and no call of another operation."""
    faults = PlannedFaults()
    faults.plan(Fault("SignUp", code="TooManyRequestsException", times=2))
    assert codes_of(faults, "InitiateAuth", 1) == [None]
    assert codes_of(faults, "SignUp", 3) == [*["TooManyRequestsException"] * 2, None]
    assert faults.planned == []


def test_an_unlikely_fault_does_not_hide_the_next_one() -> None:
    """Where the first fault of an operation does not strike, the next one may."""
    faults = PlannedFaults(seed=1)
    faults.plan(Fault("SignUp", code="Unlikely", times=None, probability=1e-9))
    faults.plan(Fault("SignUp", code="Sure"))
    assert codes_of(faults, "SignUp", 2) == ["Sure", None]
    assert [fault.code for fault in faults.planned] == ["Unlikely"]


def test_faults_of_one_operation_strike_in_the_order_of_planning() -> None:
    """Of two faults that strike a call, the one that was planned first does."""
    faults = PlannedFaults()
    faults.plan(Fault("SignUp", code="First"))
    faults.plan(Fault("SignUp", code="Second"))
    assert codes_of(faults, "SignUp", 3) == ["First", "Second", None]


def test_a_probability_is_the_share_of_calls_that_fail() -> None:
    """A fault with a probability fails that share of the calls, and the same ones with a seed."""

    def struck(seed: int) -> list[str | None]:
        faults = PlannedFaults(seed)
        faults.plan(Fault("SignUp", code="Half", times=None, probability=0.5))
        return codes_of(faults, "SignUp", 400)

    assert 150 < struck(1).count("Half") < 250
    assert struck(1) == struck(1)
    assert struck(1) != struck(2)


def test_the_engine_raises_a_planned_fault_before_it_acts(engine: Engine) -> None:
    """The operation is not carried out, and is carried out by the next call."""
    engine.faults.plan(Fault("CreateUserPool", code="TooManyRequestsException", status=400))
    with refused("TooManyRequestsException"):
        engine.call("CreateUserPool", {"PoolName": "pool"})
    assert engine.call("ListUserPools", LIST)["UserPools"] == []
    assert engine.call("CreateUserPool", {"PoolName": "pool"})


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"operation": "SingUp"}, r"operation is 'SingUp'.*SignUp\?"),
        ({"code": "not a name"}, "code is 'not a name'"),
        ({"message": 1}, "message is 1"),
        ({"status": 200}, "status is 200"),
        ({"probability": 0}, "probability is 0"),
        ({"probability": 1.5}, "probability is 1.5"),
        ({"times": 0}, "times is 0"),
        ({"times": True}, "times is True"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_plan_that_makes_no_sense_is_refused(members: dict[str, Any], problem: str) -> None:
    """A fault that could never strike as planned is refused, with what was given."""
    faults = PlannedFaults()
    with pytest.raises(ValueError, match=problem):
        faults.plan(Fault(**{"operation": "SignUp", **members}))
    assert faults.planned == []
