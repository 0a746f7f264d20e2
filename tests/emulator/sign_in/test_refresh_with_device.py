"""Refresh tokens in a tracking pool: each belongs to its sign-in's device (D114 to D121)."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.refreshing import INVALID, Refresh
from tests.emulator.support.walker import ALWAYS, OPT_IN, Walker, claims_of, new_walker, tokens_of


@pytest.fixture(params=[ALWAYS, OPT_IN], ids=["always", "opt-in"])
def walker(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """A user of a tracking pool; in an opt-in pool no device is remembered here (D117)."""
    return new_walker(engine, devices=request.param)


@pytest.fixture
def tokens(walker: Walker) -> dict[str, Any]:
    """The user's tokens."""
    return tokens_of(walker.by_password())


@pytest.fixture
def key(tokens: dict[str, Any]) -> str:
    """The key that the sign-in issued."""
    return str(tokens["NewDeviceMetadata"]["DeviceKey"])


@pytest.mark.fact("D059", "D063", "D114", "D117", "D119")
def test_confirmed_key_refreshes(
    walker: Walker, tokens: dict[str, Any], key: str, refresh: Refresh
) -> None:
    """With the confirmed key it works repeatedly, and the claim stays."""
    walker.confirm_device(tokens)
    for _ in range(2):
        fresh = refresh(walker, tokens["RefreshToken"], key)
        assert claims_of(fresh["AccessToken"])["device_key"] == key
        assert "NewDeviceMetadata" not in fresh


@pytest.mark.fact("A264", "D115", "D119", "D.19")
def test_missing_key_is_refused(
    walker: Walker, tokens: dict[str, Any], key: str, refresh: Refresh
) -> None:
    """Without the key the refresh is refused."""
    walker.confirm_device(tokens)
    with refused(*INVALID):
        refresh(walker, tokens["RefreshToken"])


@pytest.mark.fact("D116", "D.19")
def test_unconfirmed_key_is_refused(
    walker: Walker, tokens: dict[str, Any], key: str, refresh: Refresh
) -> None:
    """The key of an unconfirmed device is refused."""
    with refused(*INVALID):
        refresh(walker, tokens["RefreshToken"], key)


@pytest.mark.fact("D114", "D.19")
def test_key_of_another_device_is_refused(
    walker: Walker, tokens: dict[str, Any], refresh: Refresh
) -> None:
    """The key of another device of the same user is refused (section D, 19)."""
    walker.confirm_device(tokens)
    other = walker.confirm_device(tokens_of(walker.by_password()))
    with refused(*INVALID):
        refresh(walker, tokens["RefreshToken"], other.key)


@pytest.mark.fact("D118")
@pytest.mark.parametrize("by", ["ForgetDevice", "AdminForgetDevice"])
def test_forgotten_device_is_refused(
    walker: Walker, tokens: dict[str, Any], key: str, refresh: Refresh, by: str
) -> None:
    """After the device is forgotten, its refresh tokens fail."""
    walker.confirm_device(tokens)
    if by == "ForgetDevice":
        walker.call(by, AccessToken=tokens["AccessToken"], DeviceKey=key)
    else:
        walker.administer(by, DeviceKey=key)
    with refused(*INVALID):
        refresh(walker, tokens["RefreshToken"], key)


@pytest.mark.fact("A264")
def test_token_of_an_admin_sign_in_needs_the_key(walker: Walker, refresh: Refresh) -> None:
    """Tokens of AdminInitiateAuth need the device key too."""
    walker.admin = True
    tokens = tokens_of(walker.by_password())
    walker.admin = False
    with refused(*INVALID):
        refresh(walker, tokens["RefreshToken"])


@pytest.mark.fact("D121")
def test_key_is_not_needed_once_tracking_is_off(
    walker: Walker, tokens: dict[str, Any], refresh: Refresh
) -> None:
    """Once tracking is off, the same tokens refresh without a key."""
    walker.engine.pools[walker.user_pool_id].settings.pop("DeviceConfiguration")
    assert refresh(walker, tokens["RefreshToken"])


@pytest.mark.fact("D114", "D.20")
def test_token_from_before_tracking_needs_no_key(engine: Engine, refresh: Refresh) -> None:
    """Tokens from before tracking refresh without a key (section D, 20)."""
    walker = new_walker(engine)
    token = tokens_of(walker.by_password())["RefreshToken"]
    engine.pools[walker.user_pool_id].settings["DeviceConfiguration"] = ALWAYS
    assert refresh(walker, token)


@pytest.mark.fact("D086")
def test_null_key_counts_as_missing(walker: Walker, tokens: dict[str, Any]) -> None:
    """A null DEVICE_KEY counts as missing."""
    walker.confirm_device(tokens)
    with refused(*INVALID):
        walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"], DEVICE_KEY=None)
