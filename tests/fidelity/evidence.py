"""Holds a record of a run on AWS against the facts that its checks name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from harness.errors import ConfigurationError
from harness.targets.account import is_at_aws
from harness.verdicts.run_record import RunRecord, read_record
from harness.verdicts.verdict import Check, Verdict
from tests.fidelity.ledger import Fact

_ID = re.compile(r"\b[A-Z]\d+[a-z]?\b")
_CONTRADICTS = frozenset(
    {
        Verdict.OTHER_WORDS,
        Verdict.OTHER_CODE,
        Verdict.NOT_REFUSED,
        Verdict.ANSWERED_OTHERWISE,
    }
)


@dataclass
class Evidence:
    """What a record says about one fact.

    Attributes:
        confirmed: the scenarios with a check that holds.
        contradicted: the scenarios with a check that does not, and the check.
    """

    confirmed: list[str] = field(default_factory=list)
    contradicted: list[tuple[str, Check]] = field(default_factory=list)


def read_evidence(path: Path, *, rehearsal: bool = False) -> RunRecord:
    """Read a record that may count as evidence.

    Args:
        path: the file.
        rehearsal: whether a record of another service will do, to see what would be said.

    Raises:
        ConfigurationError: it is no record, the run was cut off, or it was not on AWS.
    """
    try:
        record = read_record(path)
    except ConfigurationError as error:
        error.setting = "--evidence"
        raise
    if record.run.target != "aws" and not rehearsal:
        hint = f"its target is {record.run.target}, and only AWS says what Cognito does"
        raise ConfigurationError(
            "--evidence", given=str(path), hint=f"{hint}; --rehearsal takes it all the same"
        )
    if not is_at_aws(record.run.service) and not rehearsal:
        hint = f"its service is {record.run.service}, which is no URL of AWS"
        raise ConfigurationError(
            "--evidence", given=str(path), hint=f"{hint}; --rehearsal takes it all the same"
        )
    if record.end is None:
        raise ConfigurationError("--evidence", given=str(path), hint="the run was cut off")
    return record


def evidence_of(record: RunRecord, known: Mapping[str, Fact]) -> dict[str, Evidence]:
    """Return what a record says about each fact that its checks name, in the order of the facts."""
    found: dict[str, Evidence] = {}
    for line in record.scenarios:
        for check in line.checks:
            for fact in _ID.findall(check.facts):
                if fact in known:
                    _add(found.setdefault(fact, Evidence()), line.id, check)
    return {fact: found[fact] for fact in known if fact in found}


def render_evidence(record: RunRecord, known: Mapping[str, Fact]) -> Iterator[str]:
    """Yield a line for each fact, what contradicts it, and the sums."""
    run = record.run
    day = datetime.fromtimestamp(run.started_at, timezone.utc).date()
    harness = run.versions.get("cognito-mfa-harness", "unknown")
    yield f"run {run.run_id} on {run.target}, {run.service}, {day}, harness {harness}"
    found = evidence_of(record, known)
    for fact, evidence in found.items():
        yield f"{fact} ({known[fact].level}): {_judged(evidence)}"
        for scenario, check in evidence.contradicted:
            yield f"  {check.verdict}: expected {check.statement}; {_answered(check)}"
            yield f"  in {scenario}"
    yield _sum(found, known)


def contradicts(record: RunRecord, known: Mapping[str, Fact]) -> bool:
    """Return whether a record contradicts at least one fact."""
    return any(evidence.contradicted for evidence in evidence_of(record, known).values())


def _add(evidence: Evidence, scenario: str, check: Check) -> None:
    if check.verdict is Verdict.HOLDS:
        evidence.confirmed.append(scenario)
    elif check.verdict in _CONTRADICTS:
        evidence.contradicted.append((scenario, check))


def _judged(evidence: Evidence) -> str:
    confirmed, contradicted = len(evidence.confirmed), len(evidence.contradicted)
    if contradicted:
        return f"contradicted by {contradicted} of {confirmed + contradicted} checks"
    return f"confirmed by {confirmed} checks" if confirmed else "could not be asked"


def _answered(check: Check) -> str:
    return f"answered {check.answered}" if check.answered else "nothing was refused"


def _sum(found: Mapping[str, Evidence], known: Mapping[str, Fact]) -> str:
    contradicted = [fact for fact, evidence in found.items() if evidence.contradicted]
    confirmed = [
        fact for fact, evidence in found.items() if evidence.confirmed and fact not in contradicted
    ]
    weaker = [fact for fact in confirmed if known[fact].level != "measured"]
    return (
        f"{len(confirmed)} facts confirmed, {len(weaker)} of them not measured until now"
        f"{': ' if weaker else ''}{', '.join(weaker)}; {len(contradicted)} contradicted"
        f"{': ' if contradicted else ''}{', '.join(contradicted)}"
    )
