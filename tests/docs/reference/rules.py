"""The page on the rules of an audit."""

from __future__ import annotations

from collections.abc import Iterator

from harness.pools.audit.presets import PRESETS, RULES
from harness.pools.audit.rules import Rule
from tests.docs.reference.markdown import cell, sentence

__all__ = ["lines"]


def lines() -> Iterator[str]:
    """Yield the lines of the page."""
    yield "# Rules of an audit"
    yield ""
    yield (
        "What `cognito-harness audit` and `--cognito-audit` hold a pool to, with the reason and "
        "the remedy of each rule. [Checks and drift](../audit.md) has them in one table, beside "
        "the rules of other tools, and says how to change them in a profile."
    )
    for rule in RULES.values():
        yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    presets = ", ".join(f"`{name}`" for name in PRESETS if rule.id in PRESETS[name]) or "none"
    yield ""
    yield f"## {rule.id}"
    yield ""
    yield sentence(cell(rule.title))
    yield ""
    yield f"- Severity: {rule.severity}; presets: {presets}"
    yield f"- Setting: `{rule.setting}`, expected: {cell(str(rule.expected))}"
    yield f"- Why: {cell(rule.reason)}"
    yield f"- Fix: {cell(rule.fix)}"
    if rule.facts:
        yield f"- Facts: {', '.join(rule.facts)} in [Fidelity](../fidelity.md)"
    if rule.elsewhere:
        yield f"- In other tools: {', '.join(rule.elsewhere)}"
