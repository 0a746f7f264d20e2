"""What holds gevent's loop: SRP proofs, one at a time, and the measured latency of the loop.

A proof is about a millisecond of arithmetic, during which no other greenlet runs and no response
is read. So the loop looks for responses before each proof. What it is late by is part of every
measured response time, so the report shows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import gevent
from gevent.lock import Semaphore

from harness.clock import steady_seconds
from harness.srp.client import DeviceVerifier
from harness.srp.engines import SrpAttempt, SrpEngine

__all__ = ["LoopLatency", "PoliteEngine"]

#: Seconds between two measurements.
_INTERVAL_SECONDS = 0.02


class PoliteEngine:
    """An SRP engine whose proofs let the loop read what has come before each of them.

    Args:
        engine: makes the proofs.
    """

    def __init__(self, engine: SrpEngine) -> None:
        self._engine = engine
        self._turn = Semaphore()

    @property
    def name(self) -> str:
        """The name of the engine that makes the proofs."""
        return self._engine.name

    def start(self, secret: int | None = None) -> SrpAttempt:
        """Return a new attempt; its private exponent is random unless it is given."""
        return _PoliteAttempt(self._engine.start(secret), self._turn)

    def device_verifier(self, device_group_key: str, device_key: str) -> tuple[str, DeviceVerifier]:
        """Return a new device password and the verifier to confirm the device with."""
        with self._turn:
            gevent.idle()
            return self._engine.device_verifier(device_group_key, device_key)


class _PoliteAttempt:
    def __init__(self, attempt: SrpAttempt, turn: Semaphore) -> None:
        self._attempt = attempt
        self._turn = turn

    @property
    def public_hex(self) -> str:
        return self._attempt.public_hex

    def user_claim(
        self,
        user_pool_id: str,
        user_id: str,
        password: str,
        challenge: Mapping[str, str],
        timestamp: str,
    ) -> str:
        with self._turn:
            # Not sleep(0): gevent runs up to fifty greenlets that sleep so before it looks for
            # responses.
            gevent.idle()
            return self._attempt.user_claim(user_pool_id, user_id, password, challenge, timestamp)

    def device_claim(
        self,
        device_group_key: str,
        device_key: str,
        device_password: str,
        challenge: Mapping[str, str],
        timestamp: str,
    ) -> str:
        with self._turn:
            gevent.idle()
            return self._attempt.device_claim(
                device_group_key, device_key, device_password, challenge, timestamp
            )


class LoopLatency:
    """Measures by how much gevent's loop is late, and sums up what several processes measured.

    Attributes:
        counts: the measurements: how often the loop was late by so many tenths of a millisecond.
    """

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()
        self._measuring: gevent.Greenlet[..., None] | None = None

    def begin(self) -> None:
        """Forget what was measured before, and measure until :meth:`end`."""
        self.end()
        self.counts.clear()
        self._measuring = gevent.spawn(self.measure)

    def end(self) -> None:
        """Measure no further, and keep what was measured."""
        if self._measuring is not None:
            self._measuring.kill()
            self._measuring = None

    def measure(self) -> None:
        """Measure without end; run it in a greenlet of its own."""
        while True:
            begun = steady_seconds()
            gevent.sleep(_INTERVAL_SECONDS)
            late = steady_seconds() - begun - _INTERVAL_SECONDS
            self.counts[max(0, round(late * 10_000))] += 1

    def take(self) -> dict[int, int]:
        """Return the measurements so far, and forget them."""
        taken = dict(self.counts)
        self.counts.clear()
        return taken

    def add(self, counts: Mapping[int, int]) -> None:
        """Add the measurements of another process."""
        self.counts.update(counts)

    def percentile(self, share: float) -> float:
        """Return the milliseconds that a share of the measurements, from 0 to 1, do not exceed."""
        left = share * self.counts.total()
        for tenths in sorted(self.counts):
            left -= self.counts[tenths]
            if left <= 0:
                return tenths / 10
        return 0.0
