"""The comparison of two runs lists what changed, and no noise."""

from __future__ import annotations

import random
from typing import Any

import pytest

from harness.reports.runs.comparison import compare
from harness.reports.runs.latency_changes import LatencyBound
from harness.verdicts.run_record import FailureText, RunRecord
from harness.verdicts.verdict import Verdict
from tests.reports.runs.records import call, ordinary_record, record_of, scenario, sign_in_calls


def with_calls(*calls: dict[str, Any]) -> RunRecord:
    """Return a record of one scenario that made these calls."""
    return record_of(scenario("x", calls=calls))


def changed(before: dict[str, Any], after: dict[str, Any], kind: str) -> list[tuple[str, str, str]]:
    """Return the changes of one kind between two calls, of which there is no other kind."""
    found = compare(with_calls(after), with_calls(before))
    others = {"codes", "shapes", "texts", "calls"} - {kind}
    assert not any(getattr(found, other) for other in others)
    return [(item.subject, item.before, item.after) for item in getattr(found, kind)]


def test_a_run_is_like_itself() -> None:
    """Nothing has changed between a run and itself."""
    found = compare(ordinary_record(), ordinary_record())
    assert found.is_empty
    assert found.worse == []


@pytest.mark.parametrize(
    ("before", "after", "worse"),
    [
        (Verdict.HOLDS, Verdict.NOT_REFUSED, True),
        (Verdict.HOLDS, Verdict.OTHER_WORDS, True),
        (Verdict.NOT_ASKED, Verdict.OTHER_CODE, True),
        (Verdict.NOT_REFUSED, Verdict.ANSWERED_OTHERWISE, False),
        (Verdict.OTHER_WORDS, Verdict.HOLDS, False),
        (Verdict.OTHER_CODE, Verdict.NOT_ASKED, True),
        (Verdict.NOT_REFUSED, Verdict.NOT_ASKED, True),
        (Verdict.NOT_ASKED, Verdict.HOLDS, False),
    ],
)
def test_verdicts_are_weighed(before: Verdict, after: Verdict, worse: bool) -> None:
    """A verdict is worse if it weighs more than before, or is none although one was known."""
    failure = FailureText("why")
    found = compare(
        record_of(scenario("x", verdict=after, failure=failure)),
        record_of(scenario("x", verdict=before)),
    )
    (change,) = found.verdicts
    assert (bool(found.worse), bool(found.better)) == (worse, not worse)
    assert change.first_line == "why"


def test_scenarios_come_and_go() -> None:
    """What only one run has asked is listed, and is no worse verdict; skipping is going."""
    before = record_of(scenario("a"), scenario("b"), scenario("c"))
    after = record_of(
        scenario("a"),
        scenario("b", verdict=None, outcome="skipped"),
        scenario("d", verdict=Verdict.NOT_REFUSED, outcome="failed"),
    )
    found = compare(after, before)
    assert [name.rpartition("_")[2] for name in (*found.came, *found.went)] == ["d", "b", "c"]
    assert found.worse == []
    assert [name.rpartition("_")[2] for name in found.lost] == ["b", "c"]
    assert found.regressed


def test_a_failure_that_went_is_no_regression() -> None:
    """Only a scenario that had not failed is missed."""
    failed = scenario("b", verdict=Verdict.NOT_REFUSED, outcome="failed")
    found = compare(record_of(scenario("a")), record_of(scenario("a"), failed))
    assert (len(found.went), found.regressed) == (1, False)


def test_outcomes_count_too() -> None:
    """With the same verdict, a scenario that fails now is worse, and the other way round better."""
    old = record_of(scenario("x", verdict=Verdict.OTHER_WORDS))
    new = record_of(scenario("x", verdict=Verdict.OTHER_WORDS, outcome="failed"))
    (change,) = compare(new, old).worse
    assert change.was == "refused in other words, not failed"
    assert change.is_now == "refused in other words, failed"
    back = compare(old, new)
    assert (len(back.better), back.regressed) == (1, False)


def test_a_run_that_was_cut_off_is_a_regression() -> None:
    """What a later run without its end would have found is not known."""
    whole = record_of(scenario("x"))
    part = record_of(scenario("x"), end=False)
    assert compare(part, whole).regressed
    assert not compare(whole, part).regressed


def test_another_outcome_is_found() -> None:
    """A call that is refused now, and a call with another code."""
    refused = call("GetUser", outcome="NotAuthorizedException", message="no")
    assert changed(call("GetUser"), refused, "codes") == [
        ("GetUser", "ok", "NotAuthorizedException")
    ]


def test_another_shape_is_found() -> None:
    """A member that is absent, and one of another type, are listed with their paths."""
    before = call("GetUser", answer={"a": 1}, shape={"a": "integer", "b": "string"})
    after = call("GetUser", answer={"a": 1}, shape={"a": "string", "c": "list"})
    assert changed(before, after, "shapes") == [
        ("GetUser: a", "integer", "string"),
        ("GetUser: b", "string", "absent"),
        ("GetUser: c", "absent", "list"),
    ]
    assert changed(call("GetUser", answer={"a": 1}), after, "shapes") == []


def test_another_text_is_found_and_names_are_not() -> None:
    """A text that says something else is listed; one with another name, id or pool is not."""

    def refused(text: str, name: str) -> dict[str, Any]:
        parameters = {"Username": name, "Deep": {"Other": "other-name"}}
        return call("X", outcome="E", message=text, parameters=parameters)

    before = refused("User ann-1 of us-east-1_AbCdEfGhI is away.", "ann-1")
    same = refused("User bob-22 of us-east-1_ZbCdEfGhI is away.", "bob-22")
    assert changed(before, same, "texts") == []
    assert changed(before, refused("User ann-1 is gone.", "ann-1"), "texts") == [
        ("X: E", "User <Username> of <id> is away.", "User <Username> is gone.")
    ]


def test_long_texts_are_compared_at_their_beginning() -> None:
    """A text of a megabyte costs no more than its beginning."""
    before = call("X", outcome="E", message="aa-" * 300_000)
    assert changed(before, {**before, "message": "aa-" * 300_001}, "texts") == []


def test_other_calls_are_found() -> None:
    """A call that only one run has made stands alone, and those around it are still compared."""
    calls = sign_in_calls()
    extra = call("GetUser", 0.15)
    other = {**calls[3], "message": "another text"}
    found = compare(with_calls(*calls[:2], extra, calls[2], other, calls[4]), with_calls(*calls))
    assert [(item.subject, item.before, item.after) for item in found.calls] == [
        ("GetUser", "not made", "made")
    ]
    assert [item.after for item in found.texts] == ["another text"]


def test_one_change_in_many_scenarios_is_one() -> None:
    """The same change is listed once, with its number and the first scenario."""
    calls = tuple(sign_in_calls())
    other = (*calls[:-1], {**calls[-1], "outcome": "X"})
    before = record_of(*(scenario(f"x[{number}]", calls=calls) for number in range(9)))
    after = record_of(*(scenario(f"x[{number}]", calls=other) for number in range(9)))
    (change,) = compare(after, before).codes
    assert (change.times, change.scenario.endswith("[0]")) == (9, True)


def test_a_record_without_its_end_is_named() -> None:
    """A comparison says which of the records is not whole."""
    whole = ordinary_record()
    part = RunRecord(whole.run, whole.scenarios)
    assert compare(whole, part).cut_off == "the earlier run"
    assert compare(part, part).cut_off == "the earlier run and this run"


def latencies(seed: int, seconds: float, count: int = 40) -> RunRecord:
    """Return a record of calls whose latencies scatter around a time, some of them far off."""
    chance = random.Random(seed)
    calls = [
        call("InitiateAuth", latency_seconds=seconds * chance.choice((0.8, 1, 1, 1.1, 1.2, 5)))
        for _ in range(count)
    ]
    return with_calls(*calls)


def test_a_slow_step_is_found() -> None:
    """A step whose median has doubled is listed with both medians."""
    (change,) = compare(latencies(1, 0.04), latencies(2, 0.02)).latencies
    assert change.name == "InitiateAuth"
    assert 60 < change.percent < 140
    (faster,) = compare(latencies(1, 0.02), latencies(2, 0.04)).latencies
    assert faster.percent < 0


@pytest.mark.parametrize("seed", range(20))
def test_noise_is_not_listed(seed: int) -> None:
    """Runs that scatter around one time do not differ, nor do short times, nor few calls."""
    assert not compare(latencies(seed, 0.02), latencies(seed + 100, 0.022)).latencies
    assert not compare(latencies(seed, 0.001), latencies(seed + 100, 0.002)).latencies
    assert not compare(latencies(seed, 0.04, 15), latencies(seed, 0.02, 15)).latencies


def test_the_bound_can_be_set() -> None:
    """A higher bound lists less, and the comparison says which bound it was."""
    found = compare(latencies(1, 0.04), latencies(2, 0.02), LatencyBound(percent=300))
    assert found.latencies == ()
    assert str(found.bound).startswith("medians that differ by 300 % and 2 ms")
