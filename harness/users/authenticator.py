"""An authenticator app: TOTP codes (RFC 6238) by the harness' clock, none of them used twice."""

from __future__ import annotations

import threading

import pyotp

from harness.clock import Clock
from harness.errors import HarnessError
from harness.redaction import Secret

__all__ = ["Authenticator"]


class Authenticator:
    """Holds one TOTP secret and spends its codes, each time step at most once.

    Cognito accepts the current step and one on either side (A215) and refuses a code that it
    has accepted before (A226). So three sign-ins may follow each other closely; whoever needs a
    fourth has to wait. Safe to share among threads.

    Args:
        secret: SecretCode of AssociateSoftwareToken, in base32.
        clock: by which codes are made, and on which a new step is awaited.
    """

    #: Seconds of a time step; Cognito uses SHA-1, 6 digits and 30 s (A213).
    STEP_SECONDS = 30
    #: A step counts as usable when it still is, or is already, this many seconds away: a request
    #: needs time to arrive, and the clocks of two machines differ.
    MARGIN_SECONDS = 2.0

    def __init__(self, secret: Secret | str, clock: Clock) -> None:
        self._totp = _totp(secret if isinstance(secret, Secret) else Secret(secret))
        self._clock = clock
        self._lock = threading.Lock()
        self._last_spent: int | None = None

    def code(self) -> str:
        """Return the code of the oldest usable step not yet spent, and spend it.

        Waits on the clock when all three are spent.
        """
        with self._lock:
            step = self._next_step()
            self._last_spent = step
        return self._code_of(step)

    def peek(self, offset: int = 0) -> str:
        """Return the code ``offset`` steps from now without spending it."""
        return self._code_of(self._step_at(self._clock.time()) + offset)

    def provisioning_uri(self, name: str, issuer: str) -> str:
        """Return the ``otpauth://`` URI that authenticator apps read from a QR code.

        It holds the secret. Format: https://github.com/google/google-authenticator/wiki/Key-Uri-Format
        """
        return self._totp.provisioning_uri(name=name, issuer_name=issuer)

    def __repr__(self) -> str:
        """Return a text without the secret."""
        return f"{type(self).__name__}([redacted])"

    def _next_step(self) -> int:
        oldest, newest = self._usable_steps()
        # Only ever forward: nobody knows whether Cognito takes an older step after a newer one
        # (A227), and a clock that was set back must not give a step a second time.
        step = oldest if self._last_spent is None else max(oldest, self._last_spent + 1)
        if step > newest:
            self._clock.wait_until((step - 1) * self.STEP_SECONDS + self.MARGIN_SECONDS)
        return step

    def _usable_steps(self) -> tuple[int, int]:
        now = self._clock.time()
        return (
            self._step_at(now + self.MARGIN_SECONDS) - 1,
            self._step_at(now - self.MARGIN_SECONDS) + 1,
        )

    def _step_at(self, moment: float) -> int:
        return int(moment // self.STEP_SECONDS)

    def _code_of(self, step: int) -> str:
        return self._totp.generate_otp(step)


def _totp(secret: Secret) -> pyotp.TOTP:
    try:
        totp = pyotp.TOTP(secret.reveal(), interval=Authenticator.STEP_SECONDS)
        # Older releases of pyotp look at the secret only when a code is made.
        totp.byte_secret()
    except ValueError:
        # Without the cause: its text could repeat the secret.
        raise HarnessError(
            "the secret of an authenticator must be base32 (RFC 4648) of at least 112 bits"
        ) from None
    return totp
