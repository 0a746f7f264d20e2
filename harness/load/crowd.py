"""The crowd: the prepared people of this process, each in one flow at a time."""

from __future__ import annotations

import itertools
from bisect import insort
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from gevent.event import Event

from harness.clock import Clock
from harness.errors import HarnessError
from harness.flows.sign_in import SignInContext
from harness.load.flow_names import Kind, kind_of
from harness.load.people_file import LoadPerson
from harness.users.authenticator import Authenticator
from harness.users.device import Device

__all__ = ["Crowd", "Guest", "NobodyToTake"]


class NobodyToTake(HarnessError):
    """A process has no people of the kind that a flow takes."""


@dataclass(frozen=True, eq=False)
class Guest:
    """A prepared person, with what a sign-in needs of them.

    Attributes:
        person: the prepared person.
        context: who signs in, with authenticator and device.
    """

    person: LoadPerson
    context: SignInContext

    @classmethod
    def of(cls, person: LoadPerson, clock: Clock, newest_spent: int | None) -> Guest:
        """Return a person as a guest whose codes up to a time step are spent."""
        secret, device = person.totp_secret, person.device
        return cls(
            person,
            SignInContext(
                person.username,
                person.password,
                authenticator=None
                if secret is None
                else Authenticator(secret, clock, newest_spent=newest_spent),
                device=None
                if device is None
                else Device(device.key, device.group_key, device.password),
            ),
        )

    def ready_at(self) -> float:
        """Return the moment from which they have what they sign in with.

        It is 0 except for those who need a TOTP code: each works once. A remembered device takes
        the place of the code.
        """
        authenticator = self.context.authenticator
        if authenticator is None or self.context.device is not None:
            return 0.0
        return authenticator.ready_at()


class Crowd:
    """The people of this process, handed out first in, first out, and given back.

    A TOTP code works once, so whoever has a code that was not used comes first.

    Args:
        people: all people of the run, in the order of their file.
        clock: gives the time of TOTP codes; the crowd waits on it for the next code.
    """

    def __init__(self, people: Sequence[LoadPerson], clock: Clock) -> None:
        self._people = people
        self._clock = clock
        self._order = itertools.count()
        self._guests: dict[str, Guest] = {}
        # Of each kind, those who are free: when they are ready, their place in the queue, who.
        self._free: dict[Kind, list[tuple[float, int, Guest]]] = {kind: [] for kind in Kind}
        # Those who need a TOTP code, and those who do not: the code that somebody has does not
        # help the first as long as it is used, and does not matter to the others.
        self._waiting: dict[tuple[Kind, bool], deque[Event]] = {
            (kind, ready): deque() for kind in Kind for ready in (True, False)
        }
        self._sizes: Counter[Kind] = Counter()
        self._used = self._is_divided = False
        self._have(0, 1, None)

    def use_part(self, index: int, count: int, *, used: bool = False) -> None:
        """Keep the people of one part: every ``count``-th of each kind, from the ``index``-th on.

        Those who stay are not disturbed. Whoever is in a flow finishes it; if they belong to
        another process now, that process can use them meanwhile.

        Args:
            index: number of the part, from 0.
            count: number of parts.
            used: whether other processes may have used the people; codes that they can have used
                by now are not used again.
        """
        if used and not self._is_divided:
            # Until now this process had no part of its own, so any of them may have been used.
            self._guests.clear()
            for free in self._free.values():
                free.clear()
        self._is_divided = True
        newest = Authenticator.newest_step_at(self._clock.time())
        self._have(index, count, newest if used or self._used else None)

    def _have(self, index: int, count: int, spent: int | None) -> None:
        mine = {
            person.username: person
            for kind in Kind
            for person in [one for one in self._people if kind_of(one) is kind][index::count]
        }
        for kind, free in self._free.items():
            self._free[kind] = [entry for entry in free if entry[2].person.username in mine]
        self._guests = {name: guest for name, guest in self._guests.items() if name in mine}
        for name, person in mine.items():
            if name not in self._guests:
                guest = Guest.of(person, self._clock, person.totp_step if spent is None else spent)
                self._guests[name] = guest
                self._put(guest)
        self._sizes = Counter(kind_of(person) for person in mine.values())
        for kind, ready in self._waiting:
            self._wake(kind, len(self._waiting[kind, ready]))

    def size(self, kind: Kind) -> int:
        """Return how many people of a kind this process has, free or not."""
        return self._sizes[kind]

    @contextmanager
    def taken(self, kind: Kind, *, ready: bool = True) -> Iterator[Guest]:
        """Take a person out of the crowd inside the ``with`` block.

        Args:
            kind: what they sign in with.
            ready: whether they need a TOTP code; without, those who have none come first, in turn.

        Raises:
            NobodyToTake: this process has no people of that kind.
        """
        guest = self._take(kind, ready)
        try:
            yield guest
        finally:
            if self._guests.get(guest.person.username) is guest:
                self._put(guest)

    def _take(self, kind: Kind, ready: bool) -> Guest:
        self._used = True
        while True:
            if not self._sizes[kind]:
                raise NobodyToTake(
                    f"this process has no people with {kind.value}; prepare at least one for each "
                    "Locust worker"
                )
            free = self._free[kind]
            index = self._index(free, ready)
            if index is not None:
                guest = free.pop(index)[2]
                # Whoever waits next has to know of the next who is free.
                self._wake(kind, 1)
                return guest
            self._wait(kind, ready, free[0][0] if free else None)

    def _index(self, free: Sequence[tuple[float, int, Guest]], ready: bool) -> int | None:
        """Return the place of whom to take, or ``None`` if nobody can be taken now."""
        now = self._clock.time()
        if ready:
            return 0 if free and free[0][0] <= now else None

        def turn(place: int) -> tuple[bool, int]:
            ready_at, order, _ = free[place]
            return ready_at <= now, order

        return min(range(len(free)), key=turn, default=None)

    def _wait(self, kind: Kind, ready: bool, until: float | None) -> None:
        """Wait until somebody of the kind is given back, or for a moment of the clock."""
        waiting, woken, waited = self._waiting[kind, ready], Event(), False
        waiting.append(woken)
        try:
            woken.wait(None if until is None or not ready else max(0.0, until - self._clock.time()))
            waited = True
        finally:
            if woken in waiting:
                waiting.remove(woken)
            if not waited:
                # Locust has stopped this user, who may have been the one to be woken.
                self._wake(kind, 1)

    def _put(self, guest: Guest) -> None:
        kind = kind_of(guest.person)
        insort(self._free[kind], (guest.ready_at(), next(self._order), guest))
        self._wake(kind, 1)

    def _wake(self, kind: Kind, most: int) -> None:
        """Have some of those who wait look again, both with and without the need of a code."""
        for ready in (True, False):
            waiting = self._waiting[kind, ready]
            for _ in range(min(most, len(waiting))):
                waiting.popleft().set()
