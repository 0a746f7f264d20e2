"""Going back in time: nothing is used twice, nobody is locked out for years, nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator.control.page.rows import user_rows
from harness.emulator.domain.passwords import Lockout
from harness.emulator.engine import Engine
from harness.emulator.stores.pages import Pages
from tests.emulator.support.expect import DAY, HOUR, PASSWORD, refused
from tests.emulator.support.walker import Walker, new_walker, tokens_of

YEARS = 31 * 365 * DAY


def go_back(engine: Engine, seconds: float = YEARS) -> None:
    """Move the engine's clock back."""
    engine.clock.set(engine.clock.time() - seconds)


def fail_to_sign_in(walker: Walker, times: int) -> None:
    """Sign in with a wrong password."""
    for _ in range(times):
        with refused("NotAuthorizedException", "Incorrect username or password."):
            walker.initiate("USER_PASSWORD_AUTH", USERNAME="alice", PASSWORD=f"{PASSWORD}x")


def test_lock_does_not_last_for_years(engine: Engine) -> None:
    """A lock starts again at its full length when the clock goes back, and then ends."""
    walker = new_walker(engine)
    fail_to_sign_in(walker, 5)
    engine.clock.advance(1)
    fail_to_sign_in(walker, 1)
    go_back(engine)
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        walker.by_password()
    engine.clock.advance(2)
    assert tokens_of(walker.by_password())


@pytest.mark.parametrize("failures", [0, 1, 4, 5, 9, 30])
def test_lock_is_never_longer_than_before(failures: int) -> None:
    """Wherever the clock goes, a lock lasts at most fifteen minutes."""
    lockout = Lockout()
    for _ in range(failures):
        lockout.failed(2e9)
    for now in (1e9, 3e8, 1.0, 0.0):
        assert lockout.is_locked(now) == (failures >= Lockout.FREE)
        assert not lockout.is_locked(now + Lockout.LONGEST_SECONDS)


def test_small_step_back_ends_no_lock() -> None:
    """A clock that is corrected by a second does not give a locked user a free attempt."""
    lockout = Lockout()
    for _ in range(9):
        lockout.failed(1_000.0)
    assert lockout.is_locked(999.0)


def test_page_shows_no_lock_for_years(engine: Engine) -> None:
    """The page shows a lock of a later time for as long as it lasts."""
    walker = new_walker(engine)
    fail_to_sign_in(walker, 5)
    go_back(engine)
    pool = engine.pools[walker.user_pool_id]
    assert user_rows(engine, pool, list(pool.users))[0].locked
    engine.clock.advance(1)
    assert not user_rows(engine, pool, list(pool.users))[0].locked


def test_hourly_limit_does_not_last_for_years(engine: Engine) -> None:
    """Calls of a later time count for one more hour, and then no longer."""
    walker = new_walker(engine)
    token = tokens_of(walker.by_password())["AccessToken"]

    def send() -> Any:
        return walker.call(
            "GetUserAttributeVerificationCode", AccessToken=token, AttributeName="email"
        )

    for _ in range(5):
        send()
    go_back(engine)
    for _ in range(3):
        engine.clock.advance(HOUR / 4)
        with refused("LimitExceededException"):
            send()
    engine.clock.advance(HOUR)
    assert send()


def test_used_code_stays_used(engine: Engine) -> None:
    """A TOTP code counts once, also after a trip in either direction."""
    walker = new_walker(engine, mfa="OPTIONAL")
    secret = walker.enrol(tokens_of(walker.by_password()))
    engine.clock.advance(60)
    begin = engine.clock.time()
    code = walker.code(secret)
    assert tokens_of(walker.by_totp(walker.by_password(), secret))
    for trip in (YEARS / 4, -YEARS):
        engine.clock.set(begin + trip)
        assert tokens_of(walker.by_totp(walker.by_password(), secret))
        engine.clock.set(begin)
        assert walker.code(secret) == code
        with refused("ExpiredCodeException"):
            walker.by_totp(walker.by_password(), secret)


@pytest.mark.parametrize("grace", [0, 60])
def test_rotated_token_stays_rotated(engine: Engine, grace: int) -> None:
    """A refresh token that a newer one has replaced does not come back with an earlier time."""
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": grace}
    flows = ["ALLOW_USER_PASSWORD_AUTH"]
    walker = new_walker(
        engine, client_settings={"RefreshTokenRotation": rotation, "ExplicitAuthFlows": flows}
    )
    old = tokens_of(walker.by_password())["RefreshToken"]
    client = walker.client_id
    fresh = walker.call("GetTokensFromRefreshToken", ClientId=client, RefreshToken=old)
    go_back(engine)
    with refused("RefreshTokenReuseException"):
        walker.call("GetTokensFromRefreshToken", ClientId=client, RefreshToken=old)
    newer = fresh["AuthenticationResult"]["RefreshToken"]
    assert walker.call("GetTokensFromRefreshToken", ClientId=client, RefreshToken=newer)


def test_pages_do_not_pile_up(engine: Engine) -> None:
    """Tokens of a later time are removed, and do not keep others from it."""
    pages = Pages(engine.random)
    clock = VirtualClock(2e9, frozen=True)
    listing = ("users",)
    later = pages.token(listing, 1, clock.time())
    clock.set(1e9)
    token = pages.token(listing, 2, clock.time())
    assert pages.position(listing, token, clock.time(), 0) == 2
    clock.advance(2 * HOUR)
    assert list(pages.exported()) == [token]
    last = pages.token(listing, 3, clock.time())
    assert list(pages.exported()) == [last]
    assert later not in pages.exported()


def test_user_signs_in_after_every_trip(engine: Engine) -> None:
    """Dates never become negative, and the tokens are of the time that the clock shows."""
    walker = new_walker(engine)
    for moment in (4e9, 9e8, 1.9e9, 0.0, 1.0):
        engine.clock.set(moment)
        tokens = tokens_of(walker.by_srp())
        user = walker.administer("AdminGetUser")
        assert tokens["ExpiresIn"] == HOUR
        assert user["UserCreateDate"] > 0
        refreshed = walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"])
        assert tokens_of(refreshed)
