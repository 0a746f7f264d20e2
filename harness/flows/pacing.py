"""Keeping under an account's request quotas, together with every other process of this machine.

A quota is a number of requests a second. Here each category is a row of slots, and a call takes the
next free one and waits for it; the rows are in a file that all workers of a run, and other runs,
share. What Cognito throttles all the same is repeated, later and later, and counted apart.
"""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from filelock import FileLock

from harness.clock import Clock
from harness.flows.quotas import RATE_IN_A_POOL, RATES, category_of, is_per_pool

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["OwnSlots", "Pacer", "Slots"]

_SERVICE = "cognito-identity-provider"
#: What Cognito and AWS' front door answer to too many requests. LimitExceededException is none of
#: them: it says that a day's e-mails or an hour's attempts are used up, and repeating uses more.
_THROTTLES = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling"})
#: How often a call is made, where the user does not say it.
ATTEMPTS = 8
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 20.0
#: No row is as full as that; a moment further ahead is of a clock that was wrong.
_FURTHEST_SECONDS = 900.0


class Slots:
    """Rows of moments, in a file, of which each is given out once.

    Args:
        path: the file; it is made if need be.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        # Held for a moment only, so that asking often costs little.
        self._lock = FileLock(f"{path}.lock", poll_interval=0.002)

    def take(self, rows: Mapping[str, float], now: float) -> float:
        """Take the next moment that is free in all rows, and return it, in epoch seconds.

        Args:
            rows: for each row the seconds between two of its slots.
            now: no earlier moment is given out.
        """
        with self._lock:
            moment, free = _next(self._read(), rows, now)
            self._path.write_text(json.dumps(free), encoding="utf-8")
        return moment

    def _read(self) -> dict[str, float]:
        try:
            found: Any = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            # There is none yet, or a process was killed while it wrote.
            return {}
        items = found.items() if isinstance(found, dict) else ()
        return {row: float(when) for row, when in items if isinstance(when, float | int)}


class OwnSlots:
    """Rows of moments for this process alone."""

    def __init__(self) -> None:
        self._free: dict[str, float] = {}
        self._lock = threading.Lock()

    def take(self, rows: Mapping[str, float], now: float) -> float:
        """See :meth:`Slots.take`."""
        with self._lock:
            moment, self._free = _next(self._free, rows, now)
        return moment


def _next(
    free: Mapping[str, float], rows: Mapping[str, float], now: float
) -> tuple[float, dict[str, float]]:
    """Return the next moment that is free in all rows, and what is free after it."""
    ahead = {row: when for row, when in free.items() if now < when <= now + _FURTHEST_SECONDS}
    moment = max([now, *(ahead[row] for row in rows if row in ahead)])
    return moment, ahead | {row: moment + seconds for row, seconds in rows.items()}


class Pacer:
    """Has the calls of a client wait for their turn, and repeats those that are throttled.

    Args:
        slots: shared with the other processes, where there are any.
        clock: on which to wait.
        place: account and region, to which quotas belong.
        share: how much of each quota may be used, above 0 and up to 1.
        attempts: how often a throttled call is made at most.
        random_source: spreads the pauses, so that workers do not come back together.
    """

    def __init__(
        self,
        slots: Slots | OwnSlots,
        clock: Clock,
        *,
        place: str,
        share: float,
        attempts: int | None = None,
        random_source: random.Random | None = None,
    ) -> None:
        self._slots = slots
        self._clock = clock
        self._place = place
        self._share = share
        self._attempts = ATTEMPTS if attempts is None else attempts
        self._random = random_source or random.Random()
        self._lock = threading.Lock()
        #: How often each operation was throttled.
        self.throttled: Counter[str] = Counter()

    def attach(self, client: CognitoIdentityProviderClient) -> None:
        """Have every call of ``client`` wait, beginning with the next one."""
        events = client.meta.events
        # Before the call is timed by a trace: waiting is not Cognito's time.
        events.register(f"provide-client-params.{_SERVICE}", self._wait)
        # Typed as if nothing came back; botocore pauses for what does.
        again = cast("Callable[..., None]", self._after_attempt)
        events.register(f"needs-retry.{_SERVICE}", again)

    def rows(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, float]:
        """Return the rows in which a call needs a slot, with the seconds between two slots."""
        category = category_of(operation)
        if category is None:
            return {}
        found = {f"{self._place}/{category}": 1 / (RATES[category] * self._share)}
        if is_per_pool(category) and "UserPoolId" in parameters:
            pool = parameters["UserPoolId"]
            found[f"{self._place}/{pool}/{operation}"] = 1 / (RATE_IN_A_POOL * self._share)
        return found

    def _wait(
        self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> None:
        rows = self.rows(model.name, params)
        # Where the call is repeated its parameters are no longer to be had.
        context[_key(self)] = rows
        self._wait_for(rows)

    def _wait_for(self, rows: Mapping[str, float]) -> None:
        if rows:
            self._clock.wait_until(self._slots.take(rows, self._clock.time()))

    def _after_attempt(
        self, response: Any, operation: Any, attempts: int, request_dict: Any, **_: Any
    ) -> int | None:
        """Wait, and return 0 to have the call made again; ``None`` leaves the answer as it is."""
        if response is None or _code(response[1]) not in _THROTTLES:
            return None
        with self._lock:
            self.throttled[operation.name] += 1
        if attempts >= self._attempts:
            return None
        longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** (attempts - 1))
        self._clock.wait_until(self._clock.time() + longest * (0.5 + self._random.random() / 2))
        self._wait_for(request_dict["context"][_key(self)])
        return 0


def _key(pacer: Pacer) -> str:
    return f"harness-pacer-{id(pacer)}"


def _code(parsed: Mapping[str, Any]) -> str:
    return str(parsed.get("Error", {}).get("Code", ""))
