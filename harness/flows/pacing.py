"""Pacing: keeps calls under an account's request quotas, across all processes of this machine.

A quota is a number of requests per second. Each category has a row of time slots; a call takes the
next free slot and waits for it. So have each operation on one pool, where Cognito limits that, and
the reads and the writes of each user. The rows are in a file that all workers of a run, and other
runs, share. Calls that Cognito still throttles are sent again with growing pauses, and counted.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from harness.clock import Clock, waits_of
from harness.flows.call import RETRIED
from harness.flows.quota_users import QuotaUsers
from harness.flows.quotas import (
    BEYOND,
    RATE_IN_A_POOL,
    RATE_OF_A_USER,
    RATES,
    THROTTLED,
    category_of,
    is_per_pool,
    kind_of_user_calls,
    throttles,
)
from harness.flows.slots import OwnSlots, Slots

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["OwnSlots", "Pacer", "Slots"]

_SERVICE = "cognito-identity-provider"
#: How often a throttled call is sent if the user does not say.
ATTEMPTS = 8
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 20.0


@dataclass(frozen=True)
class _Need:
    """One quota that a call needs a slot of.

    Attributes:
        row: the row of the slots.
        rate: calls per second.
        divided: whether others share the quota; that of a user belongs to the user.
        beyond: a category that counts the calls beyond this one.
    """

    row: str
    rate: float
    divided: bool = True
    beyond: _Need | None = None


@dataclass(frozen=True)
class _Paced:
    """What a pacer keeps of a call until its response: its parameters are gone when it repeats."""

    needs: tuple[_Need, ...]
    user: str | None
    parameters: Mapping[str, Any]


class Pacer:
    """Makes the calls of a client wait for their slots, and repeats throttled calls.

    It works with threads, and with greenlets if gevent has patched the standard library.

    Args:
        slots: the time slots, shared with other processes if there are any.
        clock: clock to wait on; the machine's clock stands for real time, which nothing freezes.
        place: account and region that the quotas belong to.
        share: share of each quota that may be used, above 0 and at most 1.
        attempts: how often to send a throttled call at most.
        random_source: varies the pauses, so that workers do not all retry at the same moment.

    Raises:
        ValueError: the share is not above 0 and at most 1.
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
        self.share = share
        self._attempts = ATTEMPTS if attempts is None else attempts
        self._random = random_source or random.Random()
        self._lock = threading.Lock()
        self._users = QuotaUsers()
        #: How often each operation was throttled.
        self.throttled: Counter[str] = Counter()

    @property
    def share(self) -> float:
        """The share of each quota that may be used; a change counts from the next call on.

        The limits per user are not divided.
        """
        return self._share

    @share.setter
    def share(self, share: float) -> None:
        """Change the share."""
        if not 0 < share <= 1:
            raise ValueError(f"share must be above 0 and at most 1, not {share:g}")
        self._share = share

    def attach(self, client: CognitoIdentityProviderClient) -> None:
        """Make every further call of ``client`` wait for its slot."""
        events = client.meta.events
        # A trace starts its timer after this event, so waiting does not count as Cognito's time.
        events.register(f"provide-client-params.{_SERVICE}", self._wait)
        # The type says that handlers return nothing, but botocore uses the returned pause.
        again = cast("Callable[..., None]", self._after_attempt)
        events.register(f"needs-retry.{_SERVICE}", again)
        events.register(f"after-call.{_SERVICE}", self._learn)

    def wait(self, operation: str, parameters: Mapping[str, Any]) -> None:
        """Wait for the slot of one call, for a client other than boto3's."""
        self._wait_for(self._needs(operation, parameters, self._users.of_call(parameters)))

    def learn(self, parameters: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Learn from a response which user a call was about, for a client other than boto3's."""
        self._users.learn(self._users.of_call(parameters), parameters, answer)

    def rows(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, float]:
        """Return the rows in which a call needs a slot, each with the seconds between two slots."""
        return self._spaced(self._needs(operation, parameters, self._users.of_call(parameters)))

    def _needs(
        self, operation: str, parameters: Mapping[str, Any], user: str | None
    ) -> tuple[_Need, ...]:
        category = category_of(operation)
        if category is None:
            return ()
        needs = [self._of_category(category)]
        if is_per_pool(category) and "UserPoolId" in parameters:
            row = f"{self._place}/{parameters['UserPoolId']}/{operation}"
            needs.append(_Need(row, RATE_IN_A_POOL))
        kind = kind_of_user_calls(category)
        if kind is not None and user is not None:
            needs.append(_Need(f"{self._place}/{user}/{kind}", RATE_OF_A_USER, divided=False))
        return tuple(needs)

    def _of_category(self, category: str) -> _Need:
        other = BEYOND.get(category)
        return _Need(
            f"{self._place}/{category}",
            RATES[category],
            beyond=None if other is None else self._of_category(other),
        )

    def _spaced(self, needs: tuple[_Need, ...]) -> dict[str, float]:
        return {need.row: 1 / (need.rate * (self._share if need.divided else 1)) for need in needs}

    def _wait(
        self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> None:
        user = self._users.of_call(params)
        needs = self._needs(model.name, params, user)
        context[_key(self)] = _Paced(needs, user, params)
        self._wait_for(needs)

    def _wait_for(self, needs: tuple[_Need, ...]) -> None:
        if not needs:
            return
        beyond = tuple(need.beyond or need for need in needs)
        moment = self._slots.take(
            self._spaced(needs),
            self._clock.time(),
            None if beyond == needs else self._spaced(beyond),
        )
        self._clock.wait_until(moment)

    def _learn(
        self, http_response: Any, parsed: Mapping[str, Any], context: dict[str, Any], **_: Any
    ) -> None:
        paced: _Paced | None = context.get(_key(self))
        if paced is not None and http_response.status_code < 300:
            self._users.learn(paced.user, paced.parameters, parsed)

    def _after_attempt(
        self, response: Any, operation: Any, attempts: int, request_dict: Any, **_: Any
    ) -> int | None:
        """Wait, and return 0 to send the call again; return ``None`` to keep the response."""
        if response is None or not throttles(response[1]):
            return None
        with self._lock:
            self.throttled[operation.name] += 1
        if attempts >= self._attempts:
            return None
        request_dict["context"].setdefault(RETRIED, []).append(THROTTLED)
        longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** (attempts - 1))
        self._clock.wait_until(self._clock.time() + longest * (0.5 + self._random.random() / 2))
        self._wait_for(request_dict["context"][_key(self)].needs)
        return 0


def _key(pacer: Pacer) -> str:
    return f"harness-pacer-{id(pacer)}"
