"""The scorecard: every variant and every check is counted once."""

from __future__ import annotations

import pytest

from harness.verdicts.run_record import ScenarioLine
from harness.verdicts.scorecard import Scorecard, WordDifference
from harness.verdicts.verdict import Check, Verdict
from tests.verdicts.lines import broken, checked, line

LINES = [
    line("renews[a]"),
    checked("renews[b]", Check("No", Verdict.NOT_REFUSED)),
    line("renews[c]", outcome="skipped", verdict=None, reason="needs a clock; pool us-east-1_Ab12"),
    line("renews[d]", outcome="skipped", verdict=None, reason="needs a clock; pool us-east-1_Cd34"),
    broken("is_refused", "SECRET_BLOCK is not base64"),
    checked(
        "signs_up[a]",
        Check("Yes", Verdict.HOLDS),
        Check("No", Verdict.OTHER_WORDS, "A012", "X 'User exists'", "X 'User a@b.org is there'"),
        area="sign_up",
    ),
    checked(
        "signs_up[b]",
        Check("No", Verdict.OTHER_WORDS, "A012", "X 'User exists'", "X 'User c@d.org is there'"),
        area="sign_up",
    ),
]


def test_variants_are_counted_by_area_and_scenario() -> None:
    """Each variant counts once, by its verdict, and what was skipped is no verdict."""
    card = Scorecard.of(LINES)
    assert [area.area for area in card.areas] == ["refresh", "sign_up"]
    refresh = card.areas[0]
    assert [item.name for item in refresh.scenarios] == ["is_refused", "renews"]
    renews = refresh.scenarios[1]
    assert renews.sentence == "The sentence of renews."
    assert (renews.tally.hold, renews.tally.asked, renews.tally.not_run) == (1, 2, 2)
    assert renews.tally.by_verdict[Verdict.NOT_REFUSED] == 1
    assert (card.tally.asked, card.tally.not_run, card.failed) == (5, 2, 2)


def test_a_failure_without_a_verdict_could_not_be_asked() -> None:
    """Every variant that was run has a verdict."""
    card = Scorecard.of([broken("x", "no", verdict=None)])
    assert card.tally.by_verdict[Verdict.NOT_ASKED] == 1


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "nothing was asked"),
        ([line("x", outcome="skipped", verdict=None)], "nothing was asked"),
        ([line("x"), line("y", verdict=Verdict.NOT_ASKED)], "1 of 2 variants could not be asked"),
        ([line("x", outcome="xfailed", verdict=Verdict.OTHER_CODE)], "nothing holds"),
        ([line("x"), line("y", outcome="skipped", verdict=None)], ""),
    ],
)
def test_a_run_that_found_out_too_little_is_incomplete(
    lines: list[ScenarioLine], said: str
) -> None:
    """What was not asked is said even if nothing failed; a skip beside what holds is no gap."""
    assert Scorecard.of(lines).incomplete == said


def test_checks_are_counted_too() -> None:
    """The checks inside the scenarios are counted by their own verdicts."""
    card = Scorecard.of(LINES)
    assert card.checks.by_verdict[Verdict.OTHER_WORDS] == 2
    assert card.checks.asked == 4


def test_other_words_and_reasons_are_grouped() -> None:
    """Differences of words and reasons to skip that differ by ids alone are one."""
    card = Scorecard.of(LINES)
    assert card.words == (WordDifference("X 'User exists'", "X 'User <email> is there'", 2),)
    assert card.not_run == {"needs a clock; pool <id>": 2}


def test_a_run_without_scenarios_has_a_scorecard() -> None:
    """Nothing was run, so nothing is counted."""
    card = Scorecard.of([])
    assert (card.areas, card.causes, card.tally.asked) == ((), (), 0)
