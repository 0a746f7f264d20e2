"""Compares a run of moto's tests with the list of expected failures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tests.moto_suite.expected_failures import ExpectedFailures, MotoVersion
from tests.moto_suite.runner import Outcome


def problems(
    outcomes: Sequence[Outcome], known: ExpectedFailures, facts: Collection[str], moto: str
) -> list[str]:
    """Return everything that differs from the list; nothing if the run is good."""
    errors = known.errors
    ran = {outcome.test for outcome in outcomes}
    return [
        *known.mistakes(facts),
        *(
            f"{test}: is listed, but moto {moto} has no such test"
            for test in sorted(errors.keys() - ran)
        ),
        *(found for outcome in outcomes if (found := _problem(outcome, errors))),
        *(_wrong_counts(outcomes, known.tested) if moto == known.tested.moto else ()),
    ]


def _problem(outcome: Outcome, errors: Mapping[str, str]) -> str | None:
    if outcome.verified and not outcome.passed:
        return f"{outcome.test}: is verified on AWS, but does not pass: {outcome.said}"
    error = errors.get(outcome.test)
    if outcome.passed:
        return None if error is None else f"{outcome.test}: passes, but is listed as failing"
    if error is None:
        return f"{outcome.test}: does not pass, and is not listed: {outcome.said}"
    if error not in outcome.said:
        return f"{outcome.test}: must fail with {error!r}, but failed with: {outcome.said}"
    return None


def _wrong_counts(outcomes: Sequence[Outcome], tested: MotoVersion) -> list[str]:
    verified = sum(outcome.verified for outcome in outcomes)
    if (len(outcomes), verified) == (tested.tests, tested.verified):
        return []
    return [
        f"moto {tested.moto} has {len(outcomes)} tests, {verified} verified on AWS, but the list "
        f"says {tested.tests} and {tested.verified}"
    ]


def summary(outcomes: Sequence[Outcome], moto: str) -> str:
    """Return the result of the run in one line."""
    verified = [outcome for outcome in outcomes if outcome.verified]
    return (
        f"moto {moto}: {_share(outcomes)} Cognito tests pass, "
        f"of those verified on AWS {_share(verified)}"
    )


def _share(outcomes: Sequence[Outcome]) -> str:
    return f"{sum(outcome.passed for outcome in outcomes)} of {len(outcomes)}"
