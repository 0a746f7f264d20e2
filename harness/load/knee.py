"""Finds the knee: the highest rate at which a service stays within bounds."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

__all__ = ["START", "Bounds", "KneeSearch", "Measured", "most_steps"]

#: The first rate of a ramp, in sign-ins a second.
START = 10

#: Less than this share of the wanted rate means that the service or this machine cannot keep up.
_LEAST_REACHED = 0.95
#: More than this share of it, and one a second, is another pace than the one to be measured.
_MOST_REACHED = 1.1


@dataclass(frozen=True)
class Bounds:
    """What a held rate stays within.

    Attributes:
        p95_ms: the longest 95th percentile of the response times, in milliseconds.
        throttled: the largest share of throttled requests, from 0 to 1.
    """

    p95_ms: float
    throttled: float


@dataclass(frozen=True)
class Measured:
    """What was measured in one step of a ramp.

    Attributes:
        wanted: sign-ins a second that were begun, by plan.
        reached: sign-ins a second that were begun and not throttled.
        p95_ms: the 95th percentile of the response times, in milliseconds.
        throttled: the share of throttled requests, from 0 to 1.
        failed: number of failed requests.
    """

    wanted: float
    reached: float
    p95_ms: float
    throttled: float
    failed: int = 0

    def why_not(self, bounds: Bounds) -> str:
        """Return why the rate was not held, or an empty text if it was."""
        if self.failed:
            return f"{self.failed} requests failed"
        if self.throttled > bounds.throttled:
            return f"{self.throttled:.1%} of the requests were throttled"
        if self.p95_ms > bounds.p95_ms:
            return f"p95 was {self.p95_ms:.0f} ms"
        if self.reached < _LEAST_REACHED * self.wanted:
            return f"only {self.reached:.1f} a second were reached"
        if self.reached > _MOST_REACHED * self.wanted + 1:
            return f"{self.reached:.1f} a second were sent"
        return ""


def most_steps(start: int, highest: int) -> int:
    """Return a number of steps that no search exceeds.

    Each rate can be tried twice: while it is doubled, and while the distance is halved.
    """
    doublings = math.ceil(math.log2(max(2.0, highest / start))) + 1
    halvings = math.ceil(math.log2(max(2, highest)))
    return 2 * (doublings + halvings)


class KneeSearch:
    """Doubles the rate until it is not held, then halves the distance to the highest held one.

    A rate is not held if it leaves the bounds twice: any machine stumbles now and then. Rates are
    whole numbers, since each is a number of users.

    Args:
        bounds: what a held rate stays within.
        start: the first rate.
        highest: the highest rate to try.
        precision: the search ends when the knee is known to this share of itself.
    """

    def __init__(self, bounds: Bounds, start: int, highest: int, precision: float = 0.02) -> None:
        self.bounds = bounds
        self.steps: list[Measured] = []
        self._start = start
        self._highest = highest
        self._precision = precision

    @property
    def knee(self) -> Measured | None:
        """The step with the highest rate held, below every rate that was not held."""
        top = min(self._not_held(), default=None)
        held = (
            step
            for step in self.steps
            if not step.why_not(self.bounds) and (top is None or step.wanted < top)
        )
        return max(held, key=lambda step: step.wanted, default=None)

    def take(self, step: Measured) -> None:
        """Take what was measured at the rate that :meth:`next_rate` gave."""
        self.steps.append(step)

    def next_rate(self) -> int | None:
        """Return the rate to try next, or ``None`` if the knee is known."""
        if self.steps and self.steps[-1].why_not(self.bounds):
            rate = round(self.steps[-1].wanted)
            if rate not in self._not_held():
                return rate
        low = 0 if self.knee is None else round(self.knee.wanted)
        high = min(self._not_held(), default=None)
        if high is None:
            rate = min(2 * low or self._start, self._highest)
            return rate if rate > low else None
        middle = (low + high) // 2
        is_known = high - low <= max(1.0, self._precision * high)
        return None if is_known or middle == low else middle

    def line(self) -> str:
        """Return the result in one line."""
        knee, above = self.knee, min(self._not_held(), default=None)
        if knee is None and above is None:
            return "knee: not found, since the run ended too early"
        why = "" if above is None else self._why(above)
        if knee is None:
            return f"knee: not even {above} sign-ins a second were held: {why}"
        found = (
            f"knee: {knee.reached:.1f} sign-ins a second held "
            f"(p95 {knee.p95_ms:.0f} ms, {knee.throttled:.1%} throttled)"
        )
        if above is None:
            return f"{found}; no higher rate was tried"
        return f"{found}; at {above}, {why}"

    def _not_held(self) -> set[int]:
        """Return the rates that left the bounds twice, and never stayed within them."""
        left = Counter(round(step.wanted) for step in self.steps if step.why_not(self.bounds))
        held = {round(step.wanted) for step in self.steps if not step.why_not(self.bounds)}
        return {rate for rate, count in left.items() if count > 1 and rate not in held}

    def _why(self, rate: int) -> str:
        return next(
            why
            for step in reversed(self.steps)
            if round(step.wanted) == rate and (why := step.why_not(self.bounds))
        )
