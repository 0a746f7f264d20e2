"""The lockout after wrong passwords (section 2.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.domain.passwords import Lockout
from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.conftest import Call
from tests.emulator.support.expect import Person, refused

LOCKED = "Password attempts exceeded"


def after_failures(count: int) -> tuple[Lockout, float]:
    """Return a lockout after that many wrong passwords, each as soon as possible, and the time."""
    lockout, now = Lockout(), 1_000.0
    for _ in range(count):
        now = max(now, lockout.locked_until)
        lockout.refuse_if_locked(now)
        lockout.failed(now)
    return lockout, now


@pytest.mark.fact("A132")
def test_first_four_failures_do_not_lock() -> None:
    """The fifth wrong password is the first that locks."""
    lockout, now = after_failures(4)
    lockout.refuse_if_locked(now)


@pytest.mark.fact("A132", "A133")
@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(5, 1), (6, 2), (7, 4), (8, 8), (9, 16), (14, 512), (15, 900), (16, 900), (40, 900)],
)
def test_each_failure_doubles_the_lock(failures: int, seconds: int) -> None:
    """The n-th failure locks for 2^(n-5) seconds, at most 900."""
    lockout, now = after_failures(failures)
    with refused("NotAuthorizedException", LOCKED):
        lockout.refuse_if_locked(now + seconds - 0.001)
    lockout.refuse_if_locked(now + seconds)


@pytest.mark.fact("A133")
def test_attempts_during_a_lock_do_not_extend_it() -> None:
    """Attempts refused during a lock change neither the lock nor the count."""
    lockout, now = after_failures(8)
    for moment in (0.0, 4.0, 7.9):
        with refused("NotAuthorizedException", LOCKED):
            lockout.refuse_if_locked(now + moment)
    lockout.refuse_if_locked(now + 8)
    lockout.failed(now + 8)
    with refused("NotAuthorizedException", LOCKED):
        lockout.refuse_if_locked(now + 8 + 15.9)
    lockout.refuse_if_locked(now + 8 + 16)


@pytest.mark.fact("A134")
def test_fifteen_quiet_minutes_reset_the_count() -> None:
    """The quiet time counts from the end of the lock or from the latest attempt after it."""
    lockout, now = after_failures(8)
    lockout.refuse_if_locked(now + 8 + 899)
    lockout.failed(now + 8 + 899)
    assert lockout.failures == 9
    lockout.refuse_if_locked(lockout.locked_until + 900)
    lockout.failed(now + 10_000)
    assert lockout.failures == 1


@pytest.mark.fact("A134")
def test_right_password_resets_the_count() -> None:
    """A sign-in outside a lock works at once and resets the count."""
    lockout, now = after_failures(6)
    lockout.refuse_if_locked(now + 2)
    lockout.succeeded(now + 2)
    for _ in range(4):
        lockout.failed(now + 3)
    lockout.refuse_if_locked(now + 3)


@pytest.fixture
def alice(pool_id: str, client: dict[str, Any], confirmed_user: Callable[..., Person]) -> Person:
    """A confirmed user."""
    return confirmed_user(pool_id, client)


@pytest.mark.fact("A133", "A136")
def test_right_password_is_refused_during_a_lock(
    call: Call, engine: Engine, alice: Person, access_token: Callable[[Person], str]
) -> None:
    """During a lock every password is refused; the lock ends by the clock."""
    request = {"ClientId": alice.client_id, "AuthFlow": "USER_PASSWORD_AUTH"}
    for _ in range(5):
        with refused("NotAuthorizedException", "Incorrect username or password."):
            call(
                "InitiateAuth",
                **request,
                AuthParameters={"USERNAME": "alice", "PASSWORD": "wrong"},
            )
    with refused("NotAuthorizedException", LOCKED):
        access_token(alice)
    engine.clock.advance(1)
    assert access_token(alice)


def test_reason_says_how_long_the_lock_lasts() -> None:
    """The call log has the seconds that are left, and how often the password was wrong."""
    lockout = Lockout()
    for _ in range(8):
        lockout.failed(100.0)
    with pytest.raises(Refusal) as caught:
        lockout.refuse_if_locked(103.0)
    expected = "8 wrong passwords in a row lock the user out for 5 s more"
    assert caught.value.reason == expected
