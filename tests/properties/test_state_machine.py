"""Tests of random sequences of requests; the model judges each request before it is sent."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import settings

from tests.properties.model.operations import ANSWERS, OPERATIONS
from tests.properties.model.rules import OUTCOMES, Rule
from tests.properties.searching import machine, search

#: The runs are split so that cores can share them: 60 sequences by default, 2,400 if thorough.
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_no_sequence_of_requests_breaks_a_rule(part: int) -> None:
    """Whatever users, thieves and administrators do, the emulator does what the model says."""
    made = machine(part)
    search(made, 0.6)
    assert went_far(made.tally)


def went_far(tally: Counter[str]) -> bool:
    """Return whether the sequences reached enough operations, and enough rules that refuse.

    A thorough run must reach nearly all of them, the few sequences of a default run half.
    """
    operations = {*OPERATIONS, *ANSWERS} - {"RespondToAuthChallenge", "AdminRespondToAuthChallenge"}
    rules = {rule.name for rule in Rule if rule not in OUTCOMES}
    wanted = 0.5 if settings().derandomize else 0.95
    reached = [len(names & tally.keys()) >= wanted * len(names) for names in (operations, rules)]
    return all(reached)
