"""Tags of user pools."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.expect import refused


@pytest.fixture
def arn(call: Call, make_pool: Callable[..., str]) -> str:
    """The ARN of a pool with the tags owner and run."""
    pool_id = make_pool(UserPoolTags={"owner": "tests", "run": "1"})
    return str(call("DescribeUserPool", UserPoolId=pool_id)["UserPool"]["Arn"])


def tags(call: Call, arn: str) -> dict[str, str]:
    """Return the pool's tags, which both ways of reading agree on."""
    found = call("ListTagsForResource", ResourceArn=arn)["Tags"]
    pool = call("DescribeUserPool", UserPoolId=arn.rpartition("/")[2])["UserPool"]
    assert pool["UserPoolTags"] == found
    return dict(found)


@pytest.mark.fact("M042")
def test_tags_are_set_and_removed_one_by_one(call: Call, arn: str) -> None:
    """Other tags stay, and removing a missing tag is not an error."""
    assert tags(call, arn) == {"owner": "tests", "run": "1"}
    assert call("TagResource", ResourceArn=arn, Tags={"run": "2", "expiry": "soon"}) == {}
    assert tags(call, arn) == {"owner": "tests", "run": "2", "expiry": "soon"}
    assert call("UntagResource", ResourceArn=arn, TagKeys=["run", "nothing"]) == {}
    assert tags(call, arn) == {"owner": "tests", "expiry": "soon"}


def test_new_pool_has_no_tags(call: Call, pool_id: str) -> None:
    """Without UserPoolTags the list is empty."""
    pool = call("DescribeUserPool", UserPoolId=pool_id)["UserPool"]
    assert tags(call, pool["Arn"]) == {}


@pytest.mark.fact("A067")
@pytest.mark.parametrize("operation", ["TagResource", "UntagResource", "ListTagsForResource"])
def test_pool_outside_account_and_region_is_not_found(
    engine: Engine, arn: str, operation: str
) -> None:
    """An unknown ARN and one of another account or region are not found."""
    others: dict[str, dict[str, Any]] = {
        "TagResource": {"Tags": {}},
        "UntagResource": {"TagKeys": []},
    }
    members = others.get(operation, {})
    elsewhere = arn.replace("us-east-1:", "eu-west-1:", 1)
    for resource, caller in (
        (arn + "x", Caller()),
        (elsewhere, Caller()),
        (arn, Caller(region="eu-west-1")),
        (arn, Caller(account="999999999999")),
    ):
        with refused("ResourceNotFoundException"):
            engine.call(operation, {"ResourceArn": resource, **members}, caller)
