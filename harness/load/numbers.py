"""How many people a load run needs: as many as never have to wait for each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from harness.load.flow_names import Kind, kind_of
from harness.load.people_file import LoadPerson
from harness.load.profile import LoadProfile
from harness.users.authenticator import Authenticator

__all__ = ["Numbers"]

#: A user may call ten times a second, and a sign-in has up to four calls: whoever comes second in
#: the same second would be throttled for the first one's calls.
_PEOPLE_A_FLOW = 2.0
#: Each person has one TOTP code per time step. A few more people than that are ready on time.
_SPARE = 1.2
#: Each process has a part of the people of its own.
_LEAST_A_PROCESS = 5


@dataclass(frozen=True)
class Numbers:
    """How many people of each kind."""

    password: int = 0
    totp: int = 0
    device: int = 0

    @classmethod
    def for_rate(cls, profile: LoadProfile, flows_a_second: float, processes: int) -> Numbers:
        """Return how many people a rate needs.

        Args:
            profile: the mix of flows.
            flows_a_second: flows that begin in a second, of all kinds.
            processes: number of processes, each with a part of the people.
        """

        def needed(kind: Kind, people_a_flow: float) -> int:
            share = profile.share(kind)
            least = _LEAST_A_PROCESS * processes
            return max(least, math.ceil(flows_a_second * share * people_a_flow)) if share else 0

        return cls(
            password=needed(Kind.PASSWORD, _PEOPLE_A_FLOW),
            totp=needed(Kind.TOTP, Authenticator.STEP_SECONDS * _SPARE),
            device=needed(Kind.DEVICE, _PEOPLE_A_FLOW),
        )

    @property
    def total(self) -> int:
        """How many people of all kinds."""
        return self.password + self.totp + self.device

    def of(self, kind: Kind) -> int:
        """Return how many people of a kind."""
        number: int = getattr(self, kind.name.lower())
        return number

    def without(self, people: Sequence[LoadPerson]) -> Numbers:
        """Return how many are missing if these people are there already."""
        there = [kind_of(person) for person in people]
        return Numbers(
            **{kind.name.lower(): max(0, self.of(kind) - there.count(kind)) for kind in Kind}
        )

    def kinds(self) -> Iterator[Kind]:
        """Yield the kind of each person, the kinds in turn, so that each part has all of them."""
        rows = ([kind] * self.of(kind) for kind in Kind)
        yield from (kind for kind in chain(*zip_longest(*rows)) if kind is not None)
