"""How the state machine is run: repeatably by default, and anew each time if thorough."""

from __future__ import annotations

from collections import Counter

from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.machine.full_machine import Machine
from tests.properties.profiles import share

#: Requests and the like in one sequence.
STEPS = 30


def machine(number: int) -> type[Machine]:
    """A machine with a tally of its own; the number is its seed where runs are repeatable."""
    made: type[Machine] = type("Numbered", (Machine,), {"tally": Counter()})
    return seed(number)(made) if settings().derandomize else made


def search(made: type[Machine], part: float) -> None:
    """Run so many times the examples of the profile, and shrink what is found."""
    run_state_machine_as_test(made, settings=settings(share(part), stateful_step_count=STEPS))


def hunt(made: type[Machine], examples: int) -> None:
    """Run until something is found, and leave it as it is."""
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
