"""Software tokens: time-based one-time passwords of RFC 6238, each accepted only once.

Cognito uses SHA-1, six digits and thirty seconds (A213), and accepts one step either side (A215).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import quote, urlencode

#: X of RFC 6238: for how long an authenticator app shows one code.
STEP_SECONDS = 30
DIGITS = 6
#: How many steps a code may be before or after the present one (A215).
TOLERATED_STEPS = 1
#: How many steps away a refused code is still named by its step, which helps to find a wrong clock.
NAMED_STEPS = 120


def key_uri(issuer: str, account: str, secret: str) -> str:
    """Return the address that an authenticator app reads a new secret from, as a QR code has it.

    What Cognito's own pages put into their QR code is not published (H043).
    https://github.com/google/google-authenticator/wiki/Key-Uri-Format
    """
    label = quote(f"{issuer}:{account}", safe=":")
    query = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{label}?{query}"


class TotpOutcome(Enum):
    """The result of checking a code; operations word the same result differently."""

    ACCEPTED = "accepted"
    USED = "used"
    MISMATCH = "mismatch"


def hotp(key: bytes, counter: int, digits: int = DIGITS) -> str:
    """Return the one-time password of a counter (RFC 4226, 5.3), leading zeros kept."""
    digest = hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(moment: float) -> int:
    """Return T of RFC 6238: the number of whole steps since the epoch."""
    return int(moment // STEP_SECONDS)


@dataclass(eq=False)
class SoftwareToken:
    """One TOTP secret of one user, and the steps whose codes were accepted.

    Attributes:
        secret: SecretCode, base32 without padding.
        friendly_name: FriendlyDeviceName of VerifySoftwareToken; ``None`` if none was given.
        undecided: whether it was verified in a pool with MFA ON and the user has not switched it on
            or off since. Until then sign-in asks for it (A208, M106).
    """

    secret: str = field(repr=False)
    friendly_name: str | None = None
    undecided: bool = False
    _spent: set[int] = field(default_factory=set, repr=False)
    #: When each step was spent, for the reasons in the call log; a saved state leaves it out.
    _spent_at: dict[int, float] = field(default_factory=dict, repr=False)

    def accept(self, code: str, now: float) -> TotpOutcome:
        """Check a code and, if it is right and unused, spend its step (A215, A226).

        A used code stays USED as long as its step is in range; later it is a MISMATCH. Every spent
        step is kept, since a test may go ahead in time and come back.
        """
        present = step_of(now)
        steps = range(max(present - TOLERATED_STEPS, 0), present + TOLERATED_STEPS + 1)
        matching = [step for step in steps if self._fits(code, step)]
        if not matching:
            return TotpOutcome.MISMATCH
        unspent = [step for step in matching if step not in self._spent]
        if not unspent:
            return TotpOutcome.USED
        self._spent.add(unspent[0])
        self._spent_at[unspent[0]] = now
        return TotpOutcome.ACCEPTED

    def why_refused(self, code: str, now: float) -> str:
        """Return what a refused code is, for the call log: used, of another step, or neither.

        This reads hundreds of steps, and so must run only if somebody asks. What has happened since
        the refusal does not change it: of the accepted steps, a code is refused only if it is used.
        """
        present = step_of(now)
        near = range(max(present - NAMED_STEPS, 0), present + NAMED_STEPS + 1)
        found = next((step for step in near if self._fits(code, step)), None)
        if found is None:
            return f"the code is of none of the {NAMED_STEPS} steps before and after the present"
        step = f"step {found - present:+d}" if found != present else "the present step"
        if abs(found - present) <= TOLERATED_STEPS:
            return f"the code of {step} was used before{self._when(found, now)}"
        seconds = abs(found - present) * STEP_SECONDS
        side = "ahead" if found > present else "behind"
        return f"the code is of {step}, {seconds} s {side}, and only -1 to +1 are accepted"

    def is_spent(self, step: int) -> bool:
        """Return whether the code of a step was accepted already."""
        return step in self._spent

    def _when(self, step: int, now: float) -> str:
        moment = self._spent_at.get(step)
        # The clock of a test may have gone back since.
        return f", {now - moment:.0f} s ago" if moment is not None and moment <= now else ""

    def code(self, step: int) -> str:
        """Return the code of a step."""
        return hotp(self._key(), step)

    def _fits(self, code: str, step: int) -> bool:
        return hmac.compare_digest(self.code(step).encode(), code.encode())

    def _key(self) -> bytes:
        padding = "=" * (-len(self.secret) % 8)
        return base64.b32decode(self.secret + padding, casefold=True)
