"""TOTP codes from an independent implementation of RFC 6238."""

from __future__ import annotations

import pyotp

STEP = 30


def totp_code(secret: str, step: int) -> str:
    """Return the code of a step."""
    return pyotp.TOTP(secret).at(step * STEP)


def totp_steps(secret: str, code: str, now: float) -> list[int]:
    """Return the steps of a code: the current one and one on either side are accepted (A215)."""
    present = int(now // STEP)
    return [step for step in range(present - 1, present + 2) if totp_code(secret, step) == code]
