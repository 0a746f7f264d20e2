"""Software tokens against RFC 6238, and what Cognito adds: tolerance, and no code twice."""

from __future__ import annotations

import pyotp
import pytest

from harness.emulator.domain.totp import SoftwareToken, Verdict, hotp, step_of

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZD"
#: A moment at the beginning of a step.
NOW = 1_800_000_000.0

PASSWORDS_OF_RFC_4226 = [
    "755224",
    "287082",
    "359152",
    "969429",
    "338314",
    "254676",
    "287922",
    "162583",
    "399871",
    "520489",
]


def code_at(moment: float) -> str:
    """The code of SECRET at a moment, by another implementation."""
    return pyotp.TOTP(SECRET).at(int(moment))


class TestRfc6238:
    """Appendix B, the SHA-1 rows: eight digits, secret ``12345678901234567890``."""

    @pytest.mark.fact("A213")
    @pytest.mark.parametrize(
        ("moment", "password"),
        [
            (59, "94287082"),
            (1111111109, "07081804"),
            (1111111111, "14050471"),
            (1234567890, "89005924"),
            (2000000000, "69279037"),
            (20000000000, "65353130"),
        ],
    )
    def test_published_passwords(self, moment: int, password: str) -> None:
        """The password of a published moment is the published one."""
        assert hotp(b"12345678901234567890", step_of(moment), digits=8) == password


class TestRfc4226:
    """Appendix D: six digits, counters 0 to 9, secret ``12345678901234567890``."""

    @pytest.mark.parametrize(
        ("counter", "password"),
        list(enumerate(PASSWORDS_OF_RFC_4226)),
    )
    def test_published_passwords(self, counter: int, password: str) -> None:
        """The password of a published counter is the published one."""
        assert hotp(b"12345678901234567890", counter) == password


class TestSoftwareToken:
    """Which codes are accepted, and how often."""

    @pytest.mark.fact("A215")
    @pytest.mark.parametrize("seconds", [-30, 0, 30])
    def test_the_present_step_and_one_either_side(self, seconds: int) -> None:
        """A code of the present step, the one before or the one behind is accepted."""
        assert SoftwareToken(SECRET).accept(code_at(NOW + seconds), NOW) is Verdict.ACCEPTED

    @pytest.mark.fact("A230")
    @pytest.mark.parametrize("seconds", [-60, 60])
    def test_two_steps_away(self, seconds: int) -> None:
        """A code two steps away is wrong, not used."""
        assert SoftwareToken(SECRET).accept(code_at(NOW + seconds), NOW) is Verdict.MISMATCH

    @pytest.mark.fact("A215")
    def test_the_window_moves_with_the_step(self) -> None:
        """A code is accepted until the last moment of the next step, and not after."""
        code = code_at(NOW)
        assert SoftwareToken(SECRET).accept(code, NOW + 59.9) is Verdict.ACCEPTED
        assert SoftwareToken(SECRET).accept(code, NOW + 60) is Verdict.MISMATCH

    @pytest.mark.fact("A226", "A227")
    def test_a_code_once(self) -> None:
        """A code is accepted once; in its window it is then used."""
        token, code = SoftwareToken(SECRET), code_at(NOW)
        assert token.accept(code, NOW) is Verdict.ACCEPTED
        assert token.accept(code, NOW) is Verdict.USED
        assert token.accept(code, NOW + 30) is Verdict.USED

    @pytest.mark.fact("A230")
    def test_a_used_code_out_of_its_window(self) -> None:
        """A used code that is too old is simply wrong."""
        token, code = SoftwareToken(SECRET), code_at(NOW)
        token.accept(code, NOW)
        assert token.accept(code, NOW + 60) is Verdict.MISMATCH

    @pytest.mark.fact("A227")
    def test_adjacent_steps_are_apart(self) -> None:
        """Using one step does not use its neighbours."""
        token = SoftwareToken(SECRET)
        for seconds in (0, -30, 30):
            assert token.accept(code_at(NOW + seconds), NOW) is Verdict.ACCEPTED

    @pytest.mark.fact("A229")
    def test_a_wrong_code_uses_nothing(self) -> None:
        """After a wrong code the right one is still accepted."""
        token = SoftwareToken(SECRET)
        right = code_at(NOW)
        wrong = f"{(int(right) + 1) % 10**6:06d}"
        assert token.accept(wrong, NOW) is Verdict.MISMATCH
        assert token.accept(right, NOW) is Verdict.ACCEPTED

    @pytest.mark.parametrize("code", ["", "12345", "abcdef", "१२३४५६", "1234567"])
    def test_what_is_no_code(self, code: str) -> None:
        """Text that is no six digits is wrong."""
        assert SoftwareToken(SECRET).accept(code, NOW) is Verdict.MISMATCH

    def test_what_is_remembered(self) -> None:
        """Used steps are forgotten once they are out of the window."""
        token = SoftwareToken(SECRET)
        for step in range(10):
            moment = NOW + 30 * step
            assert token.accept(code_at(moment), moment) is Verdict.ACCEPTED
        assert len(token._spent) == 2

    def test_secrets_are_not_shown(self) -> None:
        """The secret is not in the representation."""
        assert SECRET not in repr(SoftwareToken(SECRET))
