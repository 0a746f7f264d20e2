"""An authenticator app: TOTP codes (RFC 6238) by the harness' clock, each used only once."""

from __future__ import annotations

import threading

import pyotp

from harness.clock import Clock
from harness.errors import HarnessError
from harness.redaction import Secret

__all__ = ["Authenticator"]


class Authenticator:
    """Holds a TOTP secret and gives its codes, one per time step at most.

    Cognito accepts the code of the current time step, the one before and the one after (A215), and
    refuses a code that it has accepted before (A226). So three sign-ins can follow each other
    closely; the fourth has to wait. Threads can share an authenticator.

    Args:
        secret: SecretCode of AssociateSoftwareToken, in base32.
        clock: gives the time of the codes; the authenticator waits on it for a new time step.
        newest_spent: the newest time step whose code has been used before, if there is one.

    Attributes:
        secret: the TOTP secret, to set up the same authenticator again.
    """

    #: Seconds of a time step; Cognito uses SHA-1, 6 digits and 30 s (A213).
    STEP_SECONDS = 30
    #: Safety margin at both ends of a time step: a request needs time to arrive, and the clocks of
    #: two machines differ.
    MARGIN_SECONDS = 2.0

    def __init__(
        self, secret: Secret | str, clock: Clock, *, newest_spent: int | None = None
    ) -> None:
        self.secret = secret if isinstance(secret, Secret) else Secret(secret)
        self._totp = _totp(self.secret)
        self._clock = clock
        self._lock = threading.Lock()
        self._spent: set[int] = set() if newest_spent is None else {newest_spent}

    def code(self) -> str:
        """Return the code of the oldest usable time step, and mark the step as spent.

        Waits on the clock if all three steps are spent.
        """
        with self._lock:
            step = self._next_step()
            self._spent.add(step)
        return self._code_of(step)

    @property
    def newest_spent(self) -> int | None:
        """The newest time step whose code is spent; ``None`` if there is none."""
        with self._lock:
            return max(self._spent, default=None)

    def ready_at(self) -> float:
        """Return the moment (epoch seconds) from which :meth:`code` need not wait."""
        with self._lock:
            step = self._oldest_unspent(*self._usable_steps())
        return self._begins(step)

    @classmethod
    def newest_step_at(cls, moment: float) -> int:
        """Return the newest time step whose code can have been used at a moment."""
        return int((moment - cls.MARGIN_SECONDS) // cls.STEP_SECONDS) + 1

    def peek(self, offset: int = 0) -> str:
        """Return the code ``offset`` time steps from now, without spending it."""
        return self._code_of(self._step_at(self._clock.time()) + offset)

    def provisioning_uri(self, name: str, issuer: str) -> str:
        """Return the ``otpauth://`` URI that authenticator apps read from a QR code.

        It contains the secret. Format: https://github.com/google/google-authenticator/wiki/Key-Uri-Format
        """
        return self._totp.provisioning_uri(name=name, issuer_name=issuer)

    def __repr__(self) -> str:
        """Return a text without the secret."""
        return f"{type(self).__name__}([redacted])"

    def _next_step(self) -> int:
        oldest, newest = self._usable_steps()
        step = self._oldest_unspent(oldest, newest)
        if step > newest:
            self._clock.wait_until(self._begins(step))
        return step

    def _oldest_unspent(self, oldest: int, newest: int) -> int:
        # Never backward: it is unknown whether Cognito accepts an older step after a newer one
        # (A227). Only steps beyond the window do not count: then the clock was set back.
        last = max((step for step in self._spent if step <= newest), default=oldest - 1)
        step = max(oldest, last + 1)
        while step in self._spent:
            step += 1
        return step

    def _begins(self, step: int) -> float:
        """Return the moment from which the code of a step is usable."""
        return (step - 1) * self.STEP_SECONDS + self.MARGIN_SECONDS

    def _usable_steps(self) -> tuple[int, int]:
        now = self._clock.time()
        return (
            max(self._step_at(now + self.MARGIN_SECONDS) - 1, 0),
            self._step_at(now - self.MARGIN_SECONDS) + 1,
        )

    def _step_at(self, moment: float) -> int:
        return int(moment // self.STEP_SECONDS)

    def _code_of(self, step: int) -> str:
        return self._totp.generate_otp(step)


def _totp(secret: Secret) -> pyotp.TOTP:
    try:
        totp = pyotp.TOTP(secret.reveal(), interval=Authenticator.STEP_SECONDS)
        # Older releases of pyotp check the secret only when they make a code.
        totp.byte_secret()
    except ValueError:
        # The cause is left out, since its text could repeat the secret.
        raise HarnessError(
            "the TOTP secret must be base32 (RFC 4648) with at least 112 bits"
        ) from None
    return totp
