"""Pacing: keeps calls under an account's request quotas, across all processes of this machine.

A quota is a number of requests per second. Each category has a row of time slots; a call takes the
next free slot and waits for it. The rows are in a file that all workers of a run, and other runs,
share. Calls that Cognito still throttles are sent again with growing pauses, and counted.
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

from harness.clock import Clock, waits_of
from harness.flows.quotas import RATE_IN_A_POOL, RATES, category_of, is_per_pool

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["OwnSlots", "Pacer", "Slots"]

_SERVICE = "cognito-identity-provider"
#: The errors for too many requests. LimitExceededException is not one of them: it says that the
#: emails of a day or the attempts of an hour are used up, and a retry uses up more.
_THROTTLES = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling"})
#: How often a throttled call is sent if the user does not say.
ATTEMPTS = 8
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 20.0
#: No row is full for so long; a later moment comes from a clock that was wrong.
_FURTHEST_SECONDS = 900.0


class Slots:
    """Rows of time slots in a file; each slot is given out once.

    Args:
        path: the file; it is created if it does not exist.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        # The lock is held only briefly, so frequent polling costs little.
        self._lock = FileLock(f"{path}.lock", poll_interval=0.002)

    def take(self, rows: Mapping[str, float], now: float) -> float:
        """Take the next moment that is free in all rows, and return it.

        Args:
            rows: seconds between two slots, for each row.
            now: the earliest moment to return, by the clock of all who share the slots.
        """
        with self._lock:
            moment, free = _next(self._read(), rows, now)
            self._path.write_text(json.dumps(free), encoding="utf-8")
        return moment

    def _read(self) -> dict[str, float]:
        try:
            found: Any = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            # The file does not exist yet, or a process was killed while writing it.
            return {}
        items = found.items() if isinstance(found, dict) else ()
        return {row: float(when) for row, when in items if isinstance(when, float | int)}


class OwnSlots:
    """Rows of time slots for this process only."""

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
    """Makes the calls of a client wait for their slots, and repeats throttled calls.

    Args:
        slots: the time slots, shared with other processes if there are any.
        clock: clock to wait on; the machine's clock stands for real time, which nothing freezes.
        place: account and region that the quotas belong to.
        share: share of each quota that may be used, above 0 and at most 1.
        attempts: how often to send a throttled call at most.
        random_source: varies the pauses, so that workers do not all retry at the same moment.
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
        # A clock that stood still would give out later and later slots.
        self._clock = waits_of(clock)
        self._place = place
        self._share = share
        self._attempts = ATTEMPTS if attempts is None else attempts
        self._random = random_source or random.Random()
        self._lock = threading.Lock()
        #: How often each operation was throttled.
        self.throttled: Counter[str] = Counter()

    def attach(self, client: CognitoIdentityProviderClient) -> None:
        """Make every further call of ``client`` wait for its slot."""
        events = client.meta.events
        # A trace starts its timer after this event, so waiting does not count as Cognito's time.
        events.register(f"provide-client-params.{_SERVICE}", self._wait)
        # The type says that handlers return nothing, but botocore uses the returned pause.
        again = cast("Callable[..., None]", self._after_attempt)
        events.register(f"needs-retry.{_SERVICE}", again)

    def rows(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, float]:
        """Return the rows in which a call needs a slot, each with the seconds between two slots."""
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
        # The parameters are no longer available when the call is repeated.
        context[_key(self)] = rows
        self._wait_for(rows)

    def _wait_for(self, rows: Mapping[str, float]) -> None:
        if rows:
            self._clock.wait_until(self._slots.take(rows, self._clock.time()))

    def _after_attempt(
        self, response: Any, operation: Any, attempts: int, request_dict: Any, **_: Any
    ) -> int | None:
        """Wait, and return 0 to send the call again; return ``None`` to keep the response."""
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
