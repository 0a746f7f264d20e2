"""The pool is configured as it should be: as its file says, and by the rules.

Collected where there is something to hold it to: ``--cognito-pool`` beside
``--cognito-user-pool-id``, or ``--cognito-audit`` with either of them.
"""

from __future__ import annotations

from harness import Audit, Drift


def test_pool_is_configured_as_its_file_says(cognito_drift: Drift, part: str) -> None:
    """What the service describes is what the file says, as far as a file can know it."""
    found = [str(item) for item in cognito_drift.found if item.kind == part]
    assert not found, "\n".join(["the deployed pool differs from its file:", *found])


def test_pool_keeps_the_rule(cognito_audit: Audit, rule: str) -> None:
    """No setting breaks the rule, unless a waiver says that it may."""
    broken = [str(item) for item in cognito_audit.failed() if item.rule.id == rule]
    assert not broken, "\n".join(broken)
