"""Whether a run of moto's tests ended as the list says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tests.moto_suite.listed import Listed, Tried
from tests.moto_suite.running import Outcome


def complaints(
    outcomes: Sequence[Outcome], known: Listed, facts: Collection[str], moto: str
) -> list[str]:
    """Everything that is not as it must be; nothing when the run is good."""
    excused = known.says
    ran = {outcome.test for outcome in outcomes}
    return [
        *known.mistakes(facts),
        *(
            f"{test}: is listed, but moto {moto} has no such test"
            for test in sorted(excused.keys() - ran)
        ),
        *(found for outcome in outcomes if (found := _complaint(outcome, excused))),
        *(_miscounted(outcomes, known.tried) if moto == known.tried.moto else ()),
    ]


def _complaint(outcome: Outcome, excused: Mapping[str, str]) -> str | None:
    if outcome.verified and not outcome.passed:
        return f"{outcome.test}: is verified on AWS, but does not pass: {outcome.said}"
    says = excused.get(outcome.test)
    if outcome.passed:
        return None if says is None else f"{outcome.test}: passes, but is listed as failing"
    if says is None:
        return f"{outcome.test}: does not pass, and is not listed: {outcome.said}"
    if says not in outcome.said:
        return f"{outcome.test}: is to fail by {says!r}, but it was: {outcome.said}"
    return None


def _miscounted(outcomes: Sequence[Outcome], tried: Tried) -> list[str]:
    verified = sum(outcome.verified for outcome in outcomes)
    if (len(outcomes), verified) == (tried.tests, tried.verified):
        return []
    return [
        f"moto {tried.moto} has {len(outcomes)} tests, {verified} verified on AWS, but the list "
        f"says {tried.tests} and {tried.verified}"
    ]


def summary(outcomes: Sequence[Outcome], moto: str) -> str:
    """The run in a line."""
    verified = [outcome for outcome in outcomes if outcome.verified]
    return (
        f"moto {moto}: {_share(outcomes)} Cognito tests pass, "
        f"of those verified on AWS {_share(verified)}"
    )


def _share(outcomes: Sequence[Outcome]) -> str:
    return f"{sum(outcome.passed for outcome in outcomes)} of {len(outcomes)}"
