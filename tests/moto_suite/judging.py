"""Whether a run of moto's tests ended as the list says."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .listed import Listed, Tried
from .running import Outcome


def complaints(
    outcomes: Sequence[Outcome], known: Listed, facts: Collection[str], moto: str
) -> list[str]:
    """Everything that is not as it must be; nothing when the run is good."""
    excused = set(known.tests)
    ran = {outcome.test for outcome in outcomes}
    return [
        *known.mistakes(facts),
        *(f"{test}: is listed, but moto {moto} has no such test" for test in sorted(excused - ran)),
        *(found for outcome in outcomes if (found := _complaint(outcome, excused))),
        *(_miscounted(outcomes, known.tried) if moto == known.tried.moto else ()),
    ]


def _complaint(outcome: Outcome, excused: Collection[str]) -> str | None:
    if outcome.verified and not outcome.passed:
        return f"{outcome.test}: is verified on AWS, but does not pass: {outcome.said}"
    if outcome.passed and outcome.test in excused:
        return f"{outcome.test}: passes, but is listed as one that does not"
    if not outcome.passed and outcome.test not in excused:
        return f"{outcome.test}: does not pass, and is not listed: {outcome.said}"
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
