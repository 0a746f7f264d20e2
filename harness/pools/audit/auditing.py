"""Holding a configuration against a profile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from harness.pools.audit.presets import RULES
from harness.pools.audit.profile import Profile, Waiver
from harness.pools.audit.rules import Finding, Severity, judge
from harness.pools.configuration.defaults import completed
from harness.pools.configuration.pool_configuration import PoolConfiguration

__all__ = ["Audit", "audit"]


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes:
        configuration: what was audited, as it was read.
        profile: by what.
        findings: one for each rule and part, passed ones too.
        notices: what is odd about the profile itself: waivers that have ended or are not needed.
    """

    configuration: PoolConfiguration
    profile: Profile
    findings: tuple[Finding, ...]
    notices: tuple[str, ...] = ()

    def failed(self, least: Severity = Severity.INFO) -> list[Finding]:
        """Return what is wrong and at least so bad, the worst first."""
        wrong = [
            finding
            for finding in self.findings
            if finding.state == "failed" and finding.severity >= least
        ]
        return sorted(wrong, key=lambda finding: -finding.severity)

    def counts(self) -> dict[str, int]:
        """Return how many findings there are of each state."""
        found = Counter(finding.state for finding in self.findings)
        return {state: found[state] for state in ("passed", "failed", "waived", "unknown")}


def audit(configuration: PoolConfiguration, profile: Profile, today: date) -> Audit:
    """Return what the rules of a profile find in a configuration.

    Settings that are left out are judged by Cognito's defaults; what only a deployment knows is
    ``unknown`` and never guessed.
    """
    whole = completed(configuration)
    findings = [
        _weighed(finding, profile, today)
        for rule in profile.rules
        for finding in judge(RULES[rule], whole, configuration, profile.expect.get(rule))
    ]
    return Audit(configuration, profile, tuple(findings), tuple(_notices(findings, profile, today)))


def _weighed(finding: Finding, profile: Profile, today: date) -> Finding:
    severity = profile.severity.get(finding.rule.id, finding.severity)
    finding = replace(finding, severity=severity)
    if finding.state != "failed":
        return finding
    waiver = next((item for item in profile.waivers if _covers(item, finding, today)), None)
    if waiver is None:
        return finding
    return replace(finding, state="waived", remark=f"until {waiver.expires}: {waiver.reason}")


def _covers(waiver: Waiver, finding: Finding, today: date) -> bool:
    return _is_about(waiver, finding) and today <= waiver.expires


def _is_about(waiver: Waiver, finding: Finding) -> bool:
    return waiver.rule == finding.rule.id and waiver.part in (None, finding.part)


def _notices(findings: list[Finding], profile: Profile, today: date) -> Iterator[str]:
    for waiver in profile.waivers:
        about = [finding for finding in findings if _is_about(waiver, finding)]
        of = f"the waiver of {waiver.rule}{f' for {waiver.part}' if waiver.part else ''}"
        if not any(finding.state in ("failed", "waived") for finding in about):
            yield f"{of} is not needed"
        elif today > waiver.expires:
            yield f"{of} ended on {waiver.expires}"
