"""Software tokens: RFC 6238, Cognito's tolerance, and single use of each code."""

from __future__ import annotations

import pyotp
import pytest

from harness.emulator.domain.totp import SoftwareToken, TotpOutcome, hotp, step_of

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZD"
#: A time at the beginning of a step.
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
    """Return the code of SECRET at a time, computed by another implementation."""
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
    def test_code_matches_rfc_6238(self, moment: int, password: str) -> None:
        """The code at a published time is the published one."""
        assert hotp(b"12345678901234567890", step_of(moment), digits=8) == password


class TestRfc4226:
    """Appendix D: six digits, counters 0 to 9, secret ``12345678901234567890``."""

    @pytest.mark.parametrize(
        ("counter", "password"),
        list(enumerate(PASSWORDS_OF_RFC_4226)),
    )
    def test_code_matches_rfc_4226(self, counter: int, password: str) -> None:
        """The code for a published counter is the published one."""
        assert hotp(b"12345678901234567890", counter) == password


class TestSoftwareToken:
    """Which codes are accepted, and how often."""

    @pytest.mark.fact("A215", "A215b")
    @pytest.mark.parametrize("seconds", [-30, 0, 30])
    def test_code_of_present_or_adjacent_step_is_accepted(self, seconds: int) -> None:
        """A code of the present, previous or next step is accepted."""
        assert SoftwareToken(SECRET).accept(code_at(NOW + seconds), NOW) is TotpOutcome.ACCEPTED

    @pytest.mark.fact("A230")
    @pytest.mark.parametrize("seconds", [-60, 60])
    def test_code_two_steps_away_is_wrong(self, seconds: int) -> None:
        """A code two steps away is wrong, not used."""
        assert SoftwareToken(SECRET).accept(code_at(NOW + seconds), NOW) is TotpOutcome.MISMATCH

    @pytest.mark.fact("A215")
    def test_code_is_accepted_until_end_of_next_step(self) -> None:
        """A code is accepted until the last moment of the next step."""
        code = code_at(NOW)
        assert SoftwareToken(SECRET).accept(code, NOW + 59.9) is TotpOutcome.ACCEPTED
        assert SoftwareToken(SECRET).accept(code, NOW + 60) is TotpOutcome.MISMATCH

    @pytest.mark.fact("A226", "A227")
    def test_code_is_accepted_once(self) -> None:
        """A code is accepted once; afterwards, within its window, it counts as used."""
        token, code = SoftwareToken(SECRET), code_at(NOW)
        assert token.accept(code, NOW) is TotpOutcome.ACCEPTED
        assert token.accept(code, NOW) is TotpOutcome.USED
        assert token.accept(code, NOW + 30) is TotpOutcome.USED

    @pytest.mark.fact("A230")
    def test_used_code_outside_its_window_is_wrong(self) -> None:
        """A used code that is too old is wrong, not used."""
        token, code = SoftwareToken(SECRET), code_at(NOW)
        token.accept(code, NOW)
        assert token.accept(code, NOW + 60) is TotpOutcome.MISMATCH

    @pytest.mark.fact("A227")
    def test_adjacent_steps_are_independent(self) -> None:
        """Using the code of one step does not use its neighbors."""
        token = SoftwareToken(SECRET)
        for seconds in (0, -30, 30):
            assert token.accept(code_at(NOW + seconds), NOW) is TotpOutcome.ACCEPTED

    @pytest.mark.fact("A229")
    def test_wrong_code_does_not_use_the_step(self) -> None:
        """After a wrong code the right one is still accepted."""
        token = SoftwareToken(SECRET)
        right = code_at(NOW)
        wrong = f"{(int(right) + 1) % 10**6:06d}"
        assert token.accept(wrong, NOW) is TotpOutcome.MISMATCH
        assert token.accept(right, NOW) is TotpOutcome.ACCEPTED

    @pytest.mark.parametrize("code", ["", "12345", "abcdef", "१२३४५६", "1234567"])
    def test_text_that_is_not_six_digits_is_wrong(self, code: str) -> None:
        """Text that is not six digits is a wrong code."""
        assert SoftwareToken(SECRET).accept(code, NOW) is TotpOutcome.MISMATCH

    def test_used_steps_stay_used(self) -> None:
        """A used step is still used after the clock went years ahead and came back."""
        token = SoftwareToken(SECRET)
        for moment in (NOW, NOW + 1e9, NOW - 1e9):
            assert token.accept(code_at(moment), moment) is TotpOutcome.ACCEPTED
        for moment in (NOW, NOW + 1e9, NOW - 1e9):
            assert token.accept(code_at(moment), moment) is TotpOutcome.USED

    def test_the_first_steps(self) -> None:
        """At the beginning of 1970 there is no step before."""
        token = SoftwareToken(SECRET)
        assert token.accept(code_at(0), 0) is TotpOutcome.ACCEPTED
        assert token.accept(code_at(30), 0) is TotpOutcome.ACCEPTED

    def test_reason_is_that_of_the_refusal(self) -> None:
        """Why a code was refused stays the same if its step is accepted later."""
        token, early = SoftwareToken(SECRET), code_at(NOW + 210)
        assert token.accept(early, NOW) is TotpOutcome.MISMATCH
        reason = "the code is of step +7, 210 s ahead, and only -1 to +1 are accepted"
        assert token.why_refused(early, NOW) == reason
        assert token.accept(early, NOW + 210) is TotpOutcome.ACCEPTED
        assert token.why_refused(early, NOW) == reason
        assert token.why_refused(early, NOW + 180) == "the code of step +1 was used before"

    def test_reason_says_when_a_code_was_used(self) -> None:
        """A used code has the time since then, and a code of the past the way to the present."""
        token, code = SoftwareToken(SECRET), code_at(NOW)
        assert token.accept(code, NOW) is TotpOutcome.ACCEPTED
        used = "the code of the present step was used before, 12 s ago"
        assert token.why_refused(code, NOW + 12) == used
        late = "the code is of step -3, 90 s behind, and only -1 to +1 are accepted"
        assert token.why_refused(code, NOW + 90) == late

    def test_repr_hides_the_secret(self) -> None:
        """The repr does not contain the secret."""
        assert SECRET not in repr(SoftwareToken(SECRET))
