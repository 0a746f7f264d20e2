"""Audits a configuration with the rules of a profile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from harness.errors import ConfigurationError
from harness.pools.audit.expectations import Expectation
from harness.pools.audit.presets import RULES
from harness.pools.audit.profile import Profile, Waiver
from harness.pools.audit.rules import Finding, Rule, Severity, judge
from harness.pools.configuration.defaults import completed
from harness.pools.configuration.pool_configuration import PoolConfiguration

__all__ = ["Audit", "audit"]


@dataclass(frozen=True)
class Audit:
    """The result of an audit.

    Attributes:
        configuration: the audited configuration, as it was read.
        profile: the profile of the audit.
        findings: one for each rule and part, including passed rules.
        notices: app clients that the source does not show or whose pool is unknown, and problems in
            the profile: waivers that have ended or are not needed.
    """

    configuration: PoolConfiguration
    profile: Profile
    findings: tuple[Finding, ...]
    notices: tuple[str, ...] = ()

    def failed(self, least: Severity = Severity.INFO) -> list[Finding]:
        """Return the failed findings of at least this severity, the worst first."""
        wrong = [
            finding
            for finding in self.findings
            if finding.state == "failed" and finding.severity >= least
        ]
        return sorted(wrong, key=lambda finding: -finding.severity)

    def counts(self) -> dict[str, int]:
        """Return the number of findings by state."""
        found = Counter(finding.state for finding in self.findings)
        return {state: found[state] for state in ("passed", "failed", "waived", "unknown")}


def audit(configuration: PoolConfiguration, profile: Profile, today: date) -> Audit:
    """Check a configuration against the rules of a profile.

    A setting that is left out counts as Cognito's default. A value that only a deployment knows is
    ``unknown``; it is never guessed.

    Args:
        configuration: the configuration to audit.
        profile: the rules, severities and waivers.
        today: the day on which waivers are checked.
    """
    whole = completed(configuration)
    findings = [
        _weighed(finding, profile, today)
        for rule in profile.rules
        for finding in (
            *judge(RULES[rule], whole, configuration, profile.expect.get(rule)),
            *_of_unassigned(RULES[rule], configuration, profile.expect.get(rule)),
        )
    ]
    notices = (*_about_clients(configuration), *_notices(findings, profile, today))
    return Audit(configuration, profile, tuple(findings), notices)


def _about_clients(configuration: PoolConfiguration) -> Iterator[str]:
    if configuration.other_clients is not None:
        yield f"not every app client is audited: {configuration.other_clients.reason}"
    for one in configuration.unassigned:
        yield f"not certain: {one}"


def _of_unassigned(
    rule: Rule, configuration: PoolConfiguration, expected: Expectation | None
) -> Iterator[Finding]:
    """Yield what a rule finds wrong with app clients that may belong to another pool."""
    for one in configuration.unassigned if rule.kind == "client" else ():
        try:
            alone = replace(configuration, clients=(one.read(),), unassigned=())
        except ConfigurationError:
            # A mistake in an app client of another pool does not end the audit of this one.
            continue
        whether = f"whether the app client belongs to the pool is {one.reason}"
        for finding in judge(rule, completed(alone), alone, expected):
            if finding.state != "passed":
                actual = f"{finding.actual}, and {whether}"
                yield replace(
                    finding,
                    state="unknown",
                    actual=actual,
                    remark=one.reason.reason,
                    needs=(*finding.needs, *one.reason.needs),
                )


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
        waiver_name = f"the waiver of {waiver.rule}{f' for {waiver.part}' if waiver.part else ''}"
        if all(finding.state == "passed" for finding in about):
            yield f"{waiver_name} is not needed"
        elif today > waiver.expires:
            yield f"{waiver_name} ended on {waiver.expires}"
