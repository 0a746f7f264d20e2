"""A planter replaces parts of the emulator wherever they are used, and puts them back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness.emulator import Emulator
from harness.emulator.domain import totp
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.operations import sign_up
from harness.emulator.operations.table import OPERATIONS
from harness.emulator.rules import delivery, password_policy
from harness.emulator.sign_in.challenges import software_token
from harness.emulator.sign_in.challenges.table import CHALLENGES
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import forgiving


@pytest.fixture
def planter() -> Iterator[Planter]:
    """A planter whose changes end with the test."""
    planter = Planter()
    yield planter
    planter.undo()


def _nothing(original: Any) -> Any:
    return lambda *given, **named: None


def test_function_is_replaced_wherever_it_was_imported(planter: Planter) -> None:
    """Every module that has imported a function by name gets the replacement, and gives it back."""
    original = password_policy.check_policy
    planter.function(original, _nothing)
    assert password_policy.check_policy is not original
    assert vars(sign_up)["check_policy"] is password_policy.check_policy
    planter.undo()
    assert password_policy.check_policy is original
    assert vars(sign_up)["check_policy"] is original


def test_function_is_replaced_within_one_module(planter: Planter) -> None:
    """With ``within``, all other modules keep the function."""
    original = password_policy.check_policy
    planter.function(original, _nothing, within=sign_up)
    assert password_policy.check_policy is original
    assert vars(sign_up)["check_policy"] is not original


def test_function_is_replaced_in_tables(planter: Planter) -> None:
    """A function in a table of challenges is replaced there too."""
    original = CHALLENGES["SOFTWARE_TOKEN_MFA"]
    planter.function(software_token.judge, _nothing)
    assert CHALLENGES["SOFTWARE_TOKEN_MFA"].judge is software_token.judge is not original.judge
    assert CHALLENGES["SOFTWARE_TOKEN_MFA"].put is original.put
    planter.undo()
    assert CHALLENGES["SOFTWARE_TOKEN_MFA"] == original


def test_property_and_class_method_stay_what_they_are(planter: Planter) -> None:
    """The replacement of a property is a property, and that of a class method a class method."""
    planter.method(UserPoolClient, "session_seconds", lambda _: lambda client: 7)
    planter.method(Attempt, "begin", lambda _: lambda cls, *given: cls)
    assert isinstance(vars(UserPoolClient)["session_seconds"], property)
    assert Attempt.begin() is Attempt  # type: ignore[call-arg, comparison-overlap]


def test_constant_is_put_back(planter: Planter) -> None:
    """An attribute has its value again afterwards, and a new one is gone."""
    planter.attribute(totp, "TOLERATED_STEPS", 5)
    planter.attribute(totp, "NEW", 1)
    planter.undo()
    assert totp.TOLERATED_STEPS == 1
    assert not hasattr(totp, "NEW")


def test_handler_notes_its_operations(planter: Planter) -> None:
    """A changed answer is that of the operation alone, and the planter knows which it is."""
    planter.answer("ListUserPools", lambda _, __, answer: answer.update(UserPools=["none"]))
    assert planter.operations == {"ListUserPools"}
    engine = Emulator(mock=False).engine
    assert engine.call("ListUserPools", {"MaxResults": 1}) == {"UserPools": ["none"]}
    planter.undo()
    assert engine.call("ListUserPools", {"MaxResults": 1}) == {"UserPools": []}


def test_changed_request_leaves_the_caller_s_own_alone(planter: Planter) -> None:
    """A handler sees changed parameters, and the request that was sent stays as it was."""
    planter.request("CreateUserPool", lambda params: params.update(PoolName="other"))
    sent = {"PoolName": "mine"}
    made = Emulator(mock=False).engine.call("CreateUserPool", sent)["UserPool"]
    assert (made["Name"], sent) == ("other", {"PoolName": "mine"})


def test_place_of_what_is_replaced_is_noted(planter: Planter) -> None:
    """The place of a function is its file and line, also after it was replaced twice."""
    planter.function(delivery.check_delivery, _nothing)
    planter.function(delivery.check_delivery, _nothing)
    (place,) = planter.entered
    assert place.startswith("emulator/rules/delivery.py:")


def test_refusal_with_other_words_is_not_forgiven(planter: Planter) -> None:
    """A lenient function refuses as before what it is not to forgive."""
    planter.handler("DescribeUserPool", forgiving({}, saying="no such text"))
    engine = Emulator(mock=False).engine
    with pytest.raises(Exception, match="does not exist"):
        engine.call("DescribeUserPool", {"UserPoolId": "us-east-1_Nothing00"})
    planter.handler("DescribeUserPool", forgiving({"UserPool": {}}, saying="does not exist"))
    assert engine.call("DescribeUserPool", {"UserPoolId": "us-east-1_Nothing00"}) == {
        "UserPool": {}
    }
    assert "DescribeUserPool" in OPERATIONS
