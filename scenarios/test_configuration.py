"""The pool is configured as its file says, and follows the rules.

Collected only when there is something to compare it with: ``--cognito-pool`` together with
``--cognito-user-pool-id``, or ``--cognito-audit`` with either of them.
"""

from __future__ import annotations

import pytest

from harness import Audit, Drift, check


def test_pool_is_configured_as_its_file_says(cognito_drift: Drift, part: str) -> None:
    """The service describes every setting that a file can know as the file says."""
    found = [str(item) for item in cognito_drift.found if item.kind == part]
    check(not found, "\n".join(["the deployed pool differs from its file:", *found]))


def test_pool_keeps_the_rule(cognito_audit: Audit, rule: str) -> None:
    """No setting breaks the rule, unless a waiver allows it."""
    broken = [str(item) for item in cognito_audit.failed() if item.rule.id == rule]
    check(not broken, "\n".join(broken))
    found = [item for item in cognito_audit.findings if item.rule.id == rule]
    unknown = [str(item) for item in found if item.state == "unknown"]
    if unknown:
        pytest.skip(f"only a deployment knows whether the pool keeps it: {unknown[0]}")
    if not found:
        pytest.skip(f"{rule} is not about a pool like this one")
