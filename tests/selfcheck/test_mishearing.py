"""A setting that was misheard decides, and the service describes the one that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness.emulator import Emulator
from harness.emulator.engine import Engine
from harness.selfcheck.fault import fault_of
from harness.selfcheck.mishearing import misheard
from harness.selfcheck.planting import Planter

TABLE = "harness.selfcheck.faults"
LENGTH = "Policies.PasswordPolicy.MinimumLength"


@pytest.fixture
def planter() -> Iterator[Planter]:
    """A planter whose changes end with the test."""
    planter = Planter()
    yield planter
    planter.undo()


@pytest.fixture
def engine() -> Engine:
    """The engine of an emulator."""
    return Emulator(mock=False).engine


def pool_of(engine: Engine, **settings: Any) -> str:
    """Create a pool and return its id."""
    made = engine.call("CreateUserPool", {"PoolName": "pool", **settings})
    pool_id: str = made["UserPool"]["Id"]
    return pool_id


def test_pool_is_shown_as_it_was_asked_for(planter: Planter, engine: Engine) -> None:
    """The policy in effect is shorter, and both CreateUserPool and DescribeUserPool show eight."""
    misheard("pool", LENGTH, lambda asked: asked - 1)(planter)
    policy = {"PasswordPolicy": {"MinimumLength": 8}}
    made = engine.call("CreateUserPool", {"PoolName": "pool", "Policies": policy})["UserPool"]
    shown = engine.call("DescribeUserPool", {"UserPoolId": made["Id"]})["UserPool"]
    for each in (made, shown):
        assert each["Policies"]["PasswordPolicy"]["MinimumLength"] == 8
    assert engine.pools[made["Id"]].password_policy["MinimumLength"] == 7


def test_setting_that_was_not_asked_for_is_not_shown(planter: Planter, engine: Engine) -> None:
    """A pool that tracks devices without being asked shows no DeviceConfiguration."""
    tracking = {"ChallengeRequiredOnNewDevice": True}
    misheard("pool", "DeviceConfiguration", lambda asked: asked or tracking)(planter)
    pool_id = pool_of(engine)
    shown = engine.call("DescribeUserPool", {"UserPoolId": pool_id})["UserPool"]
    assert "DeviceConfiguration" not in shown
    assert engine.pools[pool_id].device_configuration is not None


@pytest.mark.parametrize(
    ("path", "asked", "move", "in_effect"),
    [
        ("AuthSessionValidity", 3, lambda asked: asked + 1, lambda client: client.session_seconds),
        ("EnableTokenRevocation", True, lambda _: False, lambda client: client.revocation_enabled),
    ],
)
def test_client_is_shown_as_it_was_asked_for(
    planter: Planter,
    engine: Engine,
    path: str,
    asked: Any,
    move: Callable[[Any], Any],
    in_effect: Callable[[Any], Any],
) -> None:
    """A setting of an app client differs from what DescribeUserPoolClient shows."""
    pool_id = pool_of(engine)
    request = {"UserPoolId": pool_id, "ClientName": "app", path: asked}
    truthful = engine.call("CreateUserPoolClient", request)["UserPoolClient"]["ClientId"]
    misheard("client", path, move)(planter)
    wrong = engine.call("CreateUserPoolClient", request)["UserPoolClient"]["ClientId"]
    named = {"UserPoolId": pool_id, "ClientId": wrong}
    shown = engine.call("DescribeUserPoolClient", named)["UserPoolClient"]
    assert shown[path] == asked
    assert in_effect(engine.clients[wrong]) != in_effect(engine.clients[truthful])


def test_mfa_is_shown_as_it_was_asked_for(planter: Planter, engine: Engine) -> None:
    """GetUserPoolMfaConfig says ON, and the mode in effect is OPTIONAL."""
    misheard("mfa", "MfaConfiguration", lambda _: "OPTIONAL")(planter)
    pool_id = pool_of(engine)
    totp = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    engine.call("SetUserPoolMfaConfig", {"UserPoolId": pool_id, "MfaConfiguration": "ON", **totp})
    shown = engine.call("GetUserPoolMfaConfig", {"UserPoolId": pool_id})
    assert shown["MfaConfiguration"] == "ON"
    assert engine.pools[pool_id].mfa.mode == "OPTIONAL"


@pytest.mark.parametrize(
    ("fault", "asked", "path", "shown"),
    [
        ("secret-ignored", {"GenerateSecret": True}, "ClientSecret", True),
        ("secret-unasked", {}, "ClientSecret", False),
        ("rotation-on", {}, "RefreshTokenRotation", False),
    ],
)
def test_client_that_was_altered_is_shown_as_it_was_asked_for(
    planter: Planter, engine: Engine, fault: str, asked: dict[str, Any], path: str, *, shown: bool
) -> None:
    """What the fault sets is another value than the answers show, also after an update."""
    fault_of(TABLE, fault).plant(planter)
    pool_id = pool_of(engine)
    request = {"UserPoolId": pool_id, "ClientName": "app", **asked}
    made = engine.call("CreateUserPoolClient", request)["UserPoolClient"]
    named = {"UserPoolId": pool_id, "ClientId": made["ClientId"]}
    answers = [made, engine.call("DescribeUserPoolClient", named)["UserPoolClient"]]
    answers.append(engine.call("UpdateUserPoolClient", named)["UserPoolClient"])
    assert [path in each for each in answers] == [shown, shown, shown]


def test_rotation_that_nobody_asked_for_is_in_effect(planter: Planter, engine: Engine) -> None:
    """The fault rotates refresh tokens of a client that allows the flow of refreshing."""
    fault_of(TABLE, "rotation-on").plant(planter)
    flows = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
    request = {"UserPoolId": pool_of(engine), "ClientName": "app", "ExplicitAuthFlows": flows}
    made = engine.call("CreateUserPoolClient", request)["UserPoolClient"]
    client = engine.clients[made["ClientId"]]
    assert client.rotates_refresh_tokens
    assert client.auth_flows == {*flows}


def test_pool_without_mfa_that_has_it_says_that_it_is_off(planter: Planter, engine: Engine) -> None:
    """DescribeUserPool and GetUserPoolMfaConfig say OFF, until a request sets another mode."""
    fault_of(TABLE, "mfa-optional-instead-of-off").plant(planter)
    pool_id = pool_of(engine)
    named = {"UserPoolId": pool_id}
    assert engine.pools[pool_id].mfa.mode == "OPTIONAL"
    assert engine.call("DescribeUserPool", named)["UserPool"]["MfaConfiguration"] == "OFF"
    shown = engine.call("GetUserPoolMfaConfig", named)
    assert shown["MfaConfiguration"] == "OFF"
    assert "SoftwareTokenMfaConfiguration" not in shown
    totp = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    engine.call("SetUserPoolMfaConfig", {**named, "MfaConfiguration": "ON", **totp})
    assert engine.call("GetUserPoolMfaConfig", named)["MfaConfiguration"] == "ON"
