"""Runs the state machine: repeatably by default, and with new seeds in thorough runs."""

from __future__ import annotations

from collections import Counter

from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.machine.full_machine import Machine
from tests.properties.profiles import share

#: The number of steps in one sequence.
STEPS = 30


def machine(number: int) -> type[Machine]:
    """Return a machine with its own tally; the number is its seed if runs are repeatable."""
    made: type[Machine] = type("Numbered", (Machine,), {"tally": Counter()})
    return seed(number)(made) if settings().derandomize else made


def search(made: type[Machine], part: float) -> None:
    """Run this multiple of the profile's examples, and shrink what is found."""
    run_state_machine_as_test(made, settings=settings(share(part), stateful_step_count=STEPS))


def hunt(made: type[Machine], examples: int) -> None:
    """Run until something is found, without shrinking it."""
    run_state_machine_as_test(
        made,
        settings=settings(
            share(1),
            max_examples=examples,
            stateful_step_count=STEPS,
            phases=(Phase.generate,),
            database=None,
            report_multiple_bugs=False,
        ),
    )
