"""A walk: the steps that a client goes through in one pool, and the expected outcome of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.pools.spec.pool_spec import Mfa
from tests.foreign_clients.administrator import Administrator
from tests.foreign_clients.driver import Driver
from tests.foreign_clients.holders import Holder
from tests.foreign_clients.person import Person

__all__ = ["Report", "Steps", "Visit", "Walk", "run_steps"]

#: The steps that were taken, each with its outcome.
Steps = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Visit:
    """One client in one pool, with the person who uses it.

    Attributes:
        driver: what drives the client.
        person: who uses it.
        administrator: does what the client cannot.
        holder: where the person's passkeys are.
        steps: the names of the steps that the client can take.
    """

    driver: Driver
    person: Person
    administrator: Administrator
    holder: Holder
    steps: frozenset[str]

    def ask(self, verb: str, **given: str) -> Mapping[str, Any]:
        """Return the whole response of the driver."""
        return self.driver.ask(verb, **given)

    def outcome(self, verb: str, **given: str) -> str:
        """Return the outcome of an action of the driver."""
        return str(self.ask(verb, **given)["outcome"])


@dataclass(frozen=True)
class Walk:
    """What a client goes through.

    Attributes:
        name: what the walk is about.
        expected: the outcome of each step, in order.
        take: takes the steps of a visit, one after another.
        prepare: makes the pool, given MfaConfiguration for the clients that differ in it.
    """

    name: str
    expected: Mapping[str, str]
    take: Callable[[Visit], Steps]
    prepare: Callable[[Administrator, Mfa], None]

    @property
    def steps(self) -> tuple[str, ...]:
        """The names of all steps."""
        return tuple(self.expected)


@dataclass(frozen=True)
class Report:
    """The outcomes of the steps of a client; they stop at the first unexpected one."""

    expected: Mapping[str, str]
    outcomes: Mapping[str, str]

    @property
    def failed_at(self) -> str | None:
        """The step with an unexpected outcome, if any."""
        differing = (step for step, found in self.outcomes.items() if found != self.expected[step])
        return next(differing, None)


def run_steps(taken: Steps, expected: Mapping[str, str]) -> Report:
    """Run one step after another, until one has an unexpected outcome."""
    outcomes: dict[str, str] = {}
    for step, outcome in taken:
        outcomes[step] = outcome
        if outcome != expected[step]:
            break
    return Report(expected, outcomes)
