"""What has expired is forgotten in time, so that an emulator can run for as long as it likes."""

from __future__ import annotations

from harness.emulator.engine import Engine
from tests.emulator.support.expect import DAY, HOUR, refused
from tests.emulator.support.walker import ALWAYS, new_walker, tokens_of


def test_grants(engine: Engine) -> None:
    """A sign-in whose refresh token expired a month ago is forgotten, a later one is not."""
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


def test_an_expired_refresh_token_is_still_known(engine: Engine) -> None:
    """For a month an expired refresh token is told apart from one that never was."""
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


def test_revoked_grants(engine: Engine) -> None:
    """A revoked sign-in is forgotten like every other one."""
    walker = new_walker(engine)
    pool = engine.pools[walker.user_pool_id]
    walker.by_password()
    walker.administer("AdminUserGlobalSignOut")
    engine.clock.advance(61 * DAY)
    walker.by_password()
    assert len(pool.grants) == 1


def test_sign_ins_that_wait_for_their_device(engine: Engine) -> None:
    """A sign-in that was never gone on with is forgotten once its session has expired."""
    walker = new_walker(engine, devices=ALWAYS)
    devices = [walker.confirm_device(tokens_of(walker.by_password())) for _ in range(3)]
    for device in devices:
        walker.by_password(DEVICE_KEY=device.key)
    assert len(engine.device_sign_ins) == 3
    engine.clock.advance(HOUR)
    challenge = walker.by_password(DEVICE_KEY=devices[0].key)
    assert len(engine.device_sign_ins) == 1
    assert tokens_of(walker.by_device(devices[0], challenge, sessions=False))
