"""Expired records are removed, so that an emulator can run for any length of time."""

from __future__ import annotations

import pytest

from harness.emulator.domain import grants
from harness.emulator.engine import Engine
from harness.emulator.rules.oauth_tokens import implicit_tokens
from tests.emulator.support.expect import DAY, HOUR, refused
from tests.emulator.support.oauth import new_app
from tests.emulator.support.walker import ALWAYS, new_walker, tokens_of


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pool has so many refresh tokens that expired ones are removed."""
    monkeypatch.setattr(grants, "KEPT_TOKENS", 0)


@pytest.mark.usefixtures("full")
def test_expired_grant_is_removed_after_a_month(engine: Engine) -> None:
    """A sign-in is removed a month after its refresh token expired; later ones stay."""
    walker = new_walker(engine)
    pool = engine.pools[walker.user_pool_id]
    user = pool.users.by_username("alice")
    assert user is not None
    for _ in range(3):
        walker.by_password()
    engine.clock.advance(59 * DAY)
    recent = tokens_of(walker.by_password())["RefreshToken"]
    assert (len(pool.grants), len(pool.grants.of_user(user))) == (4, 4)
    engine.clock.advance(2 * DAY)
    walker.by_password()
    assert (len(pool.grants), len(pool.grants.of_user(user))) == (2, 2)
    assert tokens_of(walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=recent))


@pytest.mark.usefixtures("full")
def test_expired_refresh_token_is_known_for_a_month(engine: Engine) -> None:
    """For a month an expired refresh token is reported as expired, then as invalid."""
    walker = new_walker(engine)
    old = tokens_of(walker.by_password())["RefreshToken"]
    engine.clock.advance(59 * DAY)
    walker.by_password()
    with refused("NotAuthorizedException", "Refresh Token has expired"):
        walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=old)
    engine.clock.advance(2 * DAY)
    walker.by_password()
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=old)


@pytest.mark.usefixtures("full")
def test_a_sign_in_without_a_refresh_token_is_kept_for_a_month() -> None:
    """The access token of the implicit flow stays good when expired records are removed."""
    app = new_app()
    request = app.authorize(response_type="token")
    given = implicit_tokens(app.engine, app.client, app.user, request, app.now())
    app.signed_in()
    assert app.call("GetUser", AccessToken=given["access_token"])["Username"] == "alice"
    app.engine.clock.advance(31 * DAY)
    app.signed_in()
    assert len(app.pool.grants) == 2


@pytest.mark.usefixtures("full")
def test_revoked_grant_is_removed_like_others(engine: Engine) -> None:
    """A revoked sign-in is removed like every other one."""
    walker = new_walker(engine)
    pool = engine.pools[walker.user_pool_id]
    walker.by_password()
    walker.administer("AdminUserGlobalSignOut")
    engine.clock.advance(61 * DAY)
    walker.by_password()
    assert len(pool.grants) == 1


def test_waiting_device_sign_in_is_removed_after_its_session(engine: Engine) -> None:
    """A sign-in that waits for its device is removed once its session has expired."""
    walker = new_walker(engine, devices=ALWAYS)
    devices = [walker.confirm_device(tokens_of(walker.by_password())) for _ in range(3)]
    for device in devices:
        walker.by_password(DEVICE_KEY=device.key)
    assert len(engine.device_sign_ins) == 3
    engine.clock.advance(HOUR)
    challenge = walker.by_password(DEVICE_KEY=devices[0].key)
    assert len(engine.device_sign_ins) == 1
    assert tokens_of(walker.by_device(devices[0], challenge, sessions=False))


@pytest.mark.usefixtures("full")
def test_removal_goes_on_after_the_clock_went_back(engine: Engine) -> None:
    """A clock that went back by years does not stop the removal for as long."""
    walker = new_walker(engine, devices=ALWAYS)
    pool = engine.pools[walker.user_pool_id]
    device = walker.confirm_device(tokens_of(walker.by_password()))
    walker.by_password(DEVICE_KEY=device.key)
    walker.start_srp()
    engine.clock.set(engine.clock.time() - 1_000 * DAY)
    other = walker.confirm_device(tokens_of(walker.by_password()))
    walker.by_password(DEVICE_KEY=other.key)
    walker.start_srp()
    engine.clock.advance(61 * DAY)
    walker.start_srp()
    walker.by_password()
    walker.by_password(DEVICE_KEY=device.key)
    # Those from later than now, and the new ones.
    assert len(pool.grants) == 2
    assert len(engine.device_sign_ins) == 1
    assert len(engine.sessions.exported()) == 3  # one of them is of SignUp
    assert len(engine.srp_challenges.exported()[0]) == 2


def test_a_trip_ahead_removes_no_tokens(engine: Engine) -> None:
    """A pool with few tokens keeps them: after a trip of years they work as before."""
    walker = new_walker(engine)
    tokens, begin = tokens_of(walker.by_password()), engine.clock.time()
    engine.clock.advance(1_000 * DAY)
    walker.by_password()
    engine.clock.set(begin)
    assert walker.call("GetUser", AccessToken=tokens["AccessToken"])
    assert tokens_of(walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"]))
