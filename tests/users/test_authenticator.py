"""The authenticator: RFC 6238 codes, no step spent twice, waiting only when it must."""

from __future__ import annotations

import threading

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.clock import VirtualClock
from harness.errors import HarnessError
from harness.redaction import Secret
from harness.users.authenticator import Authenticator

# The secret of RFC 6238, appendix B: the ASCII text 12345678901234567890.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
STEP = 30
#: The middle of a step.
NOW = 1_795_372_815.0


class RecordingAuthenticator(Authenticator):
    """Keeps the steps whose codes were given, and when."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(Secret(RFC_SECRET), clock)
        self.given: list[tuple[int, float]] = []
        self._its_clock = clock

    def _code_of(self, step: int) -> str:
        self.given.append((step, self._its_clock.time()))
        return super()._code_of(step)


class TestRfc6238AppendixB:
    """The SHA-1 vectors of the RFC, of which an authenticator shows the last six digits."""

    @pytest.mark.parametrize(
        ("moment", "code"),
        [
            (59, "287082"),
            (1111111109, "081804"),
            (1111111111, "050471"),
            (1234567890, "005924"),
            (2000000000, "279037"),
            (20000000000, "353130"),
        ],
    )
    def test_code_is_that_of_the_rfc(self, moment: int, code: str) -> None:
        """The code of a moment is the RFC's."""
        clock = VirtualClock(float(moment), frozen=True)
        assert Authenticator(RFC_SECRET, clock).peek() == code


def codes_around(moment: float) -> list[str]:
    """Return the codes of the step before, the present one and the one after."""
    totp = pyotp.TOTP(RFC_SECRET)
    return [totp.at(int(moment) + offset) for offset in (-STEP, 0, STEP)]


def test_oldest_step_comes_first() -> None:
    """Three codes are to be had without waiting: the step before, the present, the next."""
    clock = VirtualClock(NOW, frozen=True)
    authenticator = Authenticator(RFC_SECRET, clock)
    assert [authenticator.code() for _ in range(3)] == codes_around(NOW)
    assert clock.time() == NOW


def test_fourth_code_waits_for_a_new_step() -> None:
    """The fourth code is of a new step, given as soon as that is surely within the window."""
    clock = VirtualClock(NOW, frozen=True)
    authenticator = Authenticator(RFC_SECRET, clock)
    codes = [authenticator.code() for _ in range(4)]
    assert clock.time() == NOW + STEP / 2 + Authenticator.MARGIN_SECONDS
    assert codes[3] == codes_around(clock.time())[2]


def test_expiring_step_is_skipped() -> None:
    """A step about to leave the window is passed over: its code would arrive too late."""
    clock = VirtualClock(NOW + STEP / 2 - 1, frozen=True)
    authenticator = Authenticator(RFC_SECRET, clock)
    assert authenticator.code() == codes_around(clock.time())[1]


def test_peek_spends_nothing() -> None:
    """Looking at codes leaves them to be spent."""
    clock = VirtualClock(NOW, frozen=True)
    authenticator = Authenticator(RFC_SECRET, clock)
    seen = [authenticator.peek(offset) for offset in (-1, 0, 1)]
    assert seen == [authenticator.code() for _ in range(3)]


def test_clock_set_back_gives_no_step_again() -> None:
    """After a clock was set back, the next code is of a step still unspent in the window."""

    class Unsteady(VirtualClock):
        def time(self) -> float:
            return super().time() - self.behind

        def wait_until(self, moment: float) -> None:
            super().wait_until(moment + self.behind)

        behind = 0.0

    clock = Unsteady(NOW, frozen=True)
    authenticator = RecordingAuthenticator(clock)
    for behind in (0.0, 3600.0, 60.0, 45.0, 0.0, 30.0):
        clock.behind = behind
        authenticator.code()
    steps = [step for step, _ in authenticator.given]
    assert len(set(steps)) == len(steps)
    for step, moment in authenticator.given:
        assert abs(step - moment // STEP) <= 1


def test_clock_set_back_by_years_is_not_moved_to_the_last_step() -> None:
    """After years back, the code is of the present; the clock is not moved to where it was."""
    clock = VirtualClock(NOW, frozen=True)
    authenticator = Authenticator(RFC_SECRET, clock)
    authenticator.code()
    clock.set(NOW - 1e9)
    assert authenticator.code() in codes_around(NOW - 1e9)
    assert clock.time() == NOW - 1e9


def test_at_the_beginning_of_time() -> None:
    """In the first minute of 1970 there is no step before, and still a code."""
    clock = VirtualClock(0.0, frozen=True)
    assert Authenticator(RFC_SECRET, clock).code() == pyotp.TOTP(RFC_SECRET).at(0)


@given(
    start=st.floats(min_value=60, max_value=4e9),
    moves=st.lists(st.one_of(st.none(), st.floats(min_value=0, max_value=200)), max_size=40),
)
def test_no_step_twice_and_every_code_within_the_window(
    start: float, moves: list[float | None]
) -> None:
    """However the clock moves between them, codes are of new steps and accepted when given."""
    clock = VirtualClock(start, frozen=True)
    authenticator = RecordingAuthenticator(clock)
    for move in moves:
        if move is None:
            authenticator.code()
        else:
            clock.advance(move)
    steps = [step for step, _ in authenticator.given]
    assert steps == sorted(set(steps))
    assert all(abs(step - moment // STEP) <= 1 for step, moment in authenticator.given)


def test_threads_get_different_codes() -> None:
    """Threads that share an authenticator never get the same code."""
    authenticator = RecordingAuthenticator(VirtualClock(NOW, frozen=True))
    start = threading.Barrier(8)

    def spend() -> None:
        start.wait()
        for _ in range(25):
            authenticator.code()

    threads = [threading.Thread(target=spend) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    steps = [step for step, _ in authenticator.given]
    assert len(steps) == len(set(steps)) == 200


@given(offset=st.floats(0, 2 * STEP), codes=st.integers(0, 3))
def test_it_knows_when_it_need_not_wait(offset: float, codes: int) -> None:
    """At the moment that it gives, it has a code at once, and just before it has none."""
    clock = VirtualClock(NOW + offset, frozen=True)
    authenticator = Authenticator(Secret(RFC_SECRET), clock)
    for _ in range(codes):
        authenticator.code()
    ready = authenticator.ready_at()
    assert codes or ready <= clock.time()
    if ready > clock.time():
        clock.set(ready - 0.001)
        assert authenticator.ready_at() > clock.time()
        clock.set(ready)
    authenticator.code()
    assert clock.time() == max(ready, NOW + offset)


@given(offset=st.floats(0, 2 * STEP), later=st.floats(0, 2 * STEP), codes=st.integers(1, 3))
def test_another_one_uses_no_step_that_the_first_could_use(
    offset: float, later: float, codes: int
) -> None:
    """With the newest step of a moment, it gives no code that another gave until then."""
    clock = VirtualClock(NOW + offset, frozen=True)
    first = RecordingAuthenticator(clock)
    for _ in range(codes):
        first.code()
    spent = Authenticator.newest_step_at(clock.time())
    assert first.newest_spent is not None
    assert first.newest_spent <= spent
    clock.advance(later)
    second = Authenticator(Secret(RFC_SECRET), clock, newest_spent=spent)
    second.code()
    assert second.newest_spent is not None
    assert second.newest_spent > first.newest_spent


def test_provisioning_uri_has_name_issuer_and_secret() -> None:
    """The URI is what authenticator apps read: name, issuer and secret."""
    authenticator = Authenticator(RFC_SECRET, VirtualClock(NOW))
    uri = authenticator.provisioning_uri("alice@example.com", "Example App")
    parsed = pyotp.parse_uri(uri)
    assert (parsed.name, parsed.issuer, parsed.secret) == (
        "alice@example.com",
        "Example App",
        RFC_SECRET,
    )


def test_secret_of_52_characters_is_accepted() -> None:
    """Cognito's secrets have 52 base32 characters and no padding (A212)."""
    secret = "A" * 51 + "Q"
    assert len(Authenticator(secret, VirtualClock(NOW)).code()) == 6


@pytest.mark.parametrize("secret", ["not!base32" * 4, "A" * 15 + "="], ids=["signs", "padding"])
def test_secret_that_is_not_base32_is_refused(secret: str) -> None:
    """A secret that is no base32 is refused, and not repeated."""
    with pytest.raises(HarnessError, match="base32") as caught:
        Authenticator(secret, VirtualClock(NOW))
    assert secret not in str(caught.value)
    assert caught.value.__suppress_context__


def test_secret_is_not_shown() -> None:
    """The repr keeps the secret to itself."""
    assert RFC_SECRET not in repr(Authenticator(RFC_SECRET, VirtualClock(NOW)))
